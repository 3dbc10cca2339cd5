package suite

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// A target that breaks at one request every time is found out by sending that request again and again, with another one in between
// that it answers. Where half of all connections die by chance, an honest target passes for a broken one in one check of
// two hundred thousand.
const (
	breaksAgain = 8
	// mostBroken is the size of a body from which on nothing is made of a connection that dies: a target may refuse what is
	// large and close before it has read it all, and the refusal gets lost on the way.
	mostBroken = 64 << 10
)

// noteBreak looks whether the target breaks at the request that was just lost: while the target is as it was then. Reads were
// sent several times by now; what changes something is looked at when the check was arranged as often as it may be.
func (s *Session) noteBreak(ctx context.Context, lost *Exchange, err error) {
	if err == nil || lost == nil || !lost.breaks() || interrupted(err) && !s.final {
		return
	}
	if v := s.breaking(ctx, lost); v != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.broken = append(s.broken, v)
	}
}

// orBroken is err, or the violation that the target breaks at a request that the session sent, every time that it is sent.
func (s *Session) orBroken(ctx context.Context, err error) error {
	if s.broken != nil {
		return errors.Join(errors.Join(violationsOf(err)...), s.broken[0])
	}
	if len(Violations(err)) > 0 && !s.asking || ctx.Err() != nil || interrupted(err) {
		return err
	}
	for _, e := range slices.Backward(s.Exchanges()) {
		if !e.Setup && !e.Received && e.Err == nil && e.breaks() {
			if v := s.breaking(ctx, e); v != nil {
				return errors.Join(append(violationsOf(err), v)...)
			}
			break
		}
	}
	return err
}

func violationsOf(err error) (all []error) {
	for _, v := range Violations(err) {
		all = append(all, v)
	}
	return all
}

// breaking sends the request of an exchange again and again, with another one in between that is answered, and says what
// is wrong when it breaks every time; nil when it does not.
func (s *Session) breaking(ctx context.Context, broken *Exchange) *Violation {
	neutral := s.answered(ctx, broken)
	if neutral == nil {
		return nil
	}
	last := broken
	for range breaksAgain {
		e, _ := s.once(ctx, requestOf(broken)) // how it ended is in the exchange
		if e == nil || !e.breaks() || s.answer(ctx, neutral) == nil {
			return nil
		}
		last = e
	}
	return &Violation{
		Broke:    true,
		Want:     "an answer to this request, as to others",
		Got:      fmt.Sprintf("%s, each of %d times that it was sent, while %s %s was answered every time in between", last.end(), breaksAgain+1, neutral.Method, neutral.Path),
		Exchange: last,
	}
}

// breaks reports whether the target broke instead of answering.
func (e *Exchange) breaks() bool {
	unread := errors.Is(e.Err, ErrTooLarge) || errors.Is(e.Err, ErrRecordEnds)
	unknown := e.Operation == "" && e.Status == http.StatusNotImplemented // a method that no document promises
	return e.Failure() == Broken && !unread && len(e.Body) < mostBroken || e.Status >= http.StatusInternalServerError && !throttled(e) && !unknown
}

// end is how an exchange with a target that broke ended.
func (e *Exchange) end() string {
	switch {
	case e.Err == nil:
		return e.outcome()
	case e.Status != 0:
		return "a connection that dies in the middle of the answer"
	default:
		return "a connection that dies without an answer"
	}
}

// like reports whether two exchanges ask for the same thing.
func (e *Exchange) like(other *Exchange) bool { return e.Method == other.Method && e.URL == other.URL }

// answered is a read that the target answers now, while it breaks at another request; nil where there is none. One of another
// operation, in this session, is the best.
func (s *Session) answered(ctx context.Context, broken *Exchange) *Request {
	var others, alike []*Request
	for _, e := range slices.Backward(s.Exchanges()) {
		r := requestOf(e)
		switch {
		case !s.judgeable(e) || !s.run.config.Accepted(e) || !s.run.config.Effect(r).Reads || e.like(broken):
		case e.Operation == broken.Operation:
			alike = append(alike, r)
		default:
			others = append(others, r)
		}
	}
	if s.run.config.Neutral != nil {
		others = append(others[:min(len(others), 1)], s.run.config.Neutral(s))
	}
	for _, r := range append(others, alike...)[:min(len(others)+len(alike), mostNeutral)] {
		if (r.Method != broken.Method || s.address(r) != broken.URL) && s.answer(ctx, r) != nil {
			return r
		}
	}
	return nil
}

// mostNeutral is how many reads are tried until one is answered.
const mostNeutral = 3

// answer sends a read and returns the exchange, nil when no answer came of a target that works.
func (s *Session) answer(ctx context.Context, r *Request) *Exchange {
	e, err := s.send(ctx, r)
	if err != nil || e.breaks() {
		return nil
	}
	return e
}

// requestOf is the request of an exchange, to be sent again as it was.
func requestOf(e *Exchange) *Request {
	return &Request{Operation: e.Operation, Method: e.Method, Path: e.URL, Header: e.Header, Body: e.Body}
}
