package requestlog

import (
	"cmp"
	"encoding/json"
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/world"
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

	Logging Logging
	Again   Version // of what is sent again; zero for a first attempt
	Whole   []byte  // the entity, of which Data is what the definition sends
	Firing  uint64  // which firing of the state it comes from, 0 for none
	Resets  uint64  // of the world when it began
}

// Version tells a webhook request from what becomes of it when it is sent again: every sending has an id of its own.
type Version struct {
	ID     string
	Number uint64
	SentID string
}

func versionOf(r *Request) Version { return Version{r.ID, r.Number, r.Sent.ID} }

// Outcome is what came of an attempt.
type Outcome struct {
	Code     string // the authentication code that was sent
	Body     []byte // what was sent
	Received *Received
	Failure  Failure // zero when the receiver accepted
}

// Rejected reports whether the delivery failed.
func (o Outcome) Rejected() bool { return o.Failure != Failure{} }

// Logs reports whether the definition wants the outcome to be logged.
func (a Attempt) Logs(o Outcome) bool { return a.Logging == LogAll || o.Rejected() }

// Fire makes a rule fire because an entity has changed. An entity id that is absent is made, and so is data. The result is the
// Attempt to be made.
type Fire struct {
	Rule     Key
	Entity   string // "" for that of the rule
	EntityID string
	Data     []byte // the entity, a JSON object
}

// fire remembers the entity as it is now, if a webhook request tells of it, and returns the delivery to be made. It refuses a
// rule that does not exist or is about another entity, data that is no object, and, with ErrNotEffective, a definition that does
// not send.
func (s *State) fire(c Fire, m world.Moment) (Attempt, error) {
	c.EntityID = m.RecordID(c.EntityID)
	if len(c.Data) == 0 {
		c.Data = inventedData(c.EntityID, s.next)
	}
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
		URL: d.URL, SecretKey: cmp.Or(d.OtherKey, d.SecretKey), FieldsSet: d.FieldsSet, Data: project(whole, d.FieldsSet),
		Timeout: d.Timeout, Logging: d.Logging, Whole: whole, Firing: s.fired, Resets: m.Resets,
	}
	s.learn(a)
	return a, nil
}

func (r Rule) about(entity string) (string, error) {
	switch {
	case entity == "" && r.Entity == "":
		return "", ErrNoEntity
	case entity == "":
		return r.Entity, nil
	case r.Entity != "" && r.Entity != entity:
		return "", fmt.Errorf("%w: %s, not %s", ErrOtherEntity, r.Entity, entity)
	}
	return entity, nil
}

// inventedData is an entity of which nothing was said.
func inventedData(id string, number uint64) []byte {
	data, err := json.Marshal(struct {
		ID     string `json:"id"`
		Number string `json:"number"`
		Status string `json:"status"`
	}{id, fmt.Sprintf("E-%d", number), "PENDING"})
	if err != nil {
		return nil // strings have no error
	}
	return data
}

// Log writes an attempt into the log, with the next number. Whether there is anything to log is for [Attempt.Logs] to say. The
// result is the *Request.
type Log struct {
	Attempt Attempt
	Outcome Outcome
	ID      string `json:",omitempty"` // "" for a new one
	By      string // username, "" for nobody
}

// log refuses an id that another request has, and, with ErrReset, an attempt that began before the world was reset.
func (s *State) log(c Log, m world.Moment) (*Request, error) {
	if c.Attempt.Resets != m.Resets {
		return nil, ErrReset
	}
	id, err := s.idOr(c.ID, m)
	if err != nil {
		return nil, err
	}
	at := m.At.Truncate(time.Second)
	r := &Request{ID: id, Number: s.next, Created: at, Updated: at, CreatedBy: c.By}
	r.record(c.Attempt, c.Outcome, m)
	s.put(r)
	s.learn(c.Attempt)
	return r, nil
}

// record writes down what was sent and what came of it.
func (r *Request) record(a Attempt, o Outcome, m world.Moment) {
	sentID, receivedID := m.NewRecordID(), m.NewRecordID()
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
