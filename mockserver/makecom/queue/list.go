package queue

import (
	"sort"
	"time"
)

// Page asks for a part of a queue in order of arrival.
type Page struct {
	HookID      int
	Offset      int
	Limit       int
	NewestFirst bool
	WaitingOnly bool // leaves out what is being processed
}

// List returns the items of a page. Its cost depends on the length of the page, and not on where it lies.
func (s *State) List(p Page) ([]Item, error) {
	return list(s, p, func(h *hook, room int) func(entry) Item { return h.texts(room).item })
}

// Show is [State.List] for whoever writes the items down at once: nothing of them is copied.
func (s *State) Show(p Page) ([]Shown, error) {
	return list(s, p, func(h *hook, _ int) func(entry) Shown { return h.shown })
}

// list makes something of each item of a page, which has so much room.
func list[T any](s *State, p Page, maker func(h *hook, room int) func(entry) T) ([]T, error) {
	h, err := s.find(p.HookID)
	if err != nil {
		return nil, err
	}
	hidden := h.hidden(p.WaitingOnly)
	total := h.arrived.Len() - len(hidden)
	if p.Offset >= total || p.Limit <= 0 {
		return []T{}, nil
	}
	page := make([]T, 0, min(p.Limit, total-p.Offset))
	made := maker(h, cap(page))
	collect := func(arrival uint64, item *stored) bool {
		if !contains(hidden, arrival) {
			page = append(page, made(entry{arrival, item}))
		}
		return len(page) < cap(page)
	}
	first := p.Offset
	if p.NewestFirst {
		first = total - 1 - p.Offset
	}
	start := h.arrivalAt(first, hidden)
	if p.NewestFirst {
		h.arrived.Descend(start, collect)
	} else {
		h.arrived.Ascend(start, collect)
	}
	return page, nil
}

// hidden lists the arrival numbers of the items being processed, ascending, when they are to be left out.
func (h *hook) hidden(waitingOnly bool) []uint64 {
	if !waitingOnly {
		return nil
	}
	return h.busy.Keys()
}

// arrivalAt is the arrival number of the n-th item that is not hidden.
func (h *hook) arrivalAt(n int, hidden []uint64) uint64 {
	for _, arrival := range hidden {
		if h.rank(arrival) > n {
			break
		}
		n++
	}
	arrival, _, _ := h.arrived.GetAt(n)
	return arrival
}

// rank counts the items that arrived before the given one.
func (h *hook) rank(arrival uint64) int {
	return sort.Search(h.arrived.Len(), func(i int) bool {
		a, _, _ := h.arrived.GetAt(i)
		return a >= arrival
	})
}

func contains(ascending []uint64, arrival uint64) bool {
	i := sort.Search(len(ascending), func(i int) bool { return ascending[i] >= arrival })
	return i < len(ascending) && ascending[i] == arrival
}

// Item returns one item and whether it is being processed.
func (s *State) Item(hookID int, id string) (item *Item, processing bool, err error) {
	h, err := s.find(hookID)
	if err != nil {
		return nil, false, err
	}
	found, ok := h.find(id)
	if !ok {
		return nil, false, &ItemError{HookID: hookID, ID: id, Err: ErrNoItem}
	}
	return &Item{ID: id, Created: time.UnixMicro(found.created).UTC(), Data: found.data}, h.isBusy(found), nil
}
