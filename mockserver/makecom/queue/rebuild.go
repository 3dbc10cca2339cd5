package queue

import (
	"iter"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// refillBytes is about how large the data of one Refill is.
const refillBytes = 256 << 10

// Refill adds items to the end of a queue as they were. Only what was kept of a world has it.
type Refill struct {
	HookID int
	Items  []Held
}

// Kind implements world.Command.
func (Refill) Kind() string { return PartName + "/refill" }

// refill refuses a hook that does not exist, and an id that the queue has.
func (s *State) refill(c Refill) error {
	h, err := s.find(c.HookID)
	if err != nil {
		return err
	}
	for _, held := range c.Items {
		if _, taken := h.find(held.ID); taken {
			return &ItemError{HookID: c.HookID, ID: held.ID, Err: ErrIDTaken}
		}
		h.refill(held)
	}
	return nil
}

func (h *hook) refill(held Held) {
	item := h.add(held.ID, held.Created, held.Data)
	if held.Processing {
		h.setBusy(item, held.Until)
	}
}

// Rebuild implements world.Rebuilder.
func (s *State) Rebuild() iter.Seq[world.Command] {
	return func(yield func(world.Command) bool) {
		for _, c := range s.Contents() {
			items := c.Items
			c.Items = nil
			if !yield(RestoreHook{Hook: c}) || !refills(c.ID, items, yield) {
				return
			}
		}
		yield(SkipTo{HookID: s.NextHookID()})
	}
}

// refills puts items into commands of a bounded size.
func refills(hookID int, items []Held, yield func(world.Command) bool) bool {
	first, bytes := 0, 0
	for i, held := range items {
		const head = 128 // id and time
		bytes += head + len(held.Data)
		if bytes < refillBytes && i < len(items)-1 {
			continue
		}
		if !yield(Refill{HookID: hookID, Items: items[first : i+1]}) {
			return false
		}
		first, bytes = i+1, 0
	}
	return true
}
