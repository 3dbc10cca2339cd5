package world

import (
	"sync"

	"github.com/understudy-mock/understudy/mockserver/citation"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// reachedSet is the set of requirements that answers of a world were decided by.
type reachedSet struct {
	seen    citation.Set // what an answer cites is looked up here, by one bit: nearly all of it was cited before
	mu      sync.RWMutex
	reached map[*contract.Requirement]struct{}
}

func (c *reachedSet) add(requirements []*contract.Requirement) {
	if c.has(requirements) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(requirements)
}

func (c *reachedSet) put(requirements []*contract.Requirement) {
	if c.reached == nil {
		c.reached = map[*contract.Requirement]struct{}{}
	}
	for _, r := range requirements {
		c.reached[r] = struct{}{}
	}
}

// cite adds what an answer cites. The bit is set with the lock held, so that nobody who clears the set leaves it behind.
func (c *reachedSet) cite(of *citation.Citation) {
	if c.seen.Has(of) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(of.Requirements)
	c.seen.Add(of)
}

func (c *reachedSet) has(requirements []*contract.Requirement) bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	for _, r := range requirements {
		if _, ok := c.reached[r]; !ok {
			return false
		}
	}
	return true
}

func (c *reachedSet) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reached = nil
	c.seen.Clear()
}

// Reach notes that these requirements were shown.
func (w *World) Reach(requirements []*contract.Requirement) {
	if w.coverage.has(requirements) {
		return // then all worlds together have them too
	}
	w.coverage.add(requirements)
	w.total.add(requirements)
}

// Cite notes what decided an answer; nil is nothing. All citations come from one table.
func (w *World) Cite(of *citation.Citation) {
	if of == nil || w.coverage.seen.Has(of) {
		return // then all worlds together have it too
	}
	w.coverage.cite(of)
	w.total.cite(of)
}

// Reached reports whether an answer was decided by r since the world was made or reset.
func (w *World) Reached(r *contract.Requirement) bool {
	return w.coverage.has([]*contract.Requirement{r})
}

// Cite notes what decided an answer outside of every world, such as the refusal of a missing token; nil is nothing.
func (r *Registry) Cite(of *citation.Citation) {
	if of != nil {
		r.coverage.cite(of)
	}
}

// Reached reports whether an answer of any world was decided by the requirement since the registry was made. Worlds that were reset
// or dropped count too.
func (r *Registry) Reached(requirement *contract.Requirement) bool {
	return r.coverage.has([]*contract.Requirement{requirement})
}
