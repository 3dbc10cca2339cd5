package world_test

import (
	"testing"
)

// A limit that was taken back leaves nothing of its minute to the next one.
func TestAnotherLimitBeginsAMinuteOfItsOwn(t *testing.T) {
	_, w := newRegistry(t)
	for range 2 {
		if err := w.SetLimit("vendor", 2); err != nil {
			t.Fatal(err)
		}
		if rate := w.Spend("vendor"); rate.Remaining != 1 || rate.Exceeded {
			t.Errorf("%+v", rate)
		}
		w.Spend("vendor")
		if err := w.SetLimit("vendor", 0); err != nil {
			t.Fatal(err)
		}
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
	done := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	done(w.SetLimit("vendor", 60))
	done(w.HoldLimit("vendor", 3))
	limits("one holds", 3)
	done(w.HoldLimit("vendor", 5))
	done(w.HoldLimit("vendor", 3))
	limits("three hold", 3)
	done(w.LetGo("vendor", 3))
	limits("the first of them is over", 3)
	done(w.LetGo("vendor", 3))
	limits("one is left", 5)
	done(w.LetGo("vendor", 4))
	limits("what does not hold is let go", 5)
	done(w.SetLimit("vendor", 100))
	limits("the standing one changes", 5)
	done(w.LetGo("vendor", 5))
	limits("none is left", 100)
}
