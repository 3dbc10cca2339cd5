package queue

import "time"

// Item is one delivery. It never changes once it has arrived.
type Item struct {
	ID      string // 32 lower-case hex digits
	Created time.Time
	Data    []byte // MessagePack

	arrival uint64
}

// Size is the size that the API reports: the length of the MessagePack data.
func (i *Item) Size() int { return len(i.Data) }

// Arrive puts a delivery at the end of a queue.
type Arrive struct {
	HookID int
	ID     string
	Data   []byte // MessagePack; the state keeps it
	At     time.Time
}

// Arrive refuses a disabled hook, a full queue, a hook that is delivered to too fast and an id that the queue holds.
func (s *State) Arrive(c Arrive) (*Item, error) {
	h, err := s.find(c.HookID)
	if err != nil {
		return nil, err
	}
	if err := h.accepts(c); err != nil {
		return nil, err
	}
	item := &Item{ID: c.ID, Created: c.At, Data: c.Data, arrival: h.next}
	h.next++
	h.arrived.Set(item.arrival, item)
	h.byID.add(item)
	return item, nil
}

func (h *hook) accepts(c Arrive) error {
	switch {
	case h.settings.Gone:
		return &HookError{ID: c.HookID, Err: ErrNoAddress}
	case !h.settings.Enabled:
		return &HookError{ID: c.HookID, Err: ErrDisabled}
	case !h.window.admits(c.At, h.settings.IngestRate):
		return &HookError{ID: c.HookID, Err: ErrTooFast}
	case h.arrived.Len() >= h.settings.Limit:
		return &HookError{ID: c.HookID, Err: ErrFull}
	}
	if _, taken := h.byID.get(c.ID); taken {
		return &ItemError{HookID: c.HookID, ID: c.ID, Err: ErrIDTaken}
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

func (w *Window) admits(at time.Time, limit int) bool {
	if limit <= 0 {
		return true
	}
	if at.Before(w.Start) || at.Sub(w.Start) >= rateSpan {
		*w = Window{Start: at}
	}
	w.Count++
	return w.Count <= limit
}
