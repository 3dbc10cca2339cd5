package explore

import (
	"context"
	"slices"
	"strings"
)

// mostTrials bounds the sequences that are played to shrink one.
const mostTrials = 300

// shrinker looks for the shortest sequence that still shows what a long one showed.
type shrinker[S, A any] struct {
	*player[S, A]
	wanted func(*trial) bool
	best   *trial
	tried  map[string]bool
	spent  int
}

// shrink leaves out commands, alone and in pairs, and then arguments, until nothing more can go. An error ends it early; the
// best sequence so far counts then.
func (s *shrinker[S, A]) shrink(ctx context.Context) error {
	for {
		before := Text(s.best.commands)
		for _, pass := range []func(context.Context) error{s.commands, s.pairs, s.everywhere, s.arguments} {
			if err := pass(ctx); err != nil {
				return err
			}
		}
		if Text(s.best.commands) == before || s.spent >= mostTrials {
			return nil
		}
	}
}

// commands leaves out runs of commands, long ones first.
func (s *shrinker[S, A]) commands(ctx context.Context) error {
	for size := max(len(s.best.commands)/2, 1); size > 0; size /= 2 {
		for from := 0; from+size <= len(s.best.commands); {
			shorter := append(append([]Command{}, s.best.commands[:from]...), s.best.commands[from+size:]...)
			better, err := s.try(ctx, shorter)
			if err != nil {
				return err
			}
			if !better {
				from += size
			}
		}
	}
	return nil
}

// pairs leaves out two commands that stand apart: what one of them did may need the other one undone.
func (s *shrinker[S, A]) pairs(ctx context.Context) error {
	for second := len(s.best.commands) - 1; second > 0; second-- {
		for first := second - 1; first >= 0; first-- {
			better, err := s.try(ctx, without(without(s.best.commands, second), first))
			if err != nil {
				return err
			}
			if better {
				second = len(s.best.commands) // from the start: what was tried before is not played again
				break
			}
		}
	}
	return nil
}

// everywhere leaves an argument out of all commands that have it with the same value.
func (s *shrinker[S, A]) everywhere(ctx context.Context) error {
	for _, c := range s.best.commands {
		for _, name := range sortedNames(c) {
			changed := slices.Clone(s.best.commands)
			for i := range changed {
				if changed[i].Arg(name) == c.Arg(name) {
					changed[i] = changed[i].With(name, "")
				}
			}
			if _, err := s.try(ctx, changed); err != nil {
				return err
			}
		}
	}
	return nil
}

// arguments leaves out arguments, and values of arguments that are lists.
func (s *shrinker[S, A]) arguments(ctx context.Context) error {
	for i := 0; i < len(s.best.commands); {
		better, err := s.simplify(ctx, i)
		if err != nil {
			return err
		}
		if !better {
			i++
		}
	}
	return nil
}

// simplify takes the first simpler form of a command under which the disagreement stays.
func (s *shrinker[S, A]) simplify(ctx context.Context, i int) (better bool, err error) {
	for _, simpler := range simpler(s.best.commands[i]) {
		changed := append([]Command{}, s.best.commands...)
		changed[i] = simpler
		if better, err = s.try(ctx, changed); better || err != nil {
			return better, err
		}
	}
	return false, nil
}

// simpler lists commands that say a little less.
func simpler(c Command) []Command {
	var all []Command
	for _, name := range sortedNames(c) {
		all = append(all, c.With(name, ""))
		values := c.List(name)
		for i := range values {
			if len(values) > 1 {
				all = append(all, c.WithList(name, without(values, i)))
			}
		}
	}
	return all
}

// without is a list without one of its values.
func without[T any](values []T, i int) []T {
	return slices.Delete(slices.Clone(values), i, i+1)
}

// try plays a sequence that may be better, unless it was played before.
func (s *shrinker[S, A]) try(ctx context.Context, commands []Command) (better bool, err error) {
	commands = fit(s.subject, s.start, commands)
	text := Text(commands)
	if s.tried[text] || s.spent >= mostTrials || !less(commands, s.best.commands) {
		return false, nil
	}
	s.tried[text] = true
	s.spent++
	t, err := s.play(ctx, commands)
	switch {
	case err != nil && stops(ctx, err):
		return false, err
	case err != nil || t.violation == nil || !s.wanted(t):
		return false, nil //nolint:nilerr // a trial that could not be played shows nothing
	}
	s.best = t
	return true, nil
}

// less orders sequences by what there is to read: commands, then arguments, then their length.
func less(a, b []Command) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return words(a) < words(b)
}

func words(commands []Command) int {
	n := 0
	for _, c := range commands {
		for _, value := range c.Args {
			n += 1 + strings.Count(value, ",")
		}
	}
	return n
}
