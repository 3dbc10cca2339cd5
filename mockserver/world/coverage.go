package world

import (
	"sync"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// reachedSet is the set of requirements that answers of a world were decided by.
type reachedSet struct {
	mu      sync.RWMutex
	reached map[*contract.Requirement]struct{}
}

func (c *reachedSet) add(requirements []*contract.Requirement) {
	if c.has(requirements) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reached == nil {
		c.reached = map[*contract.Requirement]struct{}{}
	}
	for _, r := range requirements {
		c.reached[r] = struct{}{}
	}
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
}

// Reach notes that an answer was decided by these requirements.
func (w *World) Reach(requirements []*contract.Requirement) {
	if w.coverage.has(requirements) {
		return // then all worlds together have them too
	}
	w.coverage.add(requirements)
	w.total.add(requirements)
}

// Reached reports whether an answer was decided by r since the world was made or reset.
func (w *World) Reached(r *contract.Requirement) bool {
	return w.coverage.has([]*contract.Requirement{r})
}

// Reach notes that an answer outside of every world, such as the refusal of a missing token, was decided by these requirements.
func (r *Registry) Reach(requirements []*contract.Requirement) { r.coverage.add(requirements) }

// Reached reports whether an answer of any world was decided by the requirement since the registry was made. Worlds that were reset
// or dropped count too.
func (r *Registry) Reached(requirement *contract.Requirement) bool {
	return r.coverage.has([]*contract.Requirement{requirement})
}
