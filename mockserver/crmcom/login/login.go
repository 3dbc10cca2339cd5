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
	Refused      bool   // it gets none, whatever the password
}

// PartName is what a world knows the logins by.
const PartName = "login"

// Part is the logins of a world.
func Part() world.Part {
	return world.Part{Name: PartName, New: func() world.State { return new(State) }, Commands: func() []world.Command { return []world.Command{Set{}, Refuse{}} }}
}

// State is the logins of one world.
type State struct {
	logins   []Login // replaced, never changed
	own      bool    // they are not those that the world was made with
	declared bool    // nobody else gets a token
}

// Set replaces the logins.
type Set struct {
	Logins   []Login
	Own      bool // they belong to this world alone, so that their organisation leads to it
	Declared bool `json:",omitempty"` // nobody else gets a token
}

// Kind implements world.Command.
func (Set) Kind() string { return PartName + "/set" }

// ErrCommand says that a command is none of this package.
var ErrCommand = errors.New("the logins have no such command")

// Refuse makes a login be refused from now on. It need not have been known.
type Refuse struct{ Organisation, Username, Password string }

// Kind implements world.Command.
func (Refuse) Kind() string { return PartName + "/refuse" }

// MaxRefused bounds the refused logins of a world. The latest ones stay.
const MaxRefused = 1_000

// Apply implements world.State.
func (s *State) Apply(c world.Command, _ world.Moment) (any, error) {
	switch c := c.(type) {
	case Set:
		s.logins, s.own, s.declared = c.Logins, c.Own, c.Declared
	case Refuse:
		s.refuse(Login{Organisation: c.Organisation, Username: c.Username, Password: c.Password, Refused: true})
	default:
		return nil, fmt.Errorf("%w: %s", ErrCommand, c.Kind())
	}
	return nil, nil //nolint:nilnil // nothing comes of it
}

func (s *State) refuse(l Login) {
	logins := slices.Clone(s.logins) // a fork may have the old ones
	known, refused := false, 0
	for i := range logins {
		if logins[i].Organisation == l.Organisation && logins[i].Username == l.Username { // in whichever unit
			logins[i].Refused, known = true, true
		}
		if logins[i].Refused {
			refused++
		}
	}
	if refused >= MaxRefused && !known {
		first := slices.IndexFunc(logins, func(l Login) bool { return l.Refused })
		logins = slices.Delete(logins, first, first+1)
	}
	if !known {
		logins = append(logins, l)
	}
	s.logins = logins
}

// Due implements world.State. Nothing happens to logins by time alone.
func (s *State) Due(time.Time, world.Command) world.Command { return nil }

// Fork implements world.State.
func (s *State) Fork() world.State { fork := *s; return &fork }

// Logins must not be changed.
func (s *State) Logins() []Login { return s.logins }

// Declared reports whether nobody but the logins gets a token.
func (s *State) Declared() bool { return s.declared }

// ErrRefused is returned for a login that gets no token.
var ErrRefused = errors.New("the login failed")

// Ask finds the login that somebody asks for a token with. Where tokens need no declaration, anybody with a name and a password is one,
// as any token opens a world, unless the world's file says that its logins are declared.
func Ask(w *world.World, asked Login, open bool) (user Login, err error) {
	err = world.View(w, PartName, nil, func(s *State) error {
		var ok bool
		if user, ok = s.find(asked, w.Name); !ok && (!open || s.declared || asked.Username == "" || asked.Password == "") || user.Refused {
			return ErrRefused
		}
		return nil
	})
	return user, err
}

// find returns the login that is declared, with all that is known of it, or else what was asked.
func (s *State) find(asked Login, name string) (Login, bool) {
	for _, l := range s.logins {
		same := l.Username == asked.Username && (l.Organisation == asked.Organisation || name == asked.Organisation)
		if same && (l.Refused || l.Password == asked.Password && (l.Unit == "" || l.Unit == asked.Unit)) {
			return l, true
		}
	}
	return asked, false
}

// OrganisationOf is one that leads to the world.
func OrganisationOf(w *world.World) (organisation string, err error) {
	err = world.View(w, PartName, nil, func(s *State) error {
		organisation = w.Name
		if (s.own || w.IsPut()) && len(s.logins) > 0 {
			organisation = s.logins[0].Organisation
		}
		return nil
	})
	return organisation, err
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
