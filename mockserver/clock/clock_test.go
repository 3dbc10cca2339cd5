package clock

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestFrozenClockMovesOnlyWhenTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		c := new(Clock)
		c.Set(Stopped(start))
		time.Sleep(time.Hour) // the bubble's clock, not a wait
		if got := c.Now(); !got.Equal(start) {
			t.Errorf("after an hour: %v, want %v", got, start)
		}
		c.Set(c.Setting().Moved(72 * time.Hour))
		if got := c.Now(); !got.Equal(start.Add(72 * time.Hour)) {
			t.Errorf("advanced to %v", got)
		}
	})
}

func TestRealClockPassesAndCanBeMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := new(Clock)
		before := c.Now()
		c.Set(c.Setting().Moved(time.Hour))
		time.Sleep(time.Minute)
		if got := c.Now().Sub(before); got != 61*time.Minute {
			t.Errorf("%v passed, want 61m", got)
		}
		copied := c.Copy()
		c.Set(Running(time.Time{}))
		if got := c.Now().Sub(before); got != time.Minute {
			t.Errorf("back to the real time: %v after the start, want 1m", got)
		}
		if got := copied.Now().Sub(before); got != 61*time.Minute {
			t.Errorf("the copy went along: %v, want 61m", got)
		}
	})
}
