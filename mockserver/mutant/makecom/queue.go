package makecom

import (
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// hookOf is the hook that a call is about: by the path, by the address, or by the state to set up; 0 for none.
func hookOf(c *wrap.Call) int {
	if !c.Is(opIngest) {
		return max(c.Number("hookId"), c.Setup().HookID)
	}
	udid, _ := address.Split(c.Path("udid"))
	id := 0
	change(c, func(s *queue.State, _ world.Moment) {
		if status, err := s.HookAt(udid); err == nil {
			id = status.ID
		}
	})
	return id
}

// change runs commands on the queues of the call's world. What they refuse is refused.
func change(c *wrap.Call, do func(s *queue.State, m world.Moment)) {
	if c.World() == nil {
		return
	}
	_ = c.World().ChangeMakecom(0, func(s *queue.State, m world.Moment) error { // it hands on what do returns, which is nothing
		do(s, m)
		return nil
	})
}

// held lists what is in the queue that a call is about, in order.
func held(c *wrap.Call) []queue.Held {
	hook := hookOf(c)
	var items []queue.Held
	change(c, func(s *queue.State, _ world.Moment) { items = heldBy(s, hook) })
	return items
}

func heldBy(s *queue.State, hook int) []queue.Held {
	for _, h := range s.Holdings() {
		if h.ID == hook {
			return h.Items
		}
	}
	return nil
}

func idOf(h queue.Held) string { return h.ID }

// idsOf are the ids of the items for which the condition holds.
func idsOf(items []queue.Held, condition func(queue.Held) bool) []string {
	var ids []string
	for _, item := range items {
		if condition(item) {
			ids = append(ids, idOf(item))
		}
	}
	return ids
}

func waiting(h queue.Held) bool { return !h.Processing }
func busy(h queue.Held) bool    { return h.Processing }

func in(ids []string) func(queue.Held) bool {
	return func(h queue.Held) bool { return slices.Contains(ids, h.ID) }
}

// rebuild makes the queue that a call is about anew, with the items that edit returns.
func rebuild(c *wrap.Call, edit func(items []queue.Held) []queue.Held) {
	hook := hookOf(c)
	change(c, func(s *queue.State, m world.Moment) {
		for _, h := range s.Holdings() {
			if h.ID == hook {
				replace(s, h, edit(h.Items), m)
			}
		}
	})
}

// replace lets the items arrive at a hook that takes them whatever its settings, and then gives it its settings back.
func replace(s *queue.State, h queue.Holding, items []queue.Held, m world.Moment) {
	open := h.Settings
	open.Enabled, open.Gone, open.IngestRate, open.Limit = true, false, 0, max(h.Limit, len(items))
	_ = s.RemoveHook(queue.RemoveHook{HookID: h.ID}) // the hook is there, and no command below can be refused
	_ = s.CreateHook(queue.CreateHook{Settings: open, At: m.At, NextRun: h.NextRun})
	for _, item := range items {
		_, _ = s.Arrive(queue.Arrive{HookID: h.ID, ID: item.ID, Data: item.Data, At: item.Created})
		if item.Processing {
			_, _ = s.Begin(queue.Begin{HookID: h.ID, IDs: []string{item.ID}, Until: item.Until})
		}
	}
	_ = s.Configure(queue.Configure{HookID: h.ID, Enabled: &h.Enabled, Gone: &h.Gone, Limit: &h.Limit, IngestRate: &h.IngestRate})
}

// rename gives an item of the queue that a call is about another id.
func rename(c *wrap.Call, from, to string) {
	rebuild(c, func(items []queue.Held) []queue.Held {
		for i, item := range items {
			if item.ID == from {
				renamed := *item.Item
				renamed.ID = to
				items[i].Item = &renamed
			}
		}
		return items
	})
}

// drop deletes items of the queue that a call is about, those being processed included.
func drop(c *wrap.Call, ids ...string) {
	rebuild(c, func(items []queue.Held) []queue.Held { return slices.DeleteFunc(items, in(ids)) })
}

// shown is an item as the list shows it.
func shown(h queue.Held) wrap.Object {
	return wrap.Object{"id": h.ID, "scope": "hook", "size": h.Size(), "created": h.Created.UTC().Format("2006-01-02T15:04:05.000Z")}
}
