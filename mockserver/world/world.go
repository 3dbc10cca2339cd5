// Package world keeps one vendor per credential: state, clock, seed, dialect, tokens and journal, isolated from every
// other and quick to make, fork and reset.
package world

import (
	"maps"
	"sync"
	"sync/atomic"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// World is one isolated vendor. It is safe for concurrent use.
type World struct {
	Name    string
	Journal *journal.Journal

	registry   *Registry
	shown      atomic.Pointer[settings] // a copy of those in now, to be read without a lock
	requests   atomic.Uint64            // request ids given
	used       atomic.Int64             // when it was last asked for, in ticks of its registry
	coverage   reachedSet
	total      *reachedSet // of all worlds
	violations violations
	tokens     map[string]struct{} // that open it; its registry guards them
	revoked    []string            // the latest of them that were revoked, oldest first
	put        bool                // it was made of a base of its own

	mu       sync.RWMutex
	now      contents
	origin   contents // what a reset goes back to; never changed
	resets   uint64
	follower func(Record) // is told of every command; nil for nobody
	kept     kept
	past     past
	weight   weight
}

// contents is everything of a world that a fork copies and a reset brings back.
type contents struct {
	settings
	parts    []Part  // of the registry
	states   []State // of each part
	sinks    *sink.State
	minutes  map[string]Minute // of each vendor that counts calls
	counters counters

	requests uint64 // request ids given at the start; World counts on
}

// counters count what a world gave out, so that it never gives it again.
type counters struct {
	items   uint64 // ids of lower-case digits
	records uint64 // ids of upper-case digits, and keys
	tokens  uint64
}

// settings are what a request may look up while it holds the state: reading them takes no lock.
type settings struct {
	seed    int64
	clock   *clock.Clock
	dialect contract.Dialect // replaced, never changed
	vary    *int64           // seed of variations, nil for none; replaced, never changed
	limits  map[string]int   // calls per minute of each vendor; replaced, never changed
	held    map[string][]int // limits that hold instead for a while, the last of them; replaced, never changed
	mutant  Mutant
	faults  *fault.Plan
}

func (c contents) fork() contents {
	fork := c
	fork.clock = c.clock.Copy()
	fork.states = make([]State, len(c.states))
	for i, s := range c.states {
		fork.states[i] = s.Fork()
	}
	fork.sinks = c.sinks.Fork()
	fork.minutes = maps.Clone(c.minutes)
	fork.faults = c.faults.Fork()
	fork.mutant.Memory = new(Memory)
	return fork
}

// state is what a part is now, nil for one that no API has.
func (c *contents) state(part string) State {
	for i := range c.parts {
		if c.parts[i].Name == part {
			return c.states[i]
		}
	}
	return nil
}

func (r *Registry) newWorld(name string, origin contents, total *reachedSet) *World {
	w := &World{Name: name, Journal: journal.New(r.config.Journal, r.config.APIs...), registry: r, origin: origin, total: total}
	w.Journal.Share(r.budget)
	w.restore(origin.fork())
	w.beginPast(0, w.origin)
	return w
}

func (w *World) restore(c contents) {
	w.now = c
	w.publish()
	w.requests.Store(c.requests)
}

// publish shows the settings of now. The caller holds the right to write.
func (w *World) publish() {
	s := w.now.settings
	w.shown.Store(&s)
}

// fork copies the contents as they are now. It takes the right to write, because sharing a queue marks both sides.
func (w *World) fork() contents {
	w.mu.Lock()
	defer w.mu.Unlock()
	fork := w.now.fork()
	fork.requests = w.requests.Load()
	return fork
}

// Clock is the world's clock. A reset replaces it.
func (w *World) Clock() clock.Reader { return w.shown.Load().clock }

// Resets is how often the world was reset.
func (w *World) Resets() uint64 {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.resets
}

// IsPut reports whether the world was made of a base of its own, and not of that of the registry.
func (w *World) IsPut() bool { return w.put }

// Seed is the number from which the world's ids follow.
func (w *World) Seed() int64 { return w.shown.Load().seed }

// Dialect is the world's answers to the open questions. It must not be changed.
func (w *World) Dialect() contract.Dialect { return w.shown.Load().dialect }

// Variations is the seed of the ways in which the world writes its answers, nil where it writes them as the documents do.
func (w *World) Variations() *int64 { return w.shown.Load().vary }

// NewRequestID is 32 lower-case hex digits that name an exchange.
func (w *World) NewRequestID() string {
	return hexID(w.Seed(), requestStream, w.requests.Add(1))
}
