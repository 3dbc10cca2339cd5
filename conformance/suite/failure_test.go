package suite

import (
	"context"
	"errors"
	"fmt"
	"net"
	"testing"
)

// TestFailuresComeAgainAsTheyWere holds for what a replay makes of a recorded failure, whatever its text says.
func TestFailuresComeAgainAsTheyWere(t *testing.T) {
	for want, err := range map[Failure]error{
		"":       nil,
		TimedOut: fmt.Errorf("get: %w", context.DeadlineExceeded),
		NotSent:  &net.OpError{Op: "dial", Err: errors.New("refused")},
		Broken:   errors.New("read: connection reset, and not a dial tone; context deadline exceeded"),
	} {
		got := (&Exchange{Err: err}).Failure()
		if got != want {
			t.Errorf("%v: got %q, want %q", err, got, want)
		}
		if again := (&Exchange{Err: got.Again("as recorded")}).Failure(); want != "" && again != want {
			t.Errorf("%v again: got %q, want %q", err, again, want)
		}
	}
}
