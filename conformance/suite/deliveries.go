package suite

import (
	"context"
	"slices"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// Login is who the run may log in as.
func (s *Session) Login() Login { return s.run.config.Login }

// Receiver is the suite's own receiver, one for the whole run.
func (s *Session) Receiver() *receiver.Receiver { return s.run.receiver }

// Inbox opens an address at which the target can deliver. Deliveries that are held are let go when the session closes.
func (s *Session) Inbox(ctx context.Context, answer receiver.Answer) (*receiver.Inbox, error) {
	inbox, err := s.run.receiver.Open(ctx, answer)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.inboxes = append(s.inboxes, inbox)
	return inbox, nil
}

// Received enters a delivery into the session's record, and returns it as an exchange that can show a violation.
func (s *Session) Received(d *receiver.Delivery) *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.asReceived(d)
	s.exchanges = append(s.exchanges, e)
	return e
}

// asReceived is a delivery as an exchange. It needs mu.
func (s *Session) asReceived(d *receiver.Delivery) *Exchange {
	if s.received == nil {
		s.received = map[*receiver.Delivery]bool{}
	}
	s.received[d] = true
	return &Exchange{Method: d.Method, URL: d.URL, Header: d.Header, Body: d.Body, Status: d.Status, At: d.At, Received: true}
}

// receiveRest enters the deliveries that nobody looked at into the record, where they came: a script of it has to be told what they were
// answered.
func (s *Session) receiveRest() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, inbox := range s.inboxes {
		for _, d := range inbox.Deliveries() {
			if s.received[d] {
				continue
			}
			later := slices.IndexFunc(s.exchanges, func(e *Exchange) bool { return e.At.After(d.At) })
			if later < 0 {
				later = len(s.exchanges)
			}
			s.exchanges = slices.Insert(s.exchanges, later, s.asReceived(d))
		}
	}
}
