package suite

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// Login is who the run may log in as.
func (s *Session) Login() Login { return s.bench.config.Login }

// Receiver is the suite's own receiver, one for the whole run.
func (s *Session) Receiver() *receiver.Receiver { return s.bench.receiver }

// Inbox opens an address at which the target can deliver. Deliveries that are held are let go when the session closes.
func (s *Session) Inbox(ctx context.Context, answer receiver.Answer) (*receiver.Inbox, error) {
	inbox, err := s.bench.receiver.Open(ctx, answer)
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
	e := &Exchange{Method: d.Method, URL: d.URL, Header: d.Header, Body: d.Body, Status: d.Status, At: d.At, Received: true}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.exchanges = append(s.exchanges, e)
	return e
}
