package queue

import (
	"iter"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Contents is a hook with all that it holds: what it takes to build it again.
type Contents struct {
	Settings
	NextRun time.Time // of its schedule
	Window  Window    // of its deliveries
	Items   []Held    // in order of arrival
}

// Held is an item and where it stands.
type Held struct {
	*Item
	Processing bool      `json:",omitempty"`
	Until      time.Time `json:",omitzero"` // when its processing ends by itself; zero when it is held until told
}

// Contents lists every hook by ascending id.
func (s *State) Contents() []Contents {
	all := make([]Contents, 0, len(s.hooks))
	for _, status := range s.Hooks() {
		all = append(all, s.hooks[status.ID].contents())
	}
	return all
}

func (h *hook) contents() Contents {
	all := h.withoutItems()
	all.Items = make([]Held, 0, h.arrived.Len())
	items, texts := make([]Item, 0, h.arrived.Len()), h.texts(h.arrived.Len())
	h.arrived.Scan(func(arrival uint64, item *stored) bool {
		items = append(items, texts.item(entry{arrival, item}))
		until, busy := h.busy.Get(arrival)
		all.Items = append(all.Items, Held{Item: &items[len(items)-1], Processing: busy, Until: until})
		return true
	})
	return all
}

func (h *hook) withoutItems() Contents {
	all := Contents{Settings: h.settings, Window: h.window}
	if h.settings.Processing.Every > 0 {
		all.NextRun = h.nextRun
	}
	return all
}

// held hands over what the queue holds, in order of arrival.
func (h *hook) held(yield func(Held) bool) {
	h.arrived.Scan(func(arrival uint64, item *stored) bool {
		shown := h.texts(1).item(entry{arrival, item})
		until, busy := h.busy.Get(arrival)
		return yield(Held{Item: &shown, Processing: busy, Until: until})
	})
}

// Walk is [State.Contents] hook by hook, and item by item in the stead of Contents.Items. The state must not change meanwhile.
func (s *State) Walk(yield func(Contents, iter.Seq[Held]) bool) {
	for _, status := range s.Hooks() {
		h := s.hooks[status.ID]
		if !yield(h.withoutItems(), h.held) {
			return
		}
	}
}

// RestoreHook puts a hook with all that it holds in the place of the one with its id, if there is one. The result is nothing.
type RestoreHook struct{ Hook Contents }

// restoreHook takes the items whatever the settings are. It refuses an address that another hook has, and an id that two items have.
func (s *State) restoreHook(c RestoreHook, m world.Moment) error {
	h := newHook(c.Hook.Settings)
	h.nextRun, h.window = c.Hook.NextRun, c.Hook.Window
	for _, held := range c.Hook.Items {
		if _, taken := h.find(held.ID); taken {
			return &ItemError{HookID: c.Hook.ID, ID: held.ID, Err: ErrIDTaken}
		}
		h.refill(held)
	}
	old, replaced := s.hooks[c.Hook.ID]
	if replaced {
		s.drop(old)
	}
	err := s.insert(h, m)
	if err != nil && replaced {
		s.hooks[c.Hook.ID], s.udids[old.settings.UDID] = old, c.Hook.ID
	}
	return err
}

func (s *State) drop(h *hook) {
	delete(s.udids, h.settings.UDID)
	delete(s.hooks, h.settings.ID)
}
