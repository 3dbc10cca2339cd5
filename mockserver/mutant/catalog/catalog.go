// Package catalog finds mutants, those of several APIs together.
package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Catalog is all mutants, by id. It does not change.
type Catalog struct {
	all  []*mutant.Mutant
	byID map[string]*mutant.Mutant
}

// New makes the catalog of some APIs.
func New(apis ...*mockapi.API) *Catalog {
	c := &Catalog{byID: map[string]*mutant.Mutant{}}
	for _, api := range apis {
		if api.Mutants != nil {
			c.all = append(c.all, inOrder(api.Mutants(), api.Contract)...)
		}
	}
	for _, m := range c.all {
		c.byID[m.ID] = m
	}
	return c
}

// inOrder sorts an API's mutants as its requirements are.
func inOrder(mutants []*mutant.Mutant, api *contract.API) []*mutant.Mutant {
	slices.SortStableFunc(mutants, func(a, b *mutant.Mutant) int {
		return slices.Index(api.Requirements, a.Breaks) - slices.Index(api.Requirements, b.Breaks)
	})
	return mutants
}

// All lists the mutants in the order of the requirements that they break.
func (c *Catalog) All() []*mutant.Mutant { return slices.Clone(c.all) }

// Of lists the mutants of one API.
func (c *Catalog) Of(api string) []*mutant.Mutant {
	return slices.DeleteFunc(c.All(), func(m *mutant.Mutant) bool { return m.API() != api })
}

// Why a mutant cannot be played.
var (
	ErrUnknown    = errors.New("there is no such mutant")
	ErrServerWide = errors.New("this mutant is about requests that open no world, so that no single world can play it")
)

// UnknownError says which ids come near the one that no mutant has.
type UnknownError struct {
	ID   string
	Near []string
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("%v: %q; near are %s", ErrUnknown, e.ID, strings.Join(e.Near, ", "))
}

// Unwrap returns ErrUnknown.
func (e *UnknownError) Unwrap() error { return ErrUnknown }

// Find returns the mutant with an id, or an [*UnknownError].
func (c *Catalog) Find(id string) (*mutant.Mutant, error) {
	if m, ok := c.byID[id]; ok {
		return m, nil
	}
	return nil, &UnknownError{ID: id, Near: c.near(id)}
}

// ForWorld returns the mutant with an id, or an error when no world can play it.
func (c *Catalog) ForWorld(id string) (*mutant.Mutant, error) {
	m, err := c.Find(id)
	if err == nil && m.ServerWide {
		return nil, fmt.Errorf("%q: %w", id, ErrServerWide)
	}
	return m, err
}

// mostNear is how many ids are worth reading.
const mostNear = 5

// near lists the ids that take the fewest changes to become the given one.
func (c *Catalog) near(id string) []string {
	ids := make([]string, len(c.all))
	for i, m := range c.all {
		ids[i] = m.ID
	}
	slices.SortStableFunc(ids, func(a, b string) int { return distance(id, a) - distance(id, b) })
	return ids[:min(mostNear, len(ids))]
}

// distance is how many bytes have to be put in, left out or replaced to make one text of the other.
// The beginning of an id is at no distance from it.
func distance(typed, id string) int {
	if strings.HasPrefix(id, typed) {
		return 0
	}
	row := make([]int, len(id)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(typed) {
		last := row[0]
		row[0] = i + 1
		for j := range len(id) {
			changed := last
			if typed[i] != id[j] {
				changed++
			}
			last = row[j+1]
			row[j+1] = min(changed, last+1, row[j]+1)
		}
	}
	return row[len(id)]
}
