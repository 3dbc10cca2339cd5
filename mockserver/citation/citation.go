// Package citation numbers the lists of requirements that decide answers. A mock decides answers in few ways, so that the same lists come
// again and again: each is kept once, with what is written of it, and whoever asks whether it came before asks for one bit.
package citation

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Citation is the requirements that decided an answer, in the order of the decisions. Nothing in it may be changed.
type Citation struct {
	Requirements []*contract.Requirement
	IDs          string // the ids, with a comma between

	number int // in its table; below 0 for one that the table has no room for
}

// Most bounds what a table keeps. A list beyond is made anew each time.
const Most = 1024

// longest is the longest list that a table keeps.
const longest = 24

// Table keeps citations. The zero Table is empty; it is safe for concurrent use.
type Table struct {
	mu    sync.RWMutex
	known map[[longest]*contract.Requirement]*Citation
}

// Of is the citation of a list, nil for an empty one. The list stays the caller's.
func (t *Table) Of(requirements []*contract.Requirement) *Citation {
	if len(requirements) == 0 {
		return nil
	}
	if len(requirements) > longest {
		return made(requirements, -1)
	}
	var key [longest]*contract.Requirement
	copy(key[:], requirements)
	t.mu.RLock()
	c := t.known[key]
	t.mu.RUnlock()
	if c != nil {
		return c
	}
	return t.add(key, requirements)
}

func (t *Table) add(key [longest]*contract.Requirement, requirements []*contract.Requirement) *Citation {
	t.mu.Lock()
	defer t.mu.Unlock()
	if c := t.known[key]; c != nil {
		return c
	}
	if len(t.known) >= Most {
		return made(requirements, -1)
	}
	if t.known == nil {
		t.known = map[[longest]*contract.Requirement]*Citation{}
	}
	c := made(requirements, len(t.known))
	t.known[key] = c
	return c
}

func made(requirements []*contract.Requirement, number int) *Citation {
	ids := make([]string, len(requirements))
	for i, r := range requirements {
		ids[i] = r.ID
	}
	return &Citation{Requirements: append([]*contract.Requirement(nil), requirements...), IDs: strings.Join(ids, ", "), number: number}
}

// Set is a set of citations of one table. The zero Set is empty. It is safe for concurrent use.
type Set struct{ bits [Most / 64]atomic.Uint64 }

// Has reports whether the set has the citation. What no table keeps is in no set.
func (s *Set) Has(c *Citation) bool {
	return c.number >= 0 && s.bits[c.number/64].Load()&(1<<(c.number%64)) != 0
}

// Add puts a citation into the set.
func (s *Set) Add(c *Citation) {
	if c.number >= 0 {
		s.bits[c.number/64].Or(1 << (c.number % 64))
	}
}

// Clear takes all out of the set.
func (s *Set) Clear() {
	for i := range s.bits {
		s.bits[i].Store(0)
	}
}
