package queue

import (
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// Begin starts the processing of waiting items: those in IDs, or else the Count oldest. They stay in the queue, and
// cannot be deleted, until Finish.
type Begin struct {
	HookID int
	IDs    []string
	Count  int
	Until  time.Time // when the processing ends by itself, on a schedule; zero for when it is told
}

// begin returns the ids of the items that it began, in order of arrival when it chose them itself. It refuses an
// item that is unknown or being processed already, and to begin more items than wait; then it begins none.
func (s *State) begin(c Begin) ([]string, error) {
	h, err := s.find(c.HookID)
	if err != nil {
		return nil, err
	}
	items, err := h.toBegin(c)
	if err != nil {
		return nil, err
	}
	return h.hold(items, c.Until), nil
}

func (h *hook) toBegin(c Begin) ([]*Item, error) {
	if len(c.IDs) == 0 {
		items := h.oldestWaiting(max(c.Count, 1))
		if len(items) < max(c.Count, 1) {
			return nil, &HookError{ID: c.HookID, Err: ErrNoneWaiting}
		}
		return items, nil
	}
	items := make([]*Item, 0, len(c.IDs))
	for _, id := range c.IDs {
		item, ok := h.byID.get(id)
		switch {
		case !ok:
			return nil, &ItemError{HookID: c.HookID, ID: id, Err: ErrNoItem}
		case h.isBusy(item):
			return nil, &ItemError{HookID: c.HookID, ID: id, Err: ErrNotWaiting}
		}
		items = append(items, item)
	}
	return items, nil
}

func (h *hook) hold(items []*Item, until time.Time) []string {
	ids := make([]string, len(items))
	for i, item := range items {
		h.busy.Set(item.arrival, until)
		ids[i] = item.ID
	}
	return ids
}

func (h *hook) oldestWaiting(n int) []*Item {
	var items []*Item
	h.arrived.Scan(func(_ uint64, item *Item) bool {
		if len(items) == n {
			return false
		}
		if !h.isBusy(item) {
			items = append(items, item)
		}
		return true
	})
	return items
}

// Finish ends the processing of the items in IDs, or else of every item being processed. They leave the queue.
type Finish struct {
	HookID int
	IDs    []string
}

// finish returns the ids of the items that left. It refuses an item that still waits or that is unknown; then none leaves.
func (s *State) finish(c Finish, m world.Moment) ([]string, error) {
	h, err := s.find(c.HookID)
	if err != nil {
		return nil, err
	}
	items, err := h.toFinish(c)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(items))
	for i, item := range items {
		h.remove(item)
		ids[i] = item.ID
	}
	if len(items) > 0 {
		processed(m)
	}
	return ids, nil
}

// processed notes that items left a queue because they were processed.
func processed(m world.Moment) {
	m.Reach(contract.ProcessFIFO, contract.ProcessLeaves, contract.ProcessOnce)
}

func (h *hook) toFinish(c Finish) ([]*Item, error) {
	if len(c.IDs) == 0 {
		return h.allBusy(), nil
	}
	items := make([]*Item, 0, len(c.IDs))
	for _, id := range c.IDs {
		item, ok := h.byID.get(id)
		switch {
		case !ok:
			return nil, &ItemError{HookID: c.HookID, ID: id, Err: ErrNoItem}
		case !h.isBusy(item):
			return nil, &ItemError{HookID: c.HookID, ID: id, Err: ErrNotBusy}
		}
		items = append(items, item)
	}
	return items, nil
}

func (h *hook) allBusy() []*Item {
	items := make([]*Item, 0, h.busy.Len())
	for _, arrival := range h.busy.Keys() {
		item, _ := h.arrived.Get(arrival)
		items = append(items, item)
	}
	return items
}

// Elapse lets a scheduled hook do by itself what was due up to the moment; without a hook, every hook.
type Elapse struct {
	HookID int `json:",omitempty"`
}

func (s *State) due(id int, now time.Time) bool {
	h, ok := s.hooks[id]
	return ok && h.settings.Processing.Every > 0 && !now.Before(h.nextEvent())
}

func (s *State) elapse(c Elapse, m world.Moment) error {
	if c.HookID != 0 {
		h, err := s.find(c.HookID)
		if err == nil {
			h.elapse(m)
		}
		return err
	}
	for _, h := range s.hooks {
		h.elapse(m)
	}
	return nil
}

// elapse runs the schedule in order of time. A run begins only when the run before it has ended, so each one that is played
// takes an item and the idle ones between are skipped in one step.
func (h *hook) elapse(m world.Moment) {
	if h.settings.Processing.Every <= 0 {
		return
	}
	before := h.arrived.Len()
	for at := h.nextEvent(); !at.After(m.At); at = h.nextEvent() {
		h.finishDue(at)
		if !at.Before(h.nextRun) {
			h.run(at, m.At)
		}
	}
	if h.arrived.Len() < before {
		processed(m)
	}
}

// nextEvent is the end of the running run, or else the start of the next.
func (h *hook) nextEvent() time.Time {
	if end, running := h.runEnds(); running {
		return end
	}
	return h.nextRun
}

// runEnds is when the items that the schedule began will be done. Items that are held have no end and do not count.
func (h *hook) runEnds() (end time.Time, running bool) {
	h.busy.Scan(func(_ uint64, until time.Time) bool {
		if !until.IsZero() {
			end, running = until, true
		}
		return !running
	})
	return end, running
}

func (h *hook) finishDue(at time.Time) {
	for _, item := range h.allBusy() {
		if until, _ := h.busy.Get(item.arrival); !until.IsZero() && !until.After(at) {
			h.remove(item)
		}
	}
}

// run begins one scheduled run and sets the time of the next, past every run that would be idle up to limit.
func (h *hook) run(at, limit time.Time) {
	plan := h.settings.Processing
	n := plan.MaxResults
	if n <= 0 {
		n = h.arrived.Len()
	}
	items := h.oldestWaiting(n)
	until := at.Add(plan.Duration)
	h.hold(items, until)
	resume := until
	if len(items) == 0 {
		resume = limit
	}
	h.nextRun = at.Add(plan.Every)
	for late := resume.Sub(h.nextRun); late > 0; late = resume.Sub(h.nextRun) { // a Duration ends at 292 years
		h.nextRun = h.nextRun.Add(max(1, late/plan.Every) * plan.Every)
	}
}
