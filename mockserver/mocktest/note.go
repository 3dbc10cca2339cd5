package mocktest

import (
	"encoding/json"
	"io"
	"maps"
	"strconv"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi"
)

// WriteReplay writes exchanges of the world, and what the methods of the bench did to it between them, by
// [journal.WriteGo] or [journal.WriteCurl]. What was done through [Bench.World] is not replayed.
func (b *Bench) WriteReplay(to io.Writer, f journal.Filter, write func(io.Writer, []*journal.Entry) error) error {
	story, err := control.Story(b.server.mock.Worlds(), b.server.mock.APIs(), b.world, b.Journal(f))
	if err != nil {
		return err
	}
	return write(to, story)
}

// note records what a method did as the call of the control API that does the same.
func (b *Bench) note(operation, path string, asked, answered any) {
	b.t.Helper()
	b.must(control.Note(b.world, operation, b.URL, path, asked, answered))
}

func (b *Bench) noteClock() {
	b.t.Helper()
	c := b.world.Clock()
	b.note("putClock", "/clock", api.Clock{Mode: api.ClockMode(c.Mode()), Now: c.Now()}, nil)
}

func (b *Bench) noteDialect() {
	b.t.Helper()
	change := api.DialectChange{Name: api.DialectDefault, AdditionalProperties: map[string]string{}}
	if vary := b.world.Variations(); vary != nil {
		change.Name, change.Seed = api.DialectHostile, *vary
	}
	for _, a := range openapi.APIs() {
		for _, q := range a.Questions {
			change.AdditionalProperties[q.ID] = b.world.Dialect().Answer(q)
		}
	}
	b.note("putDialect", "/dialect", change, nil)
}

// noteState records the setup of a provider state, or the teardown.
func (b *Bench) noteState(name string, setup bool, params map[string]any) {
	b.t.Helper()
	asked := api.ProviderState{State: name, Params: map[string]json.RawMessage{}, Action: api.StateTeardown}
	if setup {
		asked.Action = api.StateSetup
	}
	params = maps.Clone(params)
	params["world"] = b.world.Name
	for param, value := range params {
		text, err := json.Marshal(value)
		b.must(err)
		asked.Params[param] = text
	}
	b.note("setUpState", "/provider-states", asked, nil)
}

// hooksPath is where the control API makes hooks.
const hooksPath = "/makecom/hooks"

func (h *Hook) note(operation, path string, asked any, ids []string) {
	h.bench.t.Helper()
	h.bench.note(operation, hooksPath+"/"+strconv.Itoa(h.ID)+path, asked, api.IncomingIDs{IDs: ids})
}
