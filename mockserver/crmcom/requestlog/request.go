package requestlog

import (
	"strconv"
	"time"
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

// Restore puts a webhook request into the log without anything being sent. Number zero stands for the next one.
type Restore struct{ Request }

// Restore refuses an id or a number that another request has.
func (s *State) Restore(c Restore) (*Request, error) {
	r := c.Request
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
	s.put(&r)
	return &r, nil
}

// SkipTo makes sure that the next webhook request has at least the given number.
type SkipTo struct{ Number uint64 }

// SkipTo never goes back, because no number is given twice.
func (s *State) SkipTo(c SkipTo) { s.next = max(s.next, c.Number) }

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

// Delete returns what was removed, or refuses with ErrNoRequest.
func (s *State) Delete(c Delete) (*Request, error) {
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
