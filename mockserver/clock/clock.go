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

// Setting is what a clock shows. The zero Setting is the real time.
type Setting struct {
	Frozen bool          `json:"Frozen"`
	At     time.Time     `json:",omitzero"`  // while frozen
	Offset time.Duration `json:",omitempty"` // to the real time, while not
}

// Stopped stands still at the given time.
func Stopped(at time.Time) Setting {
	return Setting{Frozen: true, At: at.UTC().Truncate(time.Millisecond)}
}

// Running goes on from the given time; from the real time when it is zero.
func Running(from time.Time) Setting {
	if from.IsZero() {
		return Setting{}
	}
	return Setting{Offset: time.Until(from)}
}

// Moved shows another time, in either mode.
func (s Setting) Moved(by time.Duration) Setting {
	if s.Frozen {
		s.At = s.At.Add(by)
	} else {
		s.Offset += by
	}
	return s
}

// Reader is a clock to those who must not set it.
type Reader interface {
	Now() time.Time
	Mode() Mode
	Moved() bool
	Wait(ctx context.Context, d time.Duration) error
}

// Clock is safe for concurrent use. The zero Clock shows the real time.
type Clock struct {
	mu      sync.RWMutex
	setting Setting
}

var _ Reader = (*Clock)(nil)

// Setting is what the clock shows.
func (c *Clock) Setting() Setting {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.setting
}

// Set makes the clock show something else.
func (c *Clock) Set(s Setting) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setting = s
}

// Now is the world's time, in UTC and whole milliseconds, as both vendors keep it or coarser.
func (c *Clock) Now() time.Time {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.setting.Frozen {
		return c.setting.At
	}
	return time.Now().Add(c.setting.Offset).UTC().Truncate(time.Millisecond)
}

// Mode is the clock's mode.
func (c *Clock) Mode() Mode {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.setting.Frozen {
		return Frozen
	}
	return Real
}

// MaxOffset bounds how far a running clock can be from the machine's. A Duration holds little more.
const MaxOffset = 290 * 365 * 24 * time.Hour

// CanRun reports whether a running clock can show the given time.
func CanRun(at time.Time) bool { return time.Until(at).Abs() <= MaxOffset }

// Moved reports whether a running clock shows another time than the machine's.
func (c *Clock) Moved() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return !c.setting.Frozen && c.setting.Offset != 0
}

// Copy is a clock that shows the same time and goes its own way from here.
func (c *Clock) Copy() *Clock {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return &Clock{setting: c.setting}
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
