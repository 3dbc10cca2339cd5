package explore

import (
	"context"
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// attempts is how often a sequence is begun afresh because connections die under it.
const attempts = 8

// player plays sequences on fresh worlds.
type player[S, A any] struct {
	run     *suite.Run
	subject Subject[S, A]
	start   S
	id      string // of the sessions
	played  int    // sequences
	carried int    // commands
}

// trial is what became of one sequence.
type trial struct {
	commands  []Command // up to the one that disagreed
	violation *suite.Violation
	exchanges []*suite.Exchange
}

// play plays a sequence on a fresh world until an answer disagrees. Its error says why it could not be played.
func (p *player[S, A]) play(ctx context.Context, commands []Command) (*trial, error) {
	t := &trial{}
	p.played++
	s, err := p.run.Attempt(ctx, p.id, 0, attempts, func(ctx context.Context, s *suite.Session) error {
		*t = trial{commands: commands}
		w, err := p.subject.Open(ctx, s, p.start)
		if err != nil {
			return err
		}
		return p.steps(ctx, s, w, t)
	})
	t.exchanges = s.Exchanges()
	if found := suite.Violations(err); len(found) > 0 {
		t.violation = found[0]
		return t, nil
	}
	return t, err
}

func (p *player[S, A]) steps(ctx context.Context, s *suite.Session, w World[A], t *trial) error {
	state := p.start
	for i, c := range t.commands {
		next, err := p.step(ctx, s, w, state, c)
		if err != nil {
			t.commands = t.commands[:i+1]
			return err
		}
		state = next
	}
	return nil
}

// step carries one command out and compares. A target that may take its time is looked at until it agrees.
func (p *player[S, A]) step(ctx context.Context, s *suite.Session, w World[A], state S, c Command) (next S, err error) {
	p.carried++
	once := func(ctx context.Context) error {
		a, err := w.Do(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c, err)
		}
		next, err = p.subject.Step(state, c, a)
		return err
	}
	if p.subject.Reads(c) {
		return next, s.Settled(ctx, once)
	}
	if err := once(ctx); err != nil || !s.Eventual() {
		return next, err
	}
	return next, s.Rest(ctx)
}

// mostDraws bounds the draws for one command: in some states few of them fit.
const mostDraws = 20

// draw makes up a sequence of so many commands, and ends it with a look at everything.
func draw[S, A any](m Model[S, A], from Chooser, state S, length int) []Command {
	var commands []Command
	for tries := 0; len(commands) < length && tries < mostDraws*length; tries++ {
		c, ok := m.Fit(state, m.Draw(from, state))
		if !ok {
			continue
		}
		commands = append(commands, c)
		state = after(m, state, c)
	}
	return append(commands, m.Looks(state)...)
}

// fit makes a sequence fit again after commands were left out.
func fit[S, A any](m Model[S, A], state S, commands []Command) []Command {
	fitting := make([]Command, 0, len(commands))
	for _, c := range commands {
		c, ok := m.Fit(state, c)
		if !ok {
			continue
		}
		fitting = append(fitting, c)
		state = after(m, state, c)
	}
	return fitting
}

// after is the state after a command whose answer nobody saw: the model has nothing against that.
func after[S, A any](m Model[S, A], state S, c Command) S {
	next, _ := m.Step(state, c, nil)
	return next
}

// stops reports whether err ends an exploration: the target cannot be explored, or not any more.
func stops(ctx context.Context, err error) bool {
	var unavailable *suite.Unavailable
	return ctx.Err() != nil || errors.As(err, &unavailable) ||
		errors.Is(err, suite.ErrBudget) || errors.Is(err, suite.ErrThrottled) || errors.Is(err, suite.ErrSilent)
}
