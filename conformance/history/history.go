package history

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Plan says how many histories are recorded, and how long they are.
type Plan struct {
	Seed       uint64
	Clients    int // at once, 0 for DefaultClients
	Operations int // of each client, 0 for DefaultOperations
	Rounds     int // histories, 0 for DefaultRounds
	Dialect    contract.Dialect
	// Ignore leaves out what breaks these requirements: it is known already.
	Ignore func(*contract.Requirement) bool
}

// The amounts of a run unless it is told otherwise. The detection power was measured with them.
const (
	DefaultClients    = 4
	DefaultOperations = 6
	DefaultRounds     = 24
)

func (p Plan) complete() Plan {
	if p.Clients == 0 {
		p.Clients = DefaultClients
	}
	if p.Operations == 0 {
		p.Operations = DefaultOperations
	}
	if p.Rounds == 0 {
		p.Rounds = DefaultRounds
	}
	if p.Ignore == nil {
		p.Ignore = func(*contract.Requirement) bool { return false }
	}
	return p
}

// Result is what the histories of a run showed.
type Result struct {
	Plan       Plan // in full
	Gaps       []string
	Rounds     int             // histories recorded
	Verdicts   map[Verdict]int // of the histories that were judged
	Account    Account         // over all of them
	Lost       int             // histories that could not be recorded to the end
	Unanswered int             // commands whose outcome stays unknown
	Findings   []Finding
	Stopped    error // why it ended early, nil when it did not
}

// Finding is a history that no order of its commands explains.
type Finding struct {
	Blame     Blame
	Histories int // that point at the same; the rest is of the first
	Account   Account
	Round     int
	Lines     []string // one for each command
	Page      string   // porcupine's picture, HTML
}

// ErrSequential means that one client alone already disagrees with the model: histories would show nothing more.
var ErrSequential = errors.New("one client alone is answered otherwise than the model expects, so that clients at once cannot be judged")

// ErrLost is wrapped by what makes one history worthless, and says nothing of the next.
var ErrLost = errors.New("the history is lost")

// Run records and judges histories. Its error says why nothing could be judged at all.
func Run[S, A any](ctx context.Context, run *suite.Run, subject Subject[S, A], plan Plan) (*Result, error) {
	r := &historian[S, A]{run: run, subject: subject, plan: plan.complete()}
	r.result = &Result{Plan: r.plan, Verdicts: map[Verdict]int{}}
	if err := r.survey(ctx); err != nil {
		return nil, err
	}
	for round := range r.plan.Rounds {
		err := r.round(ctx, round)
		if errors.Is(err, ErrLost) {
			r.result.Lost++
			continue
		}
		if err != nil {
			r.result.Stopped = err
			break
		}
	}
	return r.result, nil
}

type historian[S, A any] struct {
	run     *suite.Run
	subject Subject[S, A]
	plan    Plan
	start   S
	result  *Result
}

const name = "history"

// attempts is how often a session is begun afresh while nothing was recorded yet.
const attempts = 4

func (r *historian[S, A]) survey(ctx context.Context) error {
	_, err := r.run.Attempt(ctx, name+"/survey", 0, attempts, func(ctx context.Context, s *suite.Session) (err error) {
		if s.Eventual() {
			return &suite.Unavailable{State: "clients at once", Reason: "the target takes its time to show what it was told", Remedy: "leave consistency out of the target file if it does not"}
		}
		r.start, r.result.Gaps, err = r.subject.Survey(ctx, s, r.plan.Dialect)
		return err
	})
	if err != nil {
		return err
	}
	if why := r.subject.Unfit(r.start); why != "" {
		return &suite.Unavailable{State: "clients at once", Reason: why}
	}
	r.start = r.subject.Shared(r.start)
	return nil
}

// round records one history and judges it.
func (r *historian[S, A]) round(ctx context.Context, round int) error {
	workload, ok := r.subject.Workload(chooser(r.plan.Seed, round), r.start, r.plan, round)
	if !ok {
		return nil
	}
	if r.result.Rounds < 2 { // each kind of round once
		if err := r.alone(ctx, workload); err != nil {
			return err
		}
	}
	events, err := r.record(ctx, workload)
	if err != nil {
		return err
	}
	r.result.Rounds++
	r.judge(round, events)
	return nil
}

// alone plays a workload's commands by one client.
func (r *historian[S, A]) alone(ctx context.Context, c Workload) error {
	one := slices.Concat(c.Before, slices.Concat(c.Clients...), c.After)
	events, err := r.record(ctx, Workload{Before: one})
	if err != nil {
		return err
	}
	if j := judge(r.subject, r.start, events); j.verdict == Illegal {
		return fmt.Errorf("%w; explore it instead", ErrSequential)
	}
	return nil
}

func (r *historian[S, A]) record(ctx context.Context, c Workload) (events []Event[A], err error) {
	_, err = r.run.Attempt(ctx, name, 0, attempts, func(ctx context.Context, s *suite.Session) error {
		w, err := r.subject.OpenShared(ctx, s, r.start)
		if err != nil {
			return err
		}
		rec := &recorder[S, A]{subject: r.subject, world: w}
		events, err = rec.record(ctx, c)
		return err
	})
	return events, err
}

func (r *historian[S, A]) judge(round int, events []Event[A]) {
	j := judge(r.subject, r.start, events)
	account := r.subject.Account(r.start, events)
	r.result.Verdicts[j.verdict]++
	r.result.Account.add(account)
	for _, e := range events {
		if e.Answer == nil {
			r.result.Unanswered++
		}
	}
	if j.verdict == Illegal {
		r.found(Finding{Account: account, Round: round, Lines: lines(events)}, events, j)
	}
}

// found notes an illegal history, unless what is known to be broken explains it.
func (r *historian[S, A]) found(f Finding, events []Event[A], j judged) {
	f.Blame, f.Histories = blame(r.subject, r.start, events, f.Account), 1
	if f.Blame.explainedBy(r.plan.Ignore) {
		return
	}
	before := slices.IndexFunc(r.result.Findings, func(other Finding) bool { return other.Blame.same(f.Blame) })
	if before >= 0 {
		r.result.Findings[before].Histories++
		return
	}
	f.Page = j.page()
	r.result.Findings = append(r.result.Findings, f)
}

func chooser(seed uint64, round int) explore.Chooser {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))                                // never fails
	return rand.New(rand.NewPCG(seed, h.Sum64()+uint64(round))) //nolint:gosec // test data, not secrets
}
