package suite

import (
	"context"
	"net/http"
)

// A refusal says something about a call only beside the same call, made right and accepted: a target that refuses the
// credential, the address or everything refuses whatever it is asked.

// NeedAccepted needs calls that are right to be accepted. A check makes them before it wants a refusal.
func (s *Session) NeedAccepted(calls ...*Exchange) error {
	for _, e := range calls {
		if !s.run.config.Accepted(e) {
			return unaccepted(e.Operation, "the target answered "+e.outcome()+" to a call with which nothing is wrong")
		}
	}
	return nil
}

// Contrasted is f, but what rests on refusals of an operation counts only where the session saw the same operation accepted.
func Contrasted(f func(context.Context, *Session) error) func(context.Context, *Session) error {
	return func(ctx context.Context, s *Session) error {
		if err := f(ctx, s); err != nil {
			return err
		}
		if operation := s.onlyRefused(); operation != "" {
			return unaccepted(operation, "every one in this session was refused, perhaps for another reason than the one looked for")
		}
		return nil
	}
}

func unaccepted(operation, reason string) error {
	return &Unavailable{State: "an accepted call of " + operation, Reason: reason, Remedy: "look whether the credential and the address are right", Unaccepted: true}
}

// onlyRefused is an operation of which the session saw refusals and nothing else, "" for none.
func (s *Session) onlyRefused() string {
	accepted := map[string]bool{}
	all := s.Exchanges()
	for _, e := range all {
		if s.judgeable(e) && s.run.config.Accepted(e) {
			accepted[e.Operation] = true
		}
	}
	for _, e := range all {
		if s.judgeable(e) && !accepted[e.Operation] {
			return e.Operation
		}
	}
	return ""
}

// judgeable reports whether an exchange is an answered call of a documented operation.
func (s *Session) judgeable(e *Exchange) bool {
	return e.Operation != "" && !e.Setup && !e.Received && e.Status != 0
}

// succeeded is what accepted means when the catalog says nothing about it.
func succeeded(e *Exchange) bool {
	return e.Status >= http.StatusOK && e.Status < http.StatusMultipleChoices
}
