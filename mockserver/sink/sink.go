// Package sink holds the receivers inside the mock: each answers deliveries as it was programmed to and remembers what
// it got. It knows no HTTP server, no clock and no waiting; whoever hands a delivery over plays the answer that comes back.
package sink

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Answer is one programmed answer. The zero Answer is a 200 without body.
type Answer struct {
	Status int // 0 for 200
	Header http.Header
	Body   []byte
	Delay  time.Duration // before it is given
	Close  Close
	Times  int // deliveries that get it before the next one is due; 0 for one, the last answer goes on for ever
}

// Close is where an answer breaks the connection.
type Close string

// The ways to end an answer.
const (
	CloseNot    Close = ""       // it is given whole
	CloseBefore Close = "before" // nothing is answered
	CloseHalf   Close = "half"   // the head and half of the body are sent
)

// Delivery is one request that a sink received.
type Delivery struct {
	At        time.Time
	Method    string
	Path      string // with the query
	Header    http.Header
	Body      []byte // at most MaxBody of it
	Truncated bool   // the body was longer
	Status    int    // what was answered, 0 for nothing
}

// Bounds of what a sink remembers; older deliveries are forgotten.
const (
	MaxBody       = 64 << 10
	MaxDeliveries = 1000
	MaxBytes      = 4 << 20 // of bodies and headers, about, in all sinks of a world together
	maxSinks      = 1000
)

// Sink is a receiver as it is now.
type Sink struct {
	Name       string
	Answers    []Answer   // those left to give
	Deliveries []Delivery // oldest first
}

// State is the sinks of one world. It is not safe for concurrent use.
type State struct {
	sinks map[string]*receiver
	bytes int // of all of them
}

type receiver struct {
	answers    []Answer // never changed
	given      int      // deliveries that got answers[0]
	deliveries []Delivery
	bytes      int
}

// NewState returns a state without sinks.
func NewState() *State { return &State{sinks: map[string]*receiver{}} }

// Fork copies the state. What was received is shared, because it never changes.
func (s *State) Fork() *State {
	fork := &State{sinks: make(map[string]*receiver, len(s.sinks)), bytes: s.bytes}
	for name, r := range s.sinks {
		r.deliveries = slices.Clip(r.deliveries) // the next delivery of either side goes to an array of its own
		own := *r
		fork.sinks[name] = &own
	}
	return fork
}

// What a command refuses.
var (
	ErrNoSink   = refusal.New(refusal.Missing, "unknown-sink", "there is no such sink", "")
	ErrName     = refusal.New(refusal.Invalid, "bad-name", "a sink's name is 1 to 64 of the letters A to Z and a to z, digits, dots, dashes, underscores and tildes, and neither . nor ..", "")
	ErrTooMany  = refusal.New(refusal.Conflict, "too-many-sinks", fmt.Sprintf("a world has at most %d sinks", maxSinks), "use the same sink for more definitions")
	ErrNoStatus = refusal.New(refusal.Invalid, "bad-value", "a status is between 100 and 999", "")
)

// Program makes a sink, or replaces its answers and forgets what it received.
type Program struct {
	Name    string
	Answers []Answer // none for 200 without body
}

// Program refuses a name that cannot be part of a URL, a status that HTTP does not have, and one sink too many.
func (s *State) Program(c Program) error {
	for _, a := range c.Answers {
		if a.Status != 0 && (a.Status < 100 || a.Status > 999) {
			return fmt.Errorf("status %d: %w", a.Status, ErrNoStatus)
		}
	}
	r, err := s.receiver(c.Name)
	if err != nil {
		return err
	}
	s.bytes -= r.bytes
	*r = receiver{answers: slices.Clone(c.Answers)}
	return nil
}

// Receive hands a delivery to a sink.
type Receive struct {
	Name     string
	Delivery Delivery
}

// Receive returns the answer to give. A sink that was never programmed is made.
func (s *State) Receive(c Receive) (Answer, error) {
	r, err := s.receiver(c.Name)
	if err != nil {
		return Answer{}, err
	}
	answer := r.next()
	d := c.Delivery
	if len(d.Body) > MaxBody {
		d.Body, d.Truncated = slices.Clone(d.Body[:MaxBody]), true
	}
	d.Status = answer.Status
	if answer.Close == CloseBefore {
		d.Status = 0
	}
	s.remember(r, d)
	return answer, nil
}

// Restore puts back a delivery that a sink of another world received.
type Restore struct {
	Name     string
	Delivery Delivery
}

// Restore adds to the end of what the sink received, and uses up no answer.
func (s *State) Restore(c Restore) error {
	r, err := s.receiver(c.Name)
	if err != nil {
		return err
	}
	s.remember(r, c.Delivery)
	return nil
}

// Remove forgets a sink. One that does not exist is none already.
func (s *State) Remove(name string) {
	if r := s.sinks[name]; r != nil {
		s.bytes -= r.bytes
		delete(s.sinks, name)
	}
}

// Sink returns a sink as it is now, or ErrNoSink.
func (s *State) Sink(name string) (Sink, error) {
	r := s.sinks[name]
	if r == nil {
		return Sink{}, fmt.Errorf("%w: %q", ErrNoSink, name)
	}
	return Sink{Name: name, Answers: r.left(), Deliveries: slices.Clone(r.deliveries)}, nil
}

// Sinks lists every sink by name.
func (s *State) Sinks() []Sink {
	list := make([]Sink, 0, len(s.sinks))
	for _, name := range slices.Sorted(maps.Keys(s.sinks)) {
		sink, _ := s.Sink(name) // it was listed, so it is there
		list = append(list, sink)
	}
	return list
}

func (s *State) receiver(name string) (*receiver, error) {
	r := s.sinks[name]
	switch {
	case r != nil:
		return r, nil
	case !IsName(name):
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	case len(s.sinks) >= maxSinks:
		return nil, ErrTooMany
	}
	r = new(receiver)
	s.sinks[name] = r
	return r, nil
}

// next is the answer that is due.
func (r *receiver) next() Answer {
	if len(r.answers) == 0 {
		return Answer{Status: http.StatusOK}
	}
	answer := r.answers[0]
	r.given++
	if r.given >= max(1, answer.Times) && len(r.answers) > 1 {
		r.answers, r.given = r.answers[1:], 0
	}
	if answer.Status == 0 {
		answer.Status = http.StatusOK
	}
	return answer
}

// left is the answers still to give. What the first one was given for counts off.
func (r *receiver) left() []Answer {
	left := slices.Clone(r.answers)
	if len(left) > 1 && r.given > 0 {
		left[0].Times = max(1, left[0].Times) - r.given
	}
	return left
}

// remember keeps a delivery, and gives up the oldest ones, of whichever sink, where the bounds ask for it.
func (s *State) remember(r *receiver, d Delivery) {
	r.deliveries = append(r.deliveries, d)
	r.bytes += d.weight()
	s.bytes += d.weight()
	for len(r.deliveries) > MaxDeliveries {
		s.forget(r)
	}
	for s.bytes > MaxBytes {
		s.forget(s.oldest())
	}
}

// oldest is the sink with the oldest delivery.
func (s *State) oldest() (oldest *receiver) {
	for _, name := range slices.Sorted(maps.Keys(s.sinks)) {
		r := s.sinks[name]
		if len(r.deliveries) > 0 && (oldest == nil || r.deliveries[0].At.Before(oldest.deliveries[0].At)) {
			oldest = r
		}
	}
	return oldest
}

// Weight is about what the sinks hold, with the answers that they are to give.
func (s *State) Weight() int64 {
	sum := int64(s.bytes)
	for _, r := range s.sinks {
		for _, a := range r.answers {
			sum += a.weight()
		}
	}
	return sum
}

func (a Answer) weight() int64 { return int64(Delivery{Header: a.Header, Body: a.Body}.weight()) }

// Size is about what a program adds.
func (p Program) Size() (sum int64) {
	for _, a := range p.Answers {
		sum += a.weight()
	}
	return sum
}

// Size is about what a delivery adds.
func (c Receive) Size() int64 { return int64(c.Delivery.weight()) }

func (s *State) forget(r *receiver) {
	weight := r.deliveries[0].weight()
	r.bytes -= weight
	s.bytes -= weight
	r.deliveries = r.deliveries[1:]
}

// weight is roughly what a delivery holds in memory.
func (d Delivery) weight() int {
	const words = 40 // that point to a text
	bytes := words + len(d.Path) + len(d.Body)
	for name, values := range d.Header {
		bytes += words + len(name)
		for _, value := range values {
			bytes += words + len(value)
		}
	}
	return bytes
}
