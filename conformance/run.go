package conformance

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/buildinfo"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Run verifies a target and reports. The error is for what the user has to correct, and wraps [ErrConfig] then; whatever
// happens on the way to and in the target is in the report.
//
// When ctx ends, the checks under way end too, what they set up is taken back, and the report says of the rest that it was not
// measured.
func Run(ctx context.Context, t Target, opts ...Option) (*report.Report, error) {
	o := newOptions(opts)
	r, err := open(ctx, t, o)
	if err != nil {
		return nil, err
	}
	defer r.run.Close()
	ctx, cancel := o.limited(ctx, r.target)
	defer cancel()
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	return r.everything(ctx), nil
}

// everything runs every check and probe, those that must be alone at the end. When the requests are counted, those that catch most
// for their requests come first, and the questions last.
func (r *runner) everything(ctx context.Context) *report.Report {
	defer r.logOut(ctx)
	results := map[*suite.Check]*report.Result{}
	questions := make([]report.Question, len(r.catalog.Probes))
	var jobs, last []job
	for _, c := range r.queue() {
		result := new(report.Result)
		results[c] = result
		j := job{r.costs[c.Requirement.ID].requests, func() { *result = r.check(ctx, c); r.progressed(result) }}
		if c.Alone && r.priorities == nil {
			last = append(last, j)
		} else {
			jobs = append(jobs, j)
		}
	}
	for i := range r.catalog.Probes {
		if p := &r.catalog.Probes[i]; r.asks(p) {
			jobs = append(jobs, job{unknownCost, func() { questions[i] = r.probe(ctx, p) }})
		}
	}
	if r.target.Workers > 1 && r.priorities == nil {
		longestFirst(jobs)
	}
	inParallel(r.target.Workers, jobs)
	inParallel(1, last)
	questions = slices.DeleteFunc(questions, func(q report.Question) bool { return q.ID == "" })
	var dialect contract.Dialect
	if r.options.beyond() {
		dialect = r.observed(ctx)
	}
	return r.report(ctx, r.inOrder(results), questions, r.runExploration(ctx, dialect), r.runHistories(ctx, dialect))
}

// inOrder lists results in the order of the requirements.
func (r *runner) inOrder(results map[*suite.Check]*report.Result) []report.Result {
	all := make([]report.Result, 0, len(results))
	for i := range r.catalog.Checks {
		all = append(all, *results[&r.catalog.Checks[i]])
	}
	return all
}

// asks reports whether a question is asked in this run.
func (r *runner) asks(p *suite.Probe) bool {
	return r.options.probes && r.options.selects(p.Question.ID) && !slices.Contains(r.target.Unclaimed, p.Question.Group())
}

func (r *runner) progressed(result *report.Result) {
	if r.options.progress == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.options.progress(result)
}

// job is a check or a question, and about how many requests it takes.
type job struct {
	requests int
	do       func()
}

// unknownCost puts what nobody counted among the long ones.
const unknownCost = 1 << 10

// longestFirst puts the longest jobs first, so that none is still at it when the others are done.
func longestFirst(jobs []job) {
	slices.SortStableFunc(jobs, func(a, b job) int { return b.requests - a.requests })
}

// inParallel runs the jobs, so many at a time, and returns when all are done.
func inParallel(workers int, jobs []job) {
	queue := make(chan job)
	var done sync.WaitGroup
	for range workers {
		done.Go(func() {
			for j := range queue {
				j.do()
			}
		})
	}
	for _, j := range jobs {
		queue <- j
	}
	close(queue)
	done.Wait()
}

// Version is the version of the suite, "devel" outside a released build.
func Version() string {
	if version := buildinfo.Read().Version; version != "unknown" {
		return version
	}
	return "devel"
}

// ExitCode is the exit code of a run that gave this report or this error.
func ExitCode(r *report.Report, err error) int {
	switch {
	case errors.Is(err, ErrConfig):
		return report.ExitUsage
	case err != nil || r == nil:
		return report.ExitUnmeasured
	default:
		return r.ExitCode()
	}
}
