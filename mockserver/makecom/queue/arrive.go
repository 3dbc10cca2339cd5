package queue

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Arrive puts a delivery at the end of a queue. The result is the *Item.
type Arrive struct {
	HookID int
	ID     string `json:",omitempty"` // "" for a new one
	Data   []byte // as payload.Encode makes it; the state keeps it
}

// arrive refuses a disabled hook, a full queue, a hook that is delivered to too fast, and an id that the queue holds.
func (s *State) arrive(c Arrive, m world.Moment) (*Item, error) {
	h, err := s.find(c.HookID)
	if err != nil {
		return nil, err
	}
	window, err := h.accepts(m.At)
	if err != nil {
		return nil, &HookError{ID: c.HookID, Err: err}
	}
	if c.ID == "" {
		c.ID = h.freshID(m)
	} else if _, taken := h.find(c.ID); taken {
		return nil, &ItemError{HookID: c.HookID, ID: c.ID, Err: ErrIDTaken}
	}
	h.window = window
	e := h.add(c.ID, m.At, c.Data)
	return &Item{ID: c.ID, Created: time.UnixMicro(e.created).UTC(), Data: c.Data}, nil
}

// Deliver puts several deliveries into a queue, all or none, whatever rate the hook keeps. The result is their ids.
type Deliver struct {
	HookID int
	Data   [][]byte // MessagePack; the state keeps it
}

// deliver refuses a disabled hook and more than there is room for.
func (s *State) deliver(c Deliver, m world.Moment) ([]string, error) {
	h, err := s.find(c.HookID)
	if err == nil {
		err = h.hasRoom(c)
	}
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(c.Data))
	for i, data := range c.Data {
		ids[i] = h.freshID(m)
		h.add(ids[i], m.At, data)
	}
	return ids, nil
}

func (h *hook) hasRoom(c Deliver) error {
	if h.arrived.Len()+len(c.Data) > h.settings.Limit {
		return &HookError{ID: c.HookID, Err: ErrFull}
	}
	if err := h.isOpen(); err != nil {
		return &HookError{ID: c.HookID, Err: err}
	}
	return nil
}

// add puts an item at the end. No other item has its id.
func (h *hook) add(id string, created time.Time, data []byte) entry {
	e := entry{h.next, &stored{created: created.UnixMicro(), data: data}}
	h.next++
	var plain bool
	if e.id, plain = parseID(id); !plain {
		h.odd.set(e.arrival, id)
	}
	h.arrived.Set(e.arrival, e.stored)
	h.byID.add(id, e.arrival)
	return e
}

// find finds an item by its id.
func (h *hook) find(id string) (found entry, ok bool) {
	h.byID.look(id, func(low uint32) bool {
		ok = arrivals(low, h.next, func(arrival uint64) bool {
			item, held := h.arrived.Get(arrival)
			found = entry{arrival, item}
			return held && h.has(found, id)
		})
		return ok
	})
	return found, ok
}

// freshID is an id that no item of the queue has. One of a world file may have the first that comes.
func (h *hook) freshID(m world.Moment) string {
	for {
		id := m.NewID()
		if _, taken := h.find(id); !taken {
			return id
		}
	}
}

// accepts returns the window as it is with one delivery more.
func (h *hook) accepts(at time.Time) (Window, error) {
	if err := h.isOpen(); err != nil {
		return Window{}, err
	}
	window, admitted := h.window.with(at, h.settings.IngestRate)
	switch {
	case !admitted:
		return Window{}, ErrTooFast
	case h.arrived.Len() >= h.settings.Limit:
		return Window{}, ErrFull
	}
	return window, nil
}

func (h *hook) isOpen() error {
	switch {
	case h.settings.Gone:
		return ErrNoAddress
	case !h.settings.Enabled:
		return ErrDisabled
	}
	return nil
}

// rateSpan is the window in which deliveries are counted.
const rateSpan = 10 * time.Second

// Window counts the deliveries of the running window. The zero Window has not begun.
type Window struct {
	Start time.Time
	Count int
}

// with is the window with one delivery more, if the limit admits it. What is refused does not count.
func (w Window) with(at time.Time, limit int) (Window, bool) {
	if limit <= 0 {
		return w, true
	}
	if at.Before(w.Start) || at.Sub(w.Start) >= rateSpan {
		w = Window{Start: at}
	}
	w.Count++
	return w, w.Count <= limit
}
