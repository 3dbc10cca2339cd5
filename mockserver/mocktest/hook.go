package mocktest

import (
	"cmp"
	"encoding/json"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
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
	return b.hook(id, b.status(id).UDID)
}

func (b *Bench) hook(id int, udid string) *Hook {
	return &Hook{ID: id, URL: b.URL + contract.IngestPath + "/" + address.Of(b.world.Name, udid), bench: b}
}

// NewHook makes a hook with an empty queue. An id, name, address, team and queue limit that are absent are made up.
func (b *Bench) NewHook(settings queue.Settings) *Hook {
	b.t.Helper()
	settings.Enabled = true
	settings.TeamID, settings.Limit = cmp.Or(settings.TeamID, 1), cmp.Or(settings.Limit, contract.DefaultQueueLimit)
	settings, err := world.Do[queue.Settings](b.world, queue.CreateHook{Settings: settings})
	b.must(err)
	hook := b.hook(settings.ID, settings.UDID)
	b.note("createHook", hooksPath, makecom.HookRequest(settings), control.CreatedHook{HookID: hook.ID, HookURL: hook.URL})
	return hook
}

func (b *Bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatalf("mocktest: %v", err)
	}
}

// Deliver puts one item per value into the queue, as encoding/json writes it, and returns their ids. A value that is no
// object is kept under "value".
func (h *Hook) Deliver(values ...any) []string {
	h.bench.t.Helper()
	ids, texts := make([]string, len(values)), make([]json.RawMessage, len(values))
	for i, value := range values {
		text, data, err := encoded(value)
		h.bench.must(err)
		item, err := makecom.Arrive(h.bench.world, h.ID, data)
		h.bench.must(err)
		ids[i], texts[i] = item.ID, text
	}
	if len(values) > 0 {
		h.note("deliverIncomings", "/incomings", control.Delivery{Data: texts}, ids)
	}
	return ids
}

func encoded(value any) (text json.RawMessage, data []byte, err error) {
	if text, err = json.Marshal(value); err != nil {
		return nil, nil, err
	}
	object, err := payload.FromExport(text)
	if err != nil {
		return nil, nil, err
	}
	data, err = payload.Encode(object)
	return text, data, err
}

// Begin holds the named items in processing, or else the oldest that waits, and returns their ids. They cannot be deleted
// until Finish.
func (h *Hook) Begin(ids ...string) (begun []string) {
	h.bench.t.Helper()
	begun = h.do(queue.Begin{HookID: h.ID, IDs: ids})
	asked := control.IncomingSelection{IDs: ids}
	if len(ids) == 0 {
		asked.Count = 1
	}
	h.note("beginIncomings", "/begin", asked, begun)
	return begun
}

// Finish ends the processing of the named items, or else of all, and returns their ids. They leave the queue.
func (h *Hook) Finish(ids ...string) (left []string) {
	h.bench.t.Helper()
	left = h.do(queue.Finish{HookID: h.ID, IDs: ids})
	h.note("finishIncomings", "/finish", control.FinishSelection{IDs: ids}, left)
	return left
}

// Enable lets the hook accept data, or refuse it.
func (h *Hook) Enable(enabled bool) {
	h.bench.t.Helper()
	h.do(queue.Configure{HookID: h.ID, Enabled: &enabled})
	h.bench.noteState("hook disabled", !enabled, map[string]any{"hookId": h.ID})
}

// Status is the hook's settings and how many items are in its queue.
func (h *Hook) Status() queue.Status {
	h.bench.t.Helper()
	return h.bench.status(h.ID)
}

func (b *Bench) status(hookID int) (status queue.Status) {
	b.t.Helper()
	b.must(world.View(b.world, queue.PartName, queue.At(hookID), func(s *queue.State) (err error) {
		status, err = s.Hook(hookID)
		return err
	}))
	return status
}

// do returns the ids that a command names.
func (h *Hook) do(command world.Command) (ids []string) {
	h.bench.t.Helper()
	ids, err := world.Do[[]string](h.bench.world, command)
	h.bench.must(err)
	return ids
}
