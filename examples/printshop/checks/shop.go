// Package checks finds out whether somebody keeps the print shop's contract. It shares the sentences with the mock, and no code.
package checks

import (
	"context"
	"errors"
	"net/http"
	"path"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/examples/printshop/contract"
)

// queue is what the ledger calls the shop's jobs. Every run is lent it: it may submit, and change what it submitted.
const queue = "the queue of print jobs"

// effect tells the ledger what a request would change.
func effect(r *suite.Request) suite.Effect {
	if r.Method == http.MethodGet {
		return suite.Effect{Reads: true}
	}
	e := suite.Effect{Scope: queue}
	if r.Path != "/jobs" {
		e.IDs = []string{path.Base(path.Dir(r.Path))}
	}
	return e
}

// job is a job as an answer shows it.
type job struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Pages    int    `json:"pages"`
	State    string `json:"state"`
	Attempts int    `json:"attempts"`
}

// shop speaks the API through a session.
type shop struct{ *suite.Session }

func open(s *suite.Session) *shop {
	s.Ledger().Lend(queue)
	return &shop{s}
}

func on(verify func(context.Context, *shop) error) func(context.Context, *suite.Session) error {
	return func(ctx context.Context, s *suite.Session) error { return verify(ctx, open(s)) }
}

func asking(observe func(context.Context, *shop) (string, error)) func(context.Context, *suite.Session) (string, error) {
	return func(ctx context.Context, s *suite.Session) (string, error) { return observe(ctx, open(s)) }
}

type params = map[string]any

func (s *shop) submit(ctx context.Context, body params) (e *suite.Exchange, j job, err error) {
	e, err = s.Call(ctx, suite.Call{Operation: contract.Submit, Body: body}, &j)
	if j.ID != "" {
		s.own(j.ID)
	}
	return e, j, err
}

// own enters a job in the ledger, and has it cancelled in the end.
func (s *shop) own(id string) {
	s.Ledger().Mint(id)
	s.Undo(&suite.State{Name: "a job", Values: params{"id": id}, Undo: func(ctx context.Context) error {
		e, _, err := s.one(contract.Cancel)(ctx, id)
		if e != nil {
			e.Setup = true // it shows nothing of what the check is about
		}
		return err
	}})
}

// fresh is a job that the run submitted.
func (s *shop) fresh(ctx context.Context) (job, error) {
	e, j, err := s.submit(ctx, params{"title": s.Mark(), "pages": 2})
	if err == nil {
		err = s.NeedAccepted(e)
	}
	return j, suite.Arranging(err)
}

// pair is two fresh jobs.
func (s *shop) pair(ctx context.Context) (first, second job, err error) {
	if first, err = s.fresh(ctx); err == nil {
		second, err = s.fresh(ctx)
	}
	return first, second, err
}

// in is a job in a state that only a provider can make.
func (s *shop) in(ctx context.Context, state string) (job, error) {
	made, err := s.Setup(ctx, "a job", params{"title": s.Mark(), "pages": 600, "state": state})
	if err != nil {
		return job{}, err
	}
	id, err := made.Text("id")
	s.Ledger().Mint(id)
	return job{ID: id, State: state, Attempts: 1}, err
}

// on is an operation on one job.
type act = func(ctx context.Context, id string) (*suite.Exchange, job, error)

func (s *shop) one(operation string) act {
	return func(ctx context.Context, id string) (e *suite.Exchange, j job, err error) {
		e, err = s.Call(ctx, suite.Call{Operation: operation, Params: params{"id": id}}, &j)
		return e, j, err
	}
}

func (s *shop) show(ctx context.Context, id string) (*suite.Exchange, job, error) {
	return s.one(contract.Show)(ctx, id)
}

func (s *shop) cancel(ctx context.Context, id string) (*suite.Exchange, job, error) {
	return s.one(contract.Cancel)(ctx, id)
}

type page struct {
	Jobs  []job `json:"jobs"`
	Total int   `json:"total"`
}

func (s *shop) list(ctx context.Context, limit, offset int) (e *suite.Exchange, p page, err error) {
	e, err = s.Call(ctx, suite.Call{Operation: contract.List, Params: params{"limit": limit, "offset": offset}}, &p)
	return e, p, err
}

// all reads every page.
func (s *shop) all(ctx context.Context) (*suite.Exchange, []job, error) {
	var jobs []job
	for {
		e, p, err := s.list(ctx, 100, len(jobs))
		if err != nil {
			return e, nil, err
		}
		jobs = append(jobs, p.Jobs...)
		if len(p.Jobs) == 0 || len(jobs) >= p.Total {
			return e, jobs, e.WantStatus(http.StatusOK)
		}
	}
}

// refused wants a refusal with a status and a code.
func refused[T any](status int, code string) func(*suite.Exchange, T, error) error {
	return func(e *suite.Exchange, _ T, err error) error {
		var refusal struct{ Code string }
		if err == nil {
			err = e.WantStatus(status)
		}
		if err != nil {
			return err
		}
		return errors.Join(e.Decode(&refusal), e.Want("code", code, refusal.Code))
	}
}

// accepted needs a right call to be accepted: beside one that is not, a refusal shows nothing.
func accepted[T any](s *shop) func(*suite.Exchange, T, error) error {
	return func(e *suite.Exchange, _ T, err error) error {
		if err != nil {
			return err
		}
		return s.NeedAccepted(e)
	}
}

// wantState looks at a job again.
func (s *shop) wantState(ctx context.Context, id, state string) error {
	e, j, err := s.show(ctx, id)
	if err != nil {
		return err
	}
	return e.Want("state", state, j.State)
}
