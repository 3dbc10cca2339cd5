// Package refusal has errors that carry what kind of refusal they are, so that whoever answers one needs no table of them.
package refusal

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says why something is refused.
type Kind int

// The kinds of refusals.
const (
	Invalid      Kind = iota // what was sent makes no sense
	Unauthorized             // the credential is missing, or opens nothing
	Forbidden                // the credential does not allow it
	Missing                  // what is named is not there
	Method                   // the path does not take the method
	Conflict                 // it cannot be done now
	Gone                     // what is named was there once
	TooLarge                 // what was sent is larger than the server takes
	Unmatched                // a condition of the request does not hold
	TooMany                  // it was called too often
	Unavailable              // the server cannot answer now
	Internal                 // the server failed
)

// Status is the HTTP status of a refusal of the kind, where the answer to it is not the vendor's own.
func (k Kind) Status() int {
	return [...]int{
		Invalid:      http.StatusBadRequest,
		Unauthorized: http.StatusUnauthorized,
		Forbidden:    http.StatusForbidden,
		Missing:      http.StatusNotFound,
		Method:       http.StatusMethodNotAllowed,
		Conflict:     http.StatusConflict,
		Gone:         http.StatusGone,
		TooLarge:     http.StatusRequestEntityTooLarge,
		Unmatched:    http.StatusPreconditionFailed,
		TooMany:      http.StatusTooManyRequests,
		Unavailable:  http.StatusServiceUnavailable,
		Internal:     http.StatusInternalServerError,
	}[k]
}

// Error is a refusal. Errors that say more wrap one.
type Error struct {
	Kind   Kind
	Code   string // a word for programs, such as "unknown-hook"
	Field  string // the member or parameter at fault, "" for none
	Remedy string // what would help, "" for nothing
	text   string
}

// New makes a refusal of a kind.
func New(kind Kind, code, text, remedy string) *Error {
	return &Error{Kind: kind, Code: code, Remedy: remedy, text: text}
}

func (e *Error) Error() string { return e.text }

// At is the same refusal, of a member or parameter.
func (e *Error) At(field string) *Error {
	at := *e
	at.Field = field
	return &at
}

// Of is the same refusal, of another kind.
func (e *Error) Of(kind Kind) *Error {
	of := *e
	of.Kind = kind
	return &of
}

// KindOf is the kind of a refusal that is wrapped in an error, and Internal for any other error.
func KindOf(err error) Kind {
	if e := new(Error); errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Codes of refusals that say which member or parameter is at fault.
const (
	CodeBadValue     = "bad-value"
	CodeBadParameter = "bad-parameter"
)

// BadValue refuses a member that follows its schema and is wrong all the same.
func BadValue(field, text string) error {
	return &Error{Kind: Invalid, Code: CodeBadValue, Field: field, text: text}
}

// Duration reads a duration whose form a schema has checked, but not its size; "" is none.
func Duration(field, text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, BadValue(field, fmt.Sprintf("%q is too long", text))
	}
	return d, nil
}
