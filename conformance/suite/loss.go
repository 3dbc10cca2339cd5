package suite

import "errors"

// lostRequest is the first request of a session whose answer did not come: whether the target carried it out is not known, and what
// was seen afterwards may be its doing.
type lostRequest struct {
	err   error
	after int // exchanges that came before it
}

// noteLoss notes that a request, which began after so many exchanges, got no answer. One that was not sent because the run may
// not send it is no loss.
func (s *Session) noteLoss(err error, after int) {
	if err == nil || errors.As(err, new(*Unavailable)) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost.err == nil {
		s.lost = lostRequest{err, after}
	}
}

// discardAfterLoss drops what a check found after a request was lost. It keeps the violations that earlier answers show. Where
// there is none, nothing was found out, whatever the check made of it.
func (s *Session) discardAfterLoss(err error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost.err == nil {
		return err
	}
	var kept []error
	for _, v := range Violations(err) {
		if s.precedes(v) {
			kept = append(kept, v)
		}
	}
	if len(kept) > 0 {
		return errors.Join(kept...)
	}
	return s.lost.err
}

// precedes reports whether a violation shows in an exchange from before the loss. It needs mu.
func (s *Session) precedes(v *Violation) bool {
	for _, e := range s.exchanges[:s.lost.after] {
		if e == v.Exchange {
			return true
		}
	}
	return false
}
