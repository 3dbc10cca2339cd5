package suite

import (
	"errors"
	"testing"
)

// TestWhatTheBudgetRefusesIsNotSpent wants the count of a run to be the requests that were sent, however often more were asked for.
func TestWhatTheBudgetRefusesIsNotSpent(t *testing.T) {
	b := budget{most: 2}
	for i := range 5 {
		if err := b.take(); errors.Is(err, ErrBudget) != (i >= 2) {
			t.Errorf("request %d: %v", i+1, err)
		}
	}
	if used := b.used.Load(); used != 2 {
		t.Errorf("%d requests are counted, 2 were allowed", used)
	}
}
