package history

import (
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Deviation is one way to break a sentence.
type Deviation[S, A any] struct {
	Breaks *contract.Requirement
	// Next lists the states in which a target may be after it broke the sentence at this command and answered so. It lists
	// none where the sentence cannot explain the answer, which is never nil.
	Next func(s S, c explore.Command, a *A) []S
}

// Answered is an answer that says whether its command succeeded.
type Answered[A any] interface {
	*A
	Succeeded() bool
}

// Succeeding is a deviation of one command, where it succeeds.
func Succeeding[S, A any, P Answered[A]](verb string, breaks *contract.Requirement, next func(s S, c explore.Command, a *A) []S) Deviation[S, A] {
	return Deviation[S, A]{Breaks: breaks, Next: func(s S, c explore.Command, a *A) []S {
		if c.Verb != verb || !P(a).Succeeded() {
			return nil
		}
		return next(s, c, a)
	}}
}

// Excused is the deviation of an answer that is wrong and changes nothing more: the model names the sentence.
func Excused[S, A any](m explore.Model[S, A], breaks *contract.Requirement) Deviation[S, A] {
	return Deviation[S, A]{breaks, func(s S, c explore.Command, a *A) []S {
		next, err := m.Step(s, c, a)
		var wrong *suite.Violation
		if errors.As(err, &wrong) && wrong.Requirement == breaks {
			return []S{next}
		}
		return nil
	}}
}

// Unless is the state as it is, or none where the deviation is refuted.
func Unless[S any](s S, refuted bool) []S {
	if refuted {
		return nil
	}
	return []S{s}
}

// LastSuccess is the last event of a command that was answered as a success, nil when there is none.
func LastSuccess[A any, P Answered[A]](events []Event[A], verb string) *Event[A] {
	for i := len(events) - 1; i >= 0; i-- {
		if e := &events[i]; e.Command.Verb == verb && e.Answer != nil && P(e.Answer).Succeeded() {
			return e
		}
	}
	return nil
}

// Unanswered reports whether a command may have been carried out, though no answer came.
func Unanswered(err error) bool {
	var i *suite.Interrupted
	return errors.As(err, &i) || errors.Is(err, suite.ErrNoAnswer)
}

// Lost gives a history up because nobody knows what a command did, or to what. The cause must not look like a command
// without an answer.
func Lost(c explore.Command, err error) error { return fmt.Errorf("%w: %s: %v", ErrLost, c, err) } //nolint:errorlint // said above
