package mocktest

import (
	"encoding/json"
	"net/http"
	"strconv"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// Hook is one hook of the world, and what only the vendor can do with it.
type Hook struct {
	ID  int
	URL string // the address that accepts its data

	bench *Bench
}

// Hook finds a hook of the world; the base world has 654 and 655.
func (b *Bench) Hook(id int) *Hook {
	b.t.Helper()
	return &Hook{ID: id, URL: b.URL + makeapi.IngestPath + "/" + address.Of(b.name, b.status(id).UDID), bench: b}
}

// NewHook makes a hook with an empty queue. An id, name, address, team and queue limit that are absent are made up.
func (b *Bench) NewHook(settings queue.Settings) *Hook {
	b.t.Helper()
	settings.Enabled = true
	var made control.CreatedHook
	b.Control(http.MethodPost, hooksPath, makecom.HookRequest(settings), &made)
	return &Hook{ID: made.HookID, URL: made.HookURL, bench: b}
}

// Deliver puts one item per value into the queue, as encoding/json writes it, and returns their ids. A value that is no
// object is kept under "value".
func (h *Hook) Deliver(values ...any) []string {
	h.bench.t.Helper()
	if len(values) == 0 {
		return nil
	}
	texts := make([]json.RawMessage, len(values))
	for i, value := range values {
		text, err := json.Marshal(value)
		h.bench.must(err)
		texts[i] = text
	}
	return h.do("/incomings", control.Delivery{Data: texts})
}

// Begin holds the named items in processing, or else the oldest that waits, and returns their ids. They cannot be deleted
// until Finish.
func (h *Hook) Begin(ids ...string) []string {
	h.bench.t.Helper()
	asked := control.IncomingSelection{IDs: ids}
	if len(ids) == 0 {
		asked.Count = 1
	}
	return h.do("/begin", asked)
}

// Finish ends the processing of the named items, or else of all, and returns their ids. They leave the queue.
func (h *Hook) Finish(ids ...string) []string {
	h.bench.t.Helper()
	return h.do("/finish", control.FinishSelection{IDs: ids})
}

// Enable lets the hook accept data, or refuse it.
func (h *Hook) Enable(enabled bool) {
	h.bench.t.Helper()
	h.bench.state("hook disabled", !enabled, map[string]any{"hookId": h.ID})
}

// Status is the hook's settings and how many items are in its queue.
func (h *Hook) Status() queue.Status {
	h.bench.t.Helper()
	return h.bench.status(h.ID)
}

func (b *Bench) status(hookID int) (status queue.Status) {
	b.t.Helper()
	b.must(world.View(b.look(), queue.PartName, queue.At(hookID), func(s *queue.State) (err error) {
		status, err = s.Hook(hookID)
		return err
	}))
	return status
}

// hooksPath is where the control API makes hooks.
const hooksPath = "/makecom/hooks"

// do returns the ids of the items that a call concerns.
func (h *Hook) do(path string, asked any) []string {
	h.bench.t.Helper()
	var done control.IncomingIDs
	h.bench.Control(http.MethodPost, hooksPath+"/"+strconv.Itoa(h.ID)+path, asked, &done)
	return done.IDs
}
