package requestlog

import (
	"cmp"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Request is one logged delivery. It never changes: a resend puts another one in its place.
type Request struct {
	ID       string // 32 upper-case hex digits
	Number   uint64
	Rejected bool
	Entity   string
	EntityID string

	URL       string   // where it was sent
	SecretKey string   // that it was signed with
	Code      string   // the authentication code
	FieldsSet []string // none for all
	Data      []byte   // the signed JSON object, by its bytes

	Sent     Sent
	Received *Received // nil when no answer came
	Failure  Failure   // zero unless it was rejected

	Definition Reference // zero for none
	Rule       Reference // zero for none

	Created, Updated     time.Time // whole seconds
	CreatedBy, UpdatedBy string    // usernames, "" for nobody
}

// Sent is what went to the receiver.
type Sent struct {
	ID   string // 32 upper-case hex digits
	Body []byte // JSON
}

// Received is what the receiver answered.
type Received struct {
	ID     string // 32 upper-case hex digits
	Status int
	Header map[string][]string
	Body   []byte // its start
}

// Failure is why a delivery was rejected.
type Failure struct {
	Code        string // a simple exception name
	Description string
}

// Restore puts a webhook request into the log as if it had been sent now. What is absent is made: ids, entity id and data, number
// and times. The result is the *Request.
type Restore struct{ Request Request }

func (s *State) restore(c Restore, m world.Moment) (*Request, error) {
	r := c.Request
	if r.ID == "" {
		r.ID = s.freshID(m)
	}
	r.Sent.ID, r.EntityID = m.RecordID(r.Sent.ID), m.RecordID(r.EntityID)
	if len(r.Data) == 0 {
		r.Data = inventedData(r.EntityID, s.next)
	}
	r.Received = r.Received.identified(m)
	r.Created, r.Updated = orAt(r.Created, m.At), orAt(r.Updated, m.At)
	return s.insert(r)
}

func orAt(at, absent time.Time) time.Time {
	if at.IsZero() {
		return absent
	}
	return at
}

// identified is an answer with an id.
func (r *Received) identified(m world.Moment) *Received {
	if r == nil {
		return nil
	}
	received := *r
	received.ID = m.RecordID(received.ID)
	return &received
}

// Load puts a webhook request of a world file into the log. What is absent is made, and is what its definition and rule say. The
// result is the *Request.
type Load struct{ Request Request }

func (s *State) load(c Load, m world.Moment) (*Request, error) {
	r := c.Request
	if d, err := s.Definition(Key{ID, r.Definition.ID}); err == nil {
		r.Definition, r.SecretKey = d.Reference, cmp.Or(r.SecretKey, d.SecretKey)
	}
	if rule, err := s.Rule(Key{ID, r.Rule.ID}); err == nil {
		r.Rule = rule.Reference
	}
	if r.ID == "" {
		r.ID = s.freshID(m)
	}
	r.Sent.ID = m.RecordID(r.Sent.ID)
	r.Received = r.Received.identified(m)
	r.Created = orAt(r.Created, m.At)
	r.Updated = orAt(r.Updated, r.Created)
	return s.insert(r)
}

// Replace changes a webhook request behind the vendor's back.
type Replace struct {
	ID      string // of the one to be replaced
	Request Request
}

// replace refuses a request that does not exist, and an id or a number that another one has.
func (s *State) replace(c Replace) error {
	old, err := s.Request(Key{ID, c.ID})
	if err != nil {
		return err
	}
	s.remove(old)
	r, err := s.admitted(c.Request)
	if err != nil {
		s.put(old)
		return err
	}
	s.forget(old.Entity, old.EntityID)
	s.put(r)
	return nil
}

// insert refuses an id or a number that another request has. Number zero stands for the next one.
func (s *State) insert(r Request) (*Request, error) {
	inserted, err := s.admitted(r)
	if err == nil {
		s.put(inserted)
	}
	return inserted, err
}

// admitted is a request as the log would keep it, or why it would not.
func (s *State) admitted(r Request) (*Request, error) {
	if r.Number == 0 {
		r.Number = s.next
	}
	if _, taken := s.byID.Get(r.ID); taken {
		return nil, &KeyError{Key{ID, r.ID}, ErrTaken}
	}
	if _, taken := s.byNumber.Get(r.Number); taken {
		return nil, &KeyError{NumberKey(r.Number), ErrTaken}
	}
	data, err := compact(r.Data)
	if err != nil {
		return nil, err
	}
	r.Data = data
	r.Created, r.Updated = r.Created.Truncate(time.Second), r.Updated.Truncate(time.Second)
	return &r, nil
}

// SkipTo makes sure that the next webhook request has at least the given number.
type SkipTo struct{ Number uint64 }

// skipTo never goes back, because no number is given twice.
func (s *State) skipTo(c SkipTo) { s.next = max(s.next, c.Number) }

// NumberKey is the key of the request with that number.
func NumberKey(n uint64) Key { return Key{Number, strconv.FormatUint(n, 10)} }

// Request finds a webhook request by id or number, or returns ErrNoRequest.
func (s *State) Request(k Key) (*Request, error) {
	var r *Request
	switch k.Field {
	case ID:
		r, _ = s.byID.Get(k.Value)
	case Number:
		if n, err := strconv.ParseUint(k.Value, 10, 64); err == nil && NumberKey(n) == k {
			r, _ = s.byNumber.Get(n)
		}
	case Name, AlternativeCode: // requests have neither
	}
	if r == nil {
		return nil, &KeyError{k, ErrNoRequest}
	}
	return r, nil
}

// Delete removes one webhook request for good.
type Delete struct{ Key Key }

// delete returns what was removed, or refuses with ErrNoRequest.
func (s *State) delete(c Delete) (*Request, error) {
	r, err := s.Request(c.Key)
	if err != nil {
		return nil, err
	}
	s.remove(r)
	s.forget(r.Entity, r.EntityID)
	return r, nil
}

func (s *State) put(r *Request) {
	s.byID.Set(r.ID, r)
	s.byNumber.Set(r.Number, r)
	s.ordered.add(r)
	s.next = max(s.next, r.Number+1)
}

func (s *State) remove(r *Request) {
	s.byID.Delete(r.ID)
	s.byNumber.Delete(r.Number)
	s.ordered.remove(r)
}
