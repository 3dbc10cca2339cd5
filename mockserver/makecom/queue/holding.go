package queue

import "time"

// Holding is a hook with all that it holds: what it takes to build it again.
type Holding struct {
	Settings
	NextRun time.Time // of its schedule
	Window  Window    // of its deliveries
	Items   []Held    // in order of arrival
}

// Held is an item and where it stands.
type Held struct {
	*Item
	Processing bool
	Until      time.Time // when its processing ends by itself; zero when it is held until told
}

// Holdings lists every hook by ascending id.
func (s *State) Holdings() []Holding {
	all := make([]Holding, 0, len(s.hooks))
	for _, status := range s.Hooks() {
		all = append(all, s.hooks[status.ID].holding())
	}
	return all
}

func (h *hook) holding() Holding {
	held := Holding{Settings: h.settings, Window: h.window, Items: make([]Held, 0, h.arrived.Len())}
	if h.settings.Processing.Every > 0 {
		held.NextRun = h.nextRun
	}
	h.arrived.Scan(func(arrival uint64, item *Item) bool {
		until, busy := h.busy.Get(arrival)
		held.Items = append(held.Items, Held{Item: item, Processing: busy, Until: until})
		return true
	})
	return held
}
