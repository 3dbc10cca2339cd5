package requestlog

import (
	"cmp"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Resend asks for a rejected webhook request to be sent again.
type Resend struct {
	Key    Key
	ReRead bool // URL, key, fields set and data as they are now, not as they were first sent
}

// resend returns the delivery to be made. It refuses a request that does not exist, with ErrNotRejected one that was
// successful, and with ErrNotEffective one whose definition does not send any longer.
func (s *State) resend(c Resend, m world.Moment) (Attempt, error) {
	r, err := s.Request(c.Key)
	if err != nil {
		return Attempt{}, err
	}
	if !r.Rejected {
		return Attempt{}, &KeyError{c.Key, ErrNotRejected}
	}
	a := Attempt{
		Definition: r.Definition, Rule: r.Rule, Entity: r.Entity, EntityID: r.EntityID,
		URL: r.URL, SecretKey: r.SecretKey, FieldsSet: r.FieldsSet, Data: r.Data, Again: versionOf(r), Resets: m.Resets,
	}
	d, defined := s.definitions.find(Key{ID, r.Definition.ID})
	if !defined {
		return a, nil
	}
	if !d.Effective {
		return Attempt{}, &KeyError{c.Key, ErrNotEffective}
	}
	a.Timeout = d.Timeout
	if c.ReRead {
		s.reRead(&a, d)
	}
	return a, nil
}

// reRead takes what definition and entity have now. An entity that never fired is as it was sent.
func (s *State) reRead(a *Attempt, d Definition) {
	a.Definition, a.URL, a.SecretKey, a.FieldsSet = d.Reference, d.URL, cmp.Or(d.OtherKey, d.SecretKey), d.FieldsSet
	whole := a.Data
	if known, ok := s.entities.Get(entityKey(a.Entity, a.EntityID)); ok {
		whole = known.data
	}
	a.Data = project(whole, d.FieldsSet)
}

// Resent writes down what came of a resend. The result is the *Request as it is from now on.
type Resent struct {
	Attempt   Attempt
	Outcome   Outcome
	NewRecord bool   // a success makes a new record and deletes the rejected one
	ID        string `json:",omitempty"` // of the new record, "" for a new one
	By        string // username, "" for nobody
}

// resent refuses, with ErrReset, an attempt that began before the world was reset, and, with ErrChanged, one whose request is not
// what it was.
func (s *State) resent(c Resent, m world.Moment) (*Request, error) {
	if c.Attempt.Resets != m.Resets {
		return nil, ErrReset
	}
	again := c.Attempt.Again
	old, found := s.byID.Get(again.ID)
	if !found || versionOf(old) != again {
		return nil, &KeyError{Key{ID, again.ID}, ErrChanged}
	}
	id, err := s.idOr(c.ID, m)
	if err != nil {
		return nil, err
	}
	at := m.At.Truncate(time.Second)
	r := *old
	if c.NewRecord && !c.Outcome.Rejected() {
		r = Request{ID: id, Number: s.next, Created: at, CreatedBy: c.By}
	} else {
		r.UpdatedBy = c.By
	}
	r.Updated = at
	r.record(c.Attempt, c.Outcome, m)
	if !r.standsFor(old) {
		s.remove(old)
	}
	s.put(&r)
	return &r, nil
}

// standsFor reports whether a request is found by all that another one is: to put it into the log takes the other one out.
func (r *Request) standsFor(other *Request) bool {
	return r.ID == other.ID && r.Number == other.Number && r.Created.Equal(other.Created) && termsOf(r) == termsOf(other)
}
