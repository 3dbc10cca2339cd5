package suite

import (
	"context"
	"time"
)

// Consistency says how soon a target shows what it was told.
//
// A session never judges what it read too early: a request that only reads waits until Within has passed since the session
// last changed something. Searches look at once and often instead, and a search that found what it wanted before anything
// could have changed looks once more at the end.
type Consistency struct {
	Within    time.Duration // how long a change may take to show, 0 for none
	Successes int           // looks in a row that must agree, 0 for 1
}

// Eventual reports whether the target may take time to show what it was told.
func (s *Session) Eventual() bool { return s.run.config.Consistency.Within > 0 }

// Rest gives an eventually consistent target the time it may take.
func (s *Session) Rest(ctx context.Context) error {
	return s.run.config.Wait(ctx, s.run.config.Consistency.Within)
}

// Pause lets time pass on the target.
func (s *Session) Pause(ctx context.Context, d time.Duration) error {
	return s.run.config.Wait(ctx, d)
}

// Settled looks at the target until observe agrees, for as long as a change may take to show. When the first look agrees it
// is held against a last one: what was to stay as it is may not have been seen to go yet.
func (s *Session) Settled(ctx context.Context, observe func(context.Context) error) error {
	return s.search(ctx, true, observe)
}

// Await is Settled for what was just made: once seen, it is there.
func (s *Session) Await(ctx context.Context, observe func(context.Context) error) error {
	return s.search(ctx, false, observe)
}

func (s *Session) search(ctx context.Context, confirm bool, observe func(context.Context) error) error {
	switch c := &s.run.config; {
	case !s.Eventual():
		return observe(ctx)
	case c.Settled != nil:
		return c.resettled(ctx, s.id, observe)
	}
	defer s.markSettled(ctx)
	return s.look(context.WithValue(ctx, searching{}, true), confirm, observe)
}

// searching marks the context of requests that are not to wait until a change shows.
type searching struct{}

func (s *Session) look(ctx context.Context, confirm bool, observe func(context.Context) error) error {
	c := &s.run.config
	for agreed := 1; ; agreed++ {
		final := s.untilQuiet() <= 0
		err := observe(ctx)
		if err != nil {
			agreed = 0
		}
		enough := err == nil && agreed >= c.Consistency.Successes
		switch {
		case !hopeful(err), final && (err != nil || enough), enough && !confirm: // a look that disagreed may have been one at what was there before
			return err
		}
		pause := max(c.Consistency.Within/20, 5*time.Millisecond)
		if enough {
			pause = s.untilQuiet()
		}
		if err := c.Wait(ctx, pause); err != nil {
			return err
		}
	}
}

// resettled runs observe as often as the run did that was recorded.
func (c *Config) resettled(ctx context.Context, id string, observe func(context.Context) error) error {
	for {
		err := observe(ctx)
		if c.Settled(id) || !hopeful(err) {
			return err
		}
	}
}

// hopeful reports whether looking again may help: not when the target could not be asked.
func hopeful(err error) bool { return err == nil || len(Violations(err)) > 0 }

// markSettled notes at the last exchange that a search ended there.
func (s *Session) markSettled(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := *s.recordOf(ctx); len(kept) > 0 {
		kept[len(kept)-1].Settled++
	}
}

// quiet holds a read up until what the session changed must show.
func (s *Session) quiet(ctx context.Context) error {
	if !s.Eventual() || ctx.Value(searching{}) != nil {
		return nil
	}
	return s.run.config.Wait(ctx, s.untilQuiet())
}

// untilQuiet is how long until everything that the session changed must show. It is not positive when it must already.
func (s *Session) untilQuiet() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Until(s.changed.Add(s.run.config.Consistency.Within))
}

// change notes that the session has just changed something, or may have.
func (s *Session) change() { s.NoteExternalChange(time.Now()) }

// NoteExternalChange notes when another session changed what this one works with. Reads wait as if this one had.
func (s *Session) NoteExternalChange(change time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if change.After(s.changed) {
		s.changed = change
	}
}

// Changed is when the session last changed something, or may have; zero for never.
func (s *Session) Changed() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}
