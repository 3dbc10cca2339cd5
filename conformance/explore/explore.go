package explore

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Plan says how much is explored.
type Plan struct {
	Seed    uint64
	Rounds  int // sequences, 0 for DefaultRounds
	Length  int // commands of a sequence before the looks that end it, 0 for DefaultLength
	Dialect contract.Dialect
	// Ignore leaves out what disagrees with these requirements: it is known already.
	Ignore func(*contract.Requirement) bool
}

// The amounts that a run explores unless it is told otherwise.
const (
	DefaultRounds = 80
	DefaultLength = 25
)

// mostFindings is after how many different disagreements an exploration ends: somebody has to read them.
const mostFindings = 5

// Result is what an exploration found.
type Result struct {
	Gaps     []string // what could not be explored, and why
	Rounds   int      // sequences drawn and played
	Replays  int      // sequences played to shrink and confirm
	Commands int      // carried out, replays included
	Findings []Finding
	// Stopped says why the exploration ended before its plan did, nil when it did not.
	Stopped error
}

// Finding is one disagreement between the target and the model.
type Finding struct {
	// Violation says what was wanted and got. Its requirement is nil where no sentence covers the disagreement.
	Violation *suite.Violation
	Commands  []Command // the last one disagrees
	Exchanges []*suite.Exchange
	From      int  // commands before shrinking
	Round     int  // that found it, from 0
	Confirmed bool // it showed again on a fresh world, at once
	// Also are sentences that other sequences seemed to break, where a closer look showed this disagreement before.
	Also []*contract.Requirement
}

// Run explores a target. Its error says why nothing could be explored at all.
func Run[S, A any](ctx context.Context, run *suite.Run, subject Subject[S, A], plan Plan) (*Result, error) {
	x := &explorer[S, A]{player: player[S, A]{run: run, subject: subject, id: "explore"}, plan: plan.complete(), result: &Result{}}
	if err := x.survey(ctx); err != nil {
		return nil, err
	}
	for round := range x.plan.Rounds {
		if err := x.round(ctx, round); err != nil {
			x.result.Stopped = err
			break
		}
		if len(x.result.Findings) >= mostFindings {
			break
		}
	}
	x.result.Replays, x.result.Commands = x.played-x.result.Rounds, x.carried
	return x.result, nil
}

func (p Plan) complete() Plan {
	if p.Rounds == 0 {
		p.Rounds = DefaultRounds
	}
	if p.Length == 0 {
		p.Length = DefaultLength
	}
	if p.Ignore == nil {
		p.Ignore = func(*contract.Requirement) bool { return false }
	}
	return p
}

type explorer[S, A any] struct {
	player[S, A]
	plan   Plan
	result *Result
}

func (x *explorer[S, A]) survey(ctx context.Context) error {
	_, err := x.run.Attempt(ctx, x.id+"/survey", 0, attempts, func(ctx context.Context, s *suite.Session) (err error) {
		x.start, x.result.Gaps, err = x.subject.Survey(ctx, s, x.plan.Dialect)
		return err
	})
	return err
}

// round plays one sequence. Its error ends the exploration.
func (x *explorer[S, A]) round(ctx context.Context, round int) error {
	commands := draw(x.subject, chooser(x.plan.Seed, x.id, round), x.start, x.plan.Length)
	x.result.Rounds++
	t, err := x.play(ctx, commands)
	if err != nil {
		return err
	}
	if t.violation == nil || !x.isNew(t) {
		return nil
	}
	return x.found(ctx, t, Finding{Round: round, From: len(t.commands)})
}

// found shrinks a sequence, confirms what is left and notes it. What disagrees only now and then is not shrunk: nothing
// could be learnt from leaving something out.
func (x *explorer[S, A]) found(ctx context.Context, t *trial, f Finding) error {
	again, err := x.play(ctx, t.commands)
	if err == nil && again.violation != nil {
		if t, err = x.smallest(ctx, t); err == nil && x.follows(ctx, t) {
			return nil
		}
	}
	if err == nil {
		again, err = x.play(ctx, t.commands)
		f.Confirmed = err == nil && again.violation != nil && x.isNew(again)
	}
	f.Violation, f.Commands, f.Exchanges = t.violation, t.commands, t.exchanges
	x.result.Findings = append(x.result.Findings, f)
	return err
}

// smallest shrinks a sequence, from where a closer look shows a disagreement first.
func (x *explorer[S, A]) smallest(ctx context.Context, t *trial) (*trial, error) {
	if closer, err := x.closer(ctx, t); err != nil && stops(ctx, err) {
		return t, err
	} else if err == nil && closer.violation != nil && x.isNew(closer) {
		t = closer
	}
	s := &shrinker[S, A]{player: &x.player, wanted: x.isNew, best: t, tried: map[string]bool{}}
	err := s.shrink(ctx)
	return s.best, err
}

// closer plays a sequence with a look at everything after each command that does more than look: a disagreement shows when
// it comes to be, and not when something else goes wrong because of it.
func (x *explorer[S, A]) closer(ctx context.Context, t *trial) (*trial, error) {
	var commands []Command
	state := x.start
	for _, c := range t.commands {
		commands = append(commands, c)
		state = after(x.subject, state, c)
		if !x.subject.Reads(c) {
			commands = append(commands, x.subject.Looks(state)...)
		}
	}
	return x.play(ctx, commands)
}

// follows reports whether a disagreement comes of one that was found before, and notes that it does.
func (x *explorer[S, A]) follows(ctx context.Context, t *trial) bool {
	closer, err := x.closer(ctx, t)
	if err != nil || closer.violation == nil || len(closer.commands) == 0 {
		return false
	}
	i := slices.IndexFunc(x.result.Findings, func(f Finding) bool { return f.Violation.Requirement == closer.violation.Requirement })
	if i < 0 {
		return false
	}
	f := &x.result.Findings[i]
	f.Also = append(f.Also, t.violation.Requirement)
	return true
}

// isNew reports whether a disagreement is neither known to the user nor found before.
func (x *explorer[S, A]) isNew(t *trial) bool {
	r := t.violation.Requirement
	if r != nil && x.plan.Ignore(r) {
		return false
	}
	return !slices.ContainsFunc(x.result.Findings, func(f Finding) bool {
		return f.Violation.Requirement == r || slices.Contains(f.Also, r)
	})
}

// chooser is a source of random choices that depends on nothing but seed, name and round.
func chooser(seed uint64, name string, round int) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                                // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()+uint64(round))) //nolint:gosec // test data, not secrets
}

func sortedNames(c Command) []string { return slices.Sorted(maps.Keys(c.Args)) }

// Replay plays one sequence and returns what disagreed, nil when nothing did.
func Replay[S, A any](ctx context.Context, run *suite.Run, subject Subject[S, A], d contract.Dialect, commands []Command) (*Finding, error) {
	x := &explorer[S, A]{player: player[S, A]{run: run, subject: subject, id: "replay"}, plan: Plan{Dialect: d}, result: &Result{}}
	if err := x.survey(ctx); err != nil {
		return nil, err
	}
	if fitting := fit(subject, x.start, commands); Text(fitting) != Text(commands) {
		return nil, fmt.Errorf("the sequence cannot be played as it stands on this target; what can be is\n%s", Text(fitting))
	}
	t, err := x.play(ctx, commands)
	if err != nil || t.violation == nil {
		return nil, err
	}
	return &Finding{Violation: t.violation, Commands: t.commands, Exchanges: t.exchanges, From: len(commands)}, nil
}
