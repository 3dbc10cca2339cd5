package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// Failure is how a round trip failed, as reports keep it.
type Failure string

// The failures.
const (
	NotSent  Failure = "not-sent"  // nothing listened: the target never saw the request
	TimedOut Failure = "timed-out" // no answer came in time
	Broken   Failure = "broken"    // the connection died: nobody knows what the target did
)

// Failure is how the round trip failed, "" when it did not.
func (e *Exchange) Failure() Failure {
	switch {
	case e.Err == nil:
		return ""
	case timedOut(e.Err):
		return TimedOut
	case neverSent(e.Err):
		return NotSent
	default:
		return Broken
	}
}

// Again is an error of this kind, for a replay.
func (f Failure) Again(text string) error {
	switch f {
	case TimedOut:
		return fmt.Errorf("%s: %w", text, context.DeadlineExceeded)
	case NotSent:
		return &net.OpError{Op: "dial", Err: errors.New(text)}
	default:
		return errors.New(text)
	}
}
