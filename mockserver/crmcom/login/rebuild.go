package login

import (
	"iter"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Rebuild implements world.Rebuilder.
func (s *State) Rebuild() iter.Seq[world.Command] {
	return func(yield func(world.Command) bool) { yield(Set{Logins: s.logins, Own: s.own, Declared: s.declared}) }
}
