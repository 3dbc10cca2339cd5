// Package queue is the deterministic heart of the makecom mock: hooks, and the queue of deliveries that waits on each.
//
// It knows no HTTP, no clock and no randomness. The world supplies the time and the ids that a command needs, so that the same
// commands at the same moments give the same state anywhere. A State is not safe for concurrent use: the world guards it.
package queue

import (
	"maps"
	"math"
	"slices"
	"time"

	"github.com/tidwall/btree"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// State is every hook of one world.
type State struct {
	hooks map[int]*hook
	udids map[string]int
	last  int // the highest id that a hook ever had
}

// NewState returns a state without hooks.
func NewState() *State {
	return &State{hooks: map[int]*hook{}, udids: map[string]int{}}
}

// Fork implements world.State. Queues are shared until one side changes, so the cost depends on the hooks and not on the items.
func (s *State) Fork() world.State {
	fork := &State{hooks: make(map[int]*hook, len(s.hooks)), udids: maps.Clone(s.udids), last: s.last}
	for id, h := range s.hooks {
		fork.hooks[id] = h.fork()
	}
	return fork
}

// Hooks lists the settings and counts of every hook, by ascending id.
func (s *State) Hooks() []Status {
	list := make([]Status, 0, len(s.hooks))
	for _, id := range slices.Sorted(maps.Keys(s.hooks)) {
		list = append(list, s.hooks[id].status())
	}
	return list
}

// Hook returns the settings and counts of one hook, or ErrNoHook.
func (s *State) Hook(id int) (Status, error) {
	h, err := s.find(id)
	if err != nil {
		return Status{}, err
	}
	return h.status(), nil
}

// HookAt finds the hook with the given address, or ErrNoAddress.
func (s *State) HookAt(udid string) (Status, error) {
	id, ok := s.udids[udid]
	if !ok {
		return Status{}, ErrNoAddress
	}
	return s.Hook(id)
}

// NextHookID is an id that no hook ever had: whoever removes one twice harms no other.
func (s *State) NextHookID() int {
	if s.last == math.MaxInt {
		return s.last
	}
	return s.last + 1
}

// SkipTo makes sure that the next hook has at least the given id.
type SkipTo struct{ HookID int }

// skipTo never goes back, because no id is given twice.
func (s *State) skipTo(c SkipTo) { s.last = max(s.last, c.HookID-1) }

func (s *State) find(id int) (*hook, error) {
	h, ok := s.hooks[id]
	if !ok {
		return nil, &HookError{ID: id, Err: ErrNoHook}
	}
	return h, nil
}

// hook is one hook's settings and queue. An item is in arrived from its arrival until it is deleted or processed;
// while it is being processed it is in busy as well.
type hook struct {
	settings Settings
	arrived  *btree.Map[uint64, *stored]
	byID     index
	odd      oddIDs
	busy     *btree.Map[uint64, time.Time] // arrival number to the end of processing, zero when it is held
	ending   *btree.BTreeG[ending]         // of those that are busy, what ends by itself; nil for nothing yet
	waiting  uint64                        // no item waits that arrived before this number
	next     uint64                        // the arrival number of the next item
	nextRun  time.Time                     // of a scheduled hook
	window   Window
}

func newHook(settings Settings) *hook {
	return &hook{
		settings: settings,
		arrived:  new(btree.Map[uint64, *stored]),
		byID:     newIndex(),
		busy:     new(btree.Map[uint64, time.Time]),
	}
}

func (h *hook) fork() *hook {
	fork := *h
	fork.arrived, fork.byID, fork.busy, fork.odd = h.arrived.Copy(), h.byID.copy(), h.busy.Copy(), h.odd.copy()
	if h.ending != nil {
		fork.ending = h.ending.Copy()
	}
	return &fork
}

func (h *hook) status() Status {
	return Status{Settings: h.settings, Queued: h.arrived.Len(), Processing: h.busy.Len()}
}

func (h *hook) isBusy(e entry) bool {
	_, busy := h.busy.Get(e.arrival)
	return busy
}

// remove takes an item with this id out.
func (h *hook) remove(e entry, id string) {
	h.arrived.Delete(e.arrival)
	h.byID.remove(id, e.arrival)
	h.odd.remove(e.arrival)
	if until, _ := h.busy.Delete(e.arrival); !until.IsZero() {
		h.ending.Delete(ending{until, e.arrival})
	}
}
