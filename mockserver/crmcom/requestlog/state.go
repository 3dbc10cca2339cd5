// Package requestlog is the deterministic heart of the crmcom mock: webhook definitions, the workflow rules that use
// them, and the log of the webhook requests that were sent.
//
// It knows no HTTP, no clock and no randomness, and it sends nothing: firing a rule gives an [Attempt], the caller
// delivers it, and what came of it goes back in with a [Log] or a [Resent]. The world supplies the
// time and the ids that a command needs, so that the same commands at the same moments give the same state anywhere. A State is
// not safe for concurrent use: the world guards it. What it returns never changes afterwards.
package requestlog

import (
	"github.com/tidwall/btree"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// State is the definitions, rules and webhook requests of one world.
type State struct {
	definitions catalogue[Definition]
	rules       catalogue[Rule]
	entities    *btree.Map[string, latest] // by kind and id
	fired       uint64                     // how often a rule has

	byID     *btree.Map[string, *Request]
	byNumber *btree.Map[uint64, *Request]
	ordered  index
	next     uint64 // the number of the next request
}

// NewState returns a state in which nothing is defined and nothing was sent.
func NewState() *State {
	return &State{
		definitions: newCatalogue[Definition](),
		rules:       newCatalogue[Rule](),
		entities:    new(btree.Map[string, latest]),
		byID:        new(btree.Map[string, *Request]),
		byNumber:    new(btree.Map[uint64, *Request]),
		ordered:     newIndex(),
		next:        1,
	}
}

// Fork implements world.State. Everything is shared until one side changes, so the cost does not depend on what it holds.
func (s *State) Fork() world.State {
	return &State{
		definitions: s.definitions.fork(),
		rules:       s.rules.fork(),
		entities:    s.entities.Copy(),
		fired:       s.fired,
		byID:        s.byID.Copy(),
		byNumber:    s.byNumber.Copy(),
		ordered:     s.ordered.fork(),
		next:        s.next,
	}
}

// Len counts the webhook requests.
func (s *State) Len() int { return s.byNumber.Len() }

// NextNumber is the number that the next webhook request gets.
func (s *State) NextNumber() uint64 { return s.next }

// Requests lists the whole log by number.
func (s *State) Requests() []*Request { return s.byNumber.Values() }
