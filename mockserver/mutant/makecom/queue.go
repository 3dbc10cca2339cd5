package makecom

import (
	"errors"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// hookOf is the hook that a call is about: by the path, by the address, or by the state to set up; 0 for none.
func hookOf(c *wrap.Call) int {
	if !c.Is(makeapi.OpIngest) {
		return max(c.Number("hookId"), wrap.Integer(c.Setup().Params["hookId"]))
	}
	udid, _ := address.Split(c.Path("udid"))
	id := 0
	look(c, func(s *queue.State) {
		if status, err := s.HookAt(udid); err == nil {
			id = status.ID
		}
	})
	return id
}

// look reads the queues of the call's world.
func look(c *wrap.Call, read func(s *queue.State)) {
	change(c, func(s *queue.State) world.Command {
		read(s)
		return nil
	})
}

var errNothing = errors.New("there is nothing to be changed")

// change chooses a command by the queues of the call's world, nil for none. What is refused is refused.
func change(c *wrap.Call, choose func(s *queue.State) world.Command) {
	if c.World() == nil {
		return
	}
	_, _ = world.Decide(c.World(), queue.PartName, queue.At(0), func(s *queue.State) (world.Command, error) {
		if command := choose(s); command != nil {
			return command, nil
		}
		return nil, errNothing
	})
}

// held lists what is in the queue that a call is about, in order.
func held(c *wrap.Call) []queue.Held {
	hook := hookOf(c)
	var items []queue.Held
	look(c, func(s *queue.State) { items = heldBy(s, hook) })
	return items
}

func heldBy(s *queue.State, hook int) []queue.Held {
	for _, h := range s.Contents() {
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
	change(c, func(s *queue.State) world.Command {
		for _, h := range s.Contents() {
			if h.ID == hook {
				h.Items = once(edit(h.Items))
				return queue.RestoreHook{Hook: h}
			}
		}
		return nil
	})
}

// once leaves out items whose id came before.
func once(items []queue.Held) []queue.Held {
	var kept []queue.Held
	for _, item := range items {
		if !slices.Contains(idsOf(kept, func(queue.Held) bool { return true }), item.ID) {
			kept = append(kept, item)
		}
	}
	return kept
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
