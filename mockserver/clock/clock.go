// Package clock gives each world a time of its own: the real one, the real one moved by an offset, or one that stands
// still until it is told otherwise.
package clock

import (
	"context"
	"sync"
	"time"
)

// Mode says whether the time passes by itself.
type Mode string

// The two modes.
const (
	Real   Mode = "real"
	Frozen Mode = "frozen"
)

// Clock is safe for concurrent use. The zero Clock shows the real time.
type Clock struct {
	mu     sync.RWMutex
	frozen bool
	at     time.Time     // while frozen
	offset time.Duration // to the real time, while not
}

// Now is the world's time, in UTC and whole milliseconds, as both vendors keep it or coarser.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.now()
}

func (c *Clock) now() time.Time {
	if c.frozen {
		return c.at
	}
	return time.Now().Add(c.offset).UTC().Truncate(time.Millisecond)
}

// Mode is the clock's mode.
func (c *Clock) Mode() Mode {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.frozen {
		return Frozen
	}
	return Real
}

// Freeze stops the clock at the given time.
func (c *Clock) Freeze(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.at = true, at.UTC().Truncate(time.Millisecond)
}

// Run lets the time pass from the given time on; from the real time when it is zero.
func (c *Clock) Run(from time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.frozen, c.offset = false, 0
	if !from.IsZero() {
		c.offset = time.Until(from)
	}
}

// MaxOffset bounds how far a running clock can be from the machine's. A Duration holds little more.
const MaxOffset = 290 * 365 * 24 * time.Hour

// CanRun reports whether a running clock can show the given time.
func CanRun(at time.Time) bool { return time.Until(at).Abs() <= MaxOffset }

// Moved reports whether a running clock shows another time than the machine's.
func (c *Clock) Moved() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.frozen && c.offset != 0
}

// Advance moves the clock in either mode and returns the new time.
func (c *Clock) Advance(by time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
	c.offset += by
	return c.now()
}

// Copy is a clock that shows the same time and goes its own way from here.
func (c *Clock) Copy() *Clock {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return &Clock{frozen: c.frozen, at: c.at, offset: c.offset}
}

// Wait lets a time pass on the clock: at the machine's pace, or at once on a clock that stands still. It returns early,
// with the context's error, when ctx is over.
func (c *Clock) Wait(ctx context.Context, d time.Duration) error {
	if d <= 0 || c.Mode() == Frozen {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
