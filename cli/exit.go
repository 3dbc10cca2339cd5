package cli

import (
	"errors"
	"strings"
)

// Exit codes. They say what happened and never how often.
const (
	codeOK         = 0
	codeViolates   = 1 // the target violates the contract; for the other commands: they failed
	codeUsage      = 2 // usage or configuration
	codeUnmeasured = 3 // nothing could be compared
	codeLeftover   = 4 // something that the run made is still there
)

// coded is an error with an exit code of its own.
type coded struct {
	code int
	err  error
}

func (e coded) Error() string { return e.err.Error() }
func (e coded) Unwrap() error { return e.err }

func withCode(code int, err error) error {
	if err == nil {
		return nil
	}
	return coded{code, err}
}

// silent ends the program with a code after everything has been said.
type silent struct{ code int }

func (silent) Error() string { return "" }

func codeOf(err error) int {
	var c coded
	var s silent
	switch {
	case err == nil:
		return codeOK
	case errors.As(err, &s):
		return s.code
	case errors.As(err, &c):
		return c.code
	case isUsage(err):
		return codeUsage
	}
	return codeViolates
}

// isUsage recognises the errors that cobra itself raises, which have no type.
func isUsage(err error) bool {
	text := err.Error()
	for _, start := range []string{"unknown command", "unknown flag", "unknown shorthand", "required flag", "accepts ", "requires ", "invalid argument"} {
		if strings.HasPrefix(text, start) {
			return true
		}
	}
	return false
}
