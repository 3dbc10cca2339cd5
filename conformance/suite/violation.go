package suite

import (
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Violation says that the target broke a requirement: what was wanted, what was got, and the exchange that shows it.
type Violation struct {
	Requirement *contract.Requirement // named by models and probes, nil in a check, which verifies one requirement
	Broke       bool                  // instead of answering, every time: no answer to an open question is that
	Want, Got   string
	Exchange    *Exchange // nil when no single exchange shows it
}

func (v *Violation) Error() string { return fmt.Sprintf("want %s, got %s", v.Want, v.Got) }

// Unavailable says that the target could not be brought into a state, and what would make that possible.
// The check is then unverified: neither passed nor failed.
type Unavailable struct {
	State  string // the missing state, or the thing that the run may not do
	Reason string
	Remedy string
	// Unknown is true when a provider does not know the state at all, so that another one may be asked.
	Unknown bool
	// ReadOnly is true when the provider would have to change something and the mode forbids that, so that another one may be asked.
	ReadOnly bool
	// Unaccepted is true when State is a call that the target should have accepted, and did not.
	Unaccepted bool
	// Stranger is true when whoever was asked does not seem to be a provider of states.
	Stranger bool
	// Forbidden is true when State is a request that the ledger does not let through.
	Forbidden bool
}

func (u *Unavailable) Error() string {
	text := fmt.Sprintf("state %q is not available", u.State)
	if u.Forbidden {
		text = "not sent: " + u.State
	}
	if u.Reason != "" {
		text += ": " + u.Reason
	}
	if u.Remedy != "" {
		text += "; " + u.Remedy
	}
	return text
}

// Interrupted says that a connection died while a request was under way whose effect is therefore unknown.
// The check has to be arranged afresh.
type Interrupted struct {
	Exchange *Exchange
	Err      error
}

func (i *Interrupted) Error() string {
	return fmt.Sprintf("%s %s: outcome unknown: %v", i.Exchange.Method, i.Exchange.URL, i.Err)
}

func (i *Interrupted) Unwrap() error { return i.Err }

// Reasons for which a run stops asking. The checks concerned are unverified.
var (
	ErrBudget = errors.New("the request budget is spent")
	// ErrNoProvider is an answer that no provider of states gives.
	ErrNoProvider = errors.New("this is no provider of states")
	// ErrNoAnswer is one request that was not answered in time: whether it was carried out is unknown.
	ErrNoAnswer  = errors.New("no answer")
	ErrThrottled = errors.New("the target answered 429 for longer than the run waits")
	// ErrRecordEnds ends the replay of a check that would send what was not recorded.
	ErrRecordEnds = errors.New("the record has no such exchange")
	// ErrSilent ends a run against a target that hangs. It is an error of the run, not a restriction of it.
	ErrSilent = errors.New("the target stopped answering")
)

// Violations lists every violation in a tree of joined errors, in order.
func Violations(err error) []*Violation {
	if v, ok := err.(*Violation); ok { //nolint:errorlint // the tree is walked by hand, node by node
		return []*Violation{v}
	}
	switch e := err.(type) { //nolint:errorlint // as above
	case interface{ Unwrap() []error }:
		var all []*Violation
		for _, child := range e.Unwrap() {
			all = append(all, Violations(child)...)
		}
		return all
	case interface{ Unwrap() error }:
		return Violations(e.Unwrap())
	}
	return nil
}
