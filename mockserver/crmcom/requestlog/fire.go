package requestlog

import (
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
)

// Attempt is a delivery that is to be made.
type Attempt struct {
	Definition Reference
	Rule       Reference
	Entity     string
	EntityID   string
	URL        string
	SecretKey  string
	FieldsSet  []string
	Data       []byte        // to be signed and sent, a compact JSON object
	Timeout    time.Duration // zero for the installation's own

	logging Logging
	again   *Request // what is sent again, nil for a first attempt
	whole   []byte   // the entity, of which Data is what the definition sends
	fired   uint64   // which firing of the state it comes from, 0 for none
}

// Outcome is what came of an attempt.
type Outcome struct {
	Code     string // the authentication code that was sent
	Body     []byte // what was sent
	Received *Received
	Failure  Failure // zero when the receiver accepted
}

// Rejected reports whether the delivery failed.
func (o Outcome) Rejected() bool { return o.Failure != Failure{} }

// Again is the number of the webhook request that is sent again, 0 for none.
func (a Attempt) Again() uint64 {
	if a.again == nil {
		return 0
	}
	return a.again.Number
}

// Logs reports whether the definition wants the outcome to be logged.
func (a Attempt) Logs(o Outcome) bool { return a.logging == LogAll || o.Rejected() }

// Fire makes a rule fire because an entity has changed.
type Fire struct {
	Rule     Key
	Entity   string // "" for that of the rule
	EntityID string
	Data     []byte // the entity, a JSON object
}

// Fire remembers the entity as it is now, if a webhook request tells of it, and returns the delivery to be made. It refuses a rule that does not exist or
// is about another entity, data that is no object, and, with ErrNotEffective, a definition that does not send.
func (s *State) Fire(c Fire) (Attempt, error) {
	rule, err := s.Rule(c.Rule)
	if err != nil {
		return Attempt{}, err
	}
	entity, err := rule.about(c.Entity)
	if err != nil {
		return Attempt{}, err
	}
	whole, err := compact(c.Data)
	if err != nil {
		return Attempt{}, err
	}
	d, err := s.Definition(Key{ID, rule.DefinitionID})
	if err != nil {
		return Attempt{}, err
	}
	if !d.Effective {
		return Attempt{}, &KeyError{Key{ID, d.ID}, ErrNotEffective}
	}
	s.fired++
	a := Attempt{
		Definition: d.Reference, Rule: rule.Reference, Entity: entity, EntityID: c.EntityID,
		URL: d.URL, SecretKey: d.SecretKey, FieldsSet: d.FieldsSet, Data: project(whole, d.FieldsSet),
		Timeout: d.Timeout, logging: d.Logging, whole: whole, fired: s.fired,
	}
	s.learn(a)
	return a, nil
}

func (r Rule) about(entity string) (string, error) {
	switch {
	case entity == "" && r.Entity == "":
		return "", fmt.Errorf("%w: give one", ErrOtherEntity)
	case entity == "":
		return r.Entity, nil
	case r.Entity != "" && r.Entity != entity:
		return "", fmt.Errorf("%w: %s, not %s", ErrOtherEntity, r.Entity, entity)
	}
	return entity, nil
}

// Log writes an attempt into the log, with the next number.
type Log struct {
	Attempt    Attempt
	Outcome    Outcome
	ID         string
	SentID     string
	ReceivedID string
	At         time.Time
	By         string // username, "" for nobody
}

// Log refuses an id that another request has. Whether there is anything to log is for [Attempt.Logs] to say.
func (s *State) Log(c Log) (*Request, error) {
	if _, taken := s.byID.Get(c.ID); taken {
		return nil, &KeyError{Key{ID, c.ID}, ErrTaken}
	}
	at := c.At.Truncate(time.Second)
	r := &Request{ID: c.ID, Number: s.next, Created: at, Updated: at, CreatedBy: c.By}
	r.record(c.Attempt, c.Outcome, c.SentID, c.ReceivedID)
	s.put(r)
	s.learn(c.Attempt)
	return r, nil
}

// record writes down what was sent and what came of it.
func (r *Request) record(a Attempt, o Outcome, sentID, receivedID string) {
	r.Definition, r.Rule, r.Entity, r.EntityID = a.Definition, a.Rule, a.Entity, a.EntityID
	r.URL, r.SecretKey, r.FieldsSet, r.Data = a.URL, a.SecretKey, a.FieldsSet, a.Data
	r.Code, r.Failure, r.Rejected = o.Code, o.Failure, o.Rejected()
	r.Sent = Sent{ID: sentID, Body: o.Body}
	r.Received = nil
	if o.Received != nil {
		received := *o.Received
		received.ID = receivedID
		r.Received = &received
	}
}

func compact(data []byte) ([]byte, error) {
	if len(data) == 0 {
		return []byte("{}"), nil
	}
	o, err := jsonobject.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	return o.JSON(), nil
}

// project leaves the members that a fields set names.
func project(data []byte, fieldsSet []string) []byte {
	if len(fieldsSet) == 0 {
		return data
	}
	o, err := jsonobject.Parse(data)
	if err != nil {
		return data // compact has parsed it before
	}
	return o.Only(fieldsSet...).JSON()
}
