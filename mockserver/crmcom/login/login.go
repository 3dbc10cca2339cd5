// Package login keeps the users of CRM.COM who can ask for tokens. What is here is the vendor's, whichever of its APIs is called.
package login

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Login is a user who can ask for tokens of a world.
type Login struct {
	Organisation string
	Username     string
	Password     string
	Unit         string // "" when the login may name any
	Legacy       bool   // its tokens are those from before R12
}

// PartName is what a world knows the logins by.
const PartName = "login"

// Part is the logins of a world.
func Part() world.Part {
	return world.Part{Name: PartName, New: func() world.State { return new(State) }, Commands: func() []world.Command { return []world.Command{Set{}} }}
}

// State is the logins of one world.
type State struct {
	logins []Login // replaced, never changed
	own    bool    // they are not those that the world was made with
}

// Set replaces the logins.
type Set struct {
	Logins []Login
	Own    bool // they belong to this world alone, so that their organisation leads to it
}

// Kind implements world.Command.
func (Set) Kind() string { return PartName + "/set" }

// ErrCommand says that a command is none of this package.
var ErrCommand = errors.New("the logins have no such command")

// Apply implements world.State.
func (s *State) Apply(c world.Command, _ world.Moment) (any, error) {
	set, ok := c.(Set)
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrCommand, c.Kind())
	}
	s.logins, s.own = set.Logins, set.Own
	return nil, nil //nolint:nilnil // nothing comes of it
}

// Due implements world.State. Nothing happens to logins by time alone.
func (s *State) Due(time.Time, world.Command) world.Command { return nil }

// Fork implements world.State.
func (s *State) Fork() world.State { fork := *s; return &fork }

// Logins must not be changed.
func (s *State) Logins() []Login { return s.logins }

// Of lists the logins of a world. They must not be changed.
func Of(w *world.World) (logins []Login, err error) {
	err = world.View(w, PartName, nil, func(s *State) error {
		logins = s.logins
		return nil
	})
	return logins, err
}

// Replace gives a world logins of its own; the caller gives the slice away.
func Replace(w *world.World, logins []Login) error {
	_, err := w.Do(Set{Logins: logins, Own: true})
	return err
}

// FindOrganisation returns the world whose own logins name the organisation, or else the world of that name, whose logins are
// those of the base world.
func FindOrganisation(worlds *world.Registry, organisation string) (*world.World, error) {
	for _, w := range worlds.Worlds() {
		if declares(w, organisation) {
			return w, nil
		}
	}
	return worlds.Find(organisation)
}

// declares reports whether the world has such a login, and not only from the base world.
func declares(w *world.World, organisation string) (yes bool) {
	_ = world.View(w, PartName, nil, func(s *State) error { // every world of this vendor has the part
		yes = (s.own || w.IsPut()) && slices.ContainsFunc(s.logins, func(l Login) bool { return l.Organisation == organisation })
		return nil
	})
	return yes
}
