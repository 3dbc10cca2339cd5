package queue

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
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
	h.hold(items, c.Until)
	return h.ids(items), nil
}

func (h *hook) toBegin(c Begin) ([]entry, error) {
	if len(c.IDs) == 0 {
		items := h.oldestWaiting(max(c.Count, 1))
		if len(items) < max(c.Count, 1) {
			return nil, &HookError{ID: c.HookID, Err: ErrNoneWaiting}
		}
		return items, nil
	}
	items := make([]entry, 0, len(c.IDs))
	for _, id := range c.IDs {
		item, ok := h.find(id)
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

func (h *hook) hold(items []entry, until time.Time) {
	for _, item := range items {
		h.setBusy(item, until)
	}
}

// oldestWaiting passes over what is being processed at the front of the queue once, and remembers it: nothing there waits again.
func (h *hook) oldestWaiting(n int) []entry {
	var items []entry
	h.arrived.Ascend(h.waiting, func(arrival uint64, kept *stored) bool {
		item := entry{arrival, kept}
		busy := h.isBusy(item)
		switch {
		case !busy && len(items) == n:
			return false
		case !busy:
			items = append(items, item)
		case len(items) == 0:
			h.waiting = arrival + 1
		}
		return true
	})
	return items
}

func (h *hook) setBusy(item entry, until time.Time) {
	h.busy.Set(item.arrival, until)
	if until.IsZero() {
		return
	}
	if h.ending == nil {
		h.ending = btree.NewBTreeGOptions(ending.before, btree.Options{NoLocks: true})
	}
	h.ending.Set(ending{until, item.arrival})
}

// ending is the end of an item's processing that comes by itself.
type ending struct {
	at      time.Time
	arrival uint64
}

func (e ending) before(other ending) bool {
	if !e.at.Equal(other.at) {
		return e.at.Before(other.at)
	}
	return e.arrival < other.arrival
}

// firstEnding is the end that comes first.
func (h *hook) firstEnding() (first ending, running bool) {
	if h.ending == nil {
		return ending{}, false
	}
	return h.ending.Min()
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
	ids := h.ids(items)
	for i, item := range items {
		h.remove(item, ids[i])
	}
	if len(items) > 0 {
		processed(m)
	}
	return ids, nil
}

// processed notes that items left a queue because they were processed.
func processed(m world.Moment) {
	m.Reach(makeapi.ProcessFIFO, makeapi.ProcessLeaves, makeapi.ProcessOnce)
}

func (h *hook) toFinish(c Finish) ([]entry, error) {
	if len(c.IDs) == 0 {
		return h.allBusy(), nil
	}
	items := make([]entry, 0, len(c.IDs))
	for _, id := range c.IDs {
		item, ok := h.find(id)
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

func (h *hook) allBusy() []entry {
	items := make([]entry, 0, h.busy.Len())
	for _, arrival := range h.busy.Keys() {
		item, _ := h.arrived.Get(arrival)
		items = append(items, entry{arrival, item})
	}
	return items
}

// Elapse lets a scheduled hook do by itself what was due up to the moment; without a hook, every hook.
type Elapse struct {
	HookID int `json:",omitempty"`
	Most   int `json:",omitempty"` // items that may begin or end at the most, about; 0 for any number
}

// slice is the Most of what [State.Due] asks for: it takes a few milliseconds.
const slice = 2048

func (s *State) due(id int, now time.Time) bool {
	h, ok := s.hooks[id]
	return ok && h.settings.Processing.Every > 0 && !now.Before(h.nextEvent())
}

func (s *State) elapse(c Elapse, m world.Moment) error {
	left := c.Most
	if left <= 0 {
		left = math.MaxInt
	}
	if c.HookID != 0 {
		h, err := s.find(c.HookID)
		if err == nil {
			h.elapse(m, left)
		}
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(s.hooks)) {
		if left = s.hooks[id].elapse(m, left); left <= 0 {
			break
		}
	}
	return nil
}

// elapse runs the schedule in order of time, until that many items began or ended, and returns how many are left of them. A run
// begins only when the run before it has ended, so each one that is played takes an item and the idle ones between are skipped in
// one step.
func (h *hook) elapse(m world.Moment, left int) int {
	if h.settings.Processing.Every <= 0 {
		return left
	}
	before := h.arrived.Len()
	for at := h.nextEvent(); !at.After(m.At) && left > 0; at = h.nextEvent() {
		left -= h.finishDue(at, left)
		if left > 0 && !at.Before(h.nextRun) {
			left -= 1 + h.run(at, m.At)
		}
	}
	if h.arrived.Len() < before {
		processed(m)
	}
	return left
}

// nextEvent is the end of the running run, or else the start of the next. Items that are held have no end and do not count.
func (h *hook) nextEvent() time.Time {
	if first, running := h.firstEnding(); running {
		return first.at
	}
	return h.nextRun
}

// finishDue ends what is to end by then, no more items than most, and counts them.
func (h *hook) finishDue(at time.Time, most int) (n int) {
	for n < most {
		first, running := h.firstEnding()
		if !running || first.at.After(at) {
			break
		}
		h.end(first.arrival)
		n++
	}
	return n
}

// end takes an item out whose processing is over.
func (h *hook) end(arrival uint64) {
	item, _ := h.arrived.Get(arrival)
	e := entry{arrival, item}
	h.remove(e, h.texts(1).id(e))
}

// run begins one scheduled run and sets the time of the next, past every run that would be idle up to limit.
// It counts the items.
func (h *hook) run(at, limit time.Time) int {
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
	return len(items)
}
