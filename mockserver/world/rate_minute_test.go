package world_test

import (
	"testing"
)

// A limit that was taken back leaves nothing of its minute to the next one.
func TestAnotherLimitBeginsAMinuteOfItsOwn(t *testing.T) {
	_, w := newRegistry(t)
	for range 2 {
		w.SetLimit("vendor", 2)
		if rate := w.Spend("vendor"); rate.Remaining != 1 || rate.Exceeded {
			t.Errorf("%+v", rate)
		}
		w.Spend("vendor")
		w.SetLimit("vendor", 0)
	}
}

// A limit that holds for a while leaves the standing one as it is, and several end without each other.
func TestHeldLimitsAreLetGo(t *testing.T) {
	_, w := newRegistry(t)
	limits := func(step string, want int) {
		t.Helper()
		if got := w.Limit("vendor"); got != want {
			t.Errorf("%s: %d, want %d", step, got, want)
		}
	}
	w.SetLimit("vendor", 60)
	w.HoldLimit("vendor", 3)
	limits("one holds", 3)
	w.HoldLimit("vendor", 5)
	w.HoldLimit("vendor", 3)
	limits("three hold", 3)
	w.LetGo("vendor", 3)
	limits("the first of them is over", 3)
	w.LetGo("vendor", 3)
	limits("one is left", 5)
	w.LetGo("vendor", 4)
	limits("what does not hold is let go", 5)
	w.SetLimit("vendor", 100)
	limits("the standing one changes", 5)
	w.LetGo("vendor", 5)
	limits("none is left", 100)
}
