package requestlog

import "time"

// Resend asks for a rejected webhook request to be sent again.
type Resend struct {
	Key    Key
	ReRead bool // URL, key, fields set and data as they are now, not as they were first sent
}

// Resend returns the delivery to be made. It refuses a request that does not exist, with ErrNotRejected one that was
// successful, and with ErrNotEffective one whose definition does not send any longer.
func (s *State) Resend(c Resend) (Attempt, error) {
	r, err := s.Request(c.Key)
	if err != nil {
		return Attempt{}, err
	}
	if !r.Rejected {
		return Attempt{}, &KeyError{c.Key, ErrNotRejected}
	}
	a := Attempt{
		Definition: r.Definition, Rule: r.Rule, Entity: r.Entity, EntityID: r.EntityID,
		URL: r.URL, SecretKey: r.SecretKey, FieldsSet: r.FieldsSet, Data: r.Data, again: r,
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
	a.Definition, a.URL, a.SecretKey, a.FieldsSet = d.Reference, d.URL, d.SecretKey, d.FieldsSet
	whole := a.Data
	if known, ok := s.entities.Get(entityKey(a.Entity, a.EntityID)); ok {
		whole = known.data
	}
	a.Data = project(whole, d.FieldsSet)
}

// Resent writes down what came of a resend.
type Resent struct {
	Attempt    Attempt
	Outcome    Outcome
	NewRecord  bool   // a success makes a new record and deletes the rejected one
	ID         string // of the new record
	SentID     string
	ReceivedID string
	At         time.Time
	By         string // username, "" for nobody
}

// Resent returns the request as it is from now on. It refuses, with ErrChanged, when the one that was sent again is not
// what it was.
func (s *State) Resent(c Resent) (*Request, error) {
	old := c.Attempt.again
	if now, _ := s.byID.Get(old.ID); now != old {
		return nil, &KeyError{Key{ID, old.ID}, ErrChanged}
	}
	at := c.At.Truncate(time.Second)
	r := *old
	if c.NewRecord && !c.Outcome.Rejected() {
		if _, taken := s.byID.Get(c.ID); taken {
			return nil, &KeyError{Key{ID, c.ID}, ErrTaken}
		}
		r = Request{ID: c.ID, Number: s.next, Created: at, CreatedBy: c.By}
	} else {
		r.UpdatedBy = c.By
	}
	r.Updated = at
	r.record(c.Attempt, c.Outcome, c.SentID, c.ReceivedID)
	s.remove(old)
	s.put(&r)
	return &r, nil
}
