package checks

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/examples/printshop/contract"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
)

// jobs are what the model knows of a shop: the jobs by name, and whether a cancelled one may be cancelled again.
type jobs struct {
	Known map[string]work
	Again explore.Observed
}

type work struct {
	State    string
	Attempts int
}

func (s jobs) with(name string, w work) jobs {
	known := maps.Clone(s.Known)
	known[name] = w
	return jobs{known, s.Again}
}

// answer is what came of a command.
type answer struct {
	Status int
	work
	exchange *suite.Exchange
}

func (a *answer) String() string { return fmt.Sprint(a.Status, a.work) }

// model is the shop as a state machine.
func model() history.Plain[jobs, answer] {
	return history.Plain[jobs, answer]{
		Questions: []*openapi.Question{contract.CancelAgain},
		Makes:     []string{contract.Submit, "fail"},
		Acts:      map[string]*openapi.Requirement{contract.Cancel: contract.CancelQueued, contract.Retry: contract.RetryFailed},
		Looks:     []string{contract.Show},
		Start:     func(o explore.Observed) jobs { return jobs{map[string]work{}, o} },
		Things:    func(s jobs) []string { return slices.Sorted(maps.Keys(s.Known)) },
		Step:      step,
		Do:        do,
	}
}

func step(s jobs, c explore.Command, a *answer) (jobs, error) {
	name, next, status, by := c.Arg("of"), s.Known[c.Arg("of")], http.StatusOK, contract.ShowJob
	switch was := next.State; {
	case c.Verb == contract.Submit:
		name, next, status, by = c.Arg("as"), work{"queued", 1}, http.StatusCreated, contract.SubmitCreated
	case c.Verb == "fail":
		name, next = c.Arg("as"), work{"failed", 1}
	case c.Verb == contract.Cancel && (was == "queued" || was == "failed"):
		next.State, by = "cancelled", contract.CancelQueued
	case c.Verb == contract.Cancel && s.Again.Is(contract.CancelAgain, contract.Refused):
		status, by = http.StatusConflict, contract.CancelPrinting
	case c.Verb == contract.Retry && was == "failed":
		next, by = work{"queued", next.Attempts + 1}, contract.RetryFailed
	case c.Verb == contract.Retry:
		status, by = http.StatusConflict, contract.RetryOnlyFailed
	}
	want := answer{Status: status, work: next}
	if status == http.StatusConflict {
		want.work = work{}
	}
	if a != nil && (a.Status != want.Status || a.work != want.work) {
		return s, &suite.Violation{Requirement: by, Want: want.String(), Got: a.String(), Exchange: a.exchange}
	}
	return s.with(name, next), nil
}

func do(ctx context.Context, session *suite.Session, c explore.Command, id string) (made string, a *answer, err error) {
	s, j, e := open(session), job{}, (*suite.Exchange)(nil)
	switch c.Verb {
	case contract.Submit:
		e, j, err = s.submit(ctx, params{"title": s.Mark(), "pages": 1})
	case "fail":
		j, err = s.in(ctx, "failed")
		return j.ID, &answer{Status: http.StatusOK, work: work{j.State, j.Attempts}}, err
	default:
		e, j, err = s.one(c.Verb)(ctx, id)
	}
	if err != nil {
		return "", nil, err
	}
	return j.ID, &answer{Status: e.Status, work: work{j.State, j.Attempts}, exchange: e}, nil
}
