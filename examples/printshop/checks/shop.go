// Package checks finds out whether somebody keeps the print shop's contract. It shares the sentences with the mock, and no code.
package checks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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

func on(verify func(context.Context, *shop) error) func(context.Context, *suite.Session) error {
	return func(ctx context.Context, s *suite.Session) error {
		s.Ledger().Lend(queue)
		return verify(ctx, &shop{s})
	}
}

// need needs a call that is right to be accepted: beside one that is not, a refusal shows nothing.
func need(e *suite.Exchange) error {
	if e.Status/100 == 2 {
		return nil
	}
	return &suite.Unavailable{State: "an accepted call of " + e.Operation, Reason: "it was answered " + http.StatusText(e.Status)}
}

func (s *shop) call(ctx context.Context, operation, method, at string, query url.Values, body any) (*suite.Exchange, error) {
	r := &suite.Request{
		Operation: operation, Method: method, Path: at, Query: query,
		Header: http.Header{"Authorization": {"Bearer " + s.Token()}},
	}
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		r.Body = text
		r.Header.Set("Content-Type", "application/json")
	}
	return s.Do(ctx, r)
}

func (s *shop) submit(ctx context.Context, body any) (*suite.Exchange, job, error) {
	e, err := s.call(ctx, contract.Submit, http.MethodPost, "/jobs", nil, body)
	if err != nil {
		return e, job{}, err
	}
	var j job
	if e.Status/100 == 2 {
		if err := e.Decode(&j); err != nil {
			return e, j, err
		}
		s.own(j.ID)
	}
	return e, j, nil
}

// own enters a job in the ledger, and has it cancelled in the end.
func (s *shop) own(id string) {
	s.Ledger().Mint(id)
	s.Undo(&suite.State{Name: "a job", Values: map[string]any{"id": id}, Undo: func(ctx context.Context) error {
		e, err := s.call(ctx, contract.Cancel, http.MethodPost, "/jobs/"+id+"/cancel", nil, nil)
		if e != nil {
			e.Setup = true // it shows nothing of what the check is about
		}
		return err
	}})
}

// fresh is a job that the run submitted.
func (s *shop) fresh(ctx context.Context) (job, error) {
	e, j, err := s.submit(ctx, map[string]any{"title": s.Mark(), "pages": 2})
	if err == nil {
		err = need(e)
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
	made, err := s.Setup(ctx, "a job", map[string]any{"title": s.Mark(), "pages": 600, "state": state})
	if err != nil {
		return job{}, err
	}
	id, err := made.Text("id")
	s.Ledger().Mint(id)
	return job{ID: id, State: state}, err
}

func (s *shop) show(ctx context.Context, id string) (*suite.Exchange, job, error) {
	return s.one(ctx, contract.Show, http.MethodGet, "/jobs/"+url.PathEscape(id))
}

func (s *shop) cancel(ctx context.Context, id string) (*suite.Exchange, job, error) {
	return s.one(ctx, contract.Cancel, http.MethodPost, "/jobs/"+url.PathEscape(id)+"/cancel")
}

func (s *shop) retry(ctx context.Context, id string) (*suite.Exchange, job, error) {
	return s.one(ctx, contract.Retry, http.MethodPost, "/jobs/"+url.PathEscape(id)+"/retry")
}

func (s *shop) one(ctx context.Context, operation, method, at string) (*suite.Exchange, job, error) {
	var j job
	e, err := s.call(ctx, operation, method, at, nil, nil)
	if err == nil && e.Status/100 == 2 {
		err = e.Decode(&j)
	}
	return e, j, err
}

type page struct {
	Jobs  []job `json:"jobs"`
	Total int   `json:"total"`
}

func (s *shop) list(ctx context.Context, limit, offset int) (*suite.Exchange, page, error) {
	var p page
	query := url.Values{"limit": {fmt.Sprint(limit)}, "offset": {fmt.Sprint(offset)}}
	e, err := s.call(ctx, contract.List, http.MethodGet, "/jobs", query, nil)
	if err == nil && e.Status/100 == 2 {
		err = e.Decode(&p)
	}
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

// wantRefused wants a refusal with a status and a code.
func wantRefused(e *suite.Exchange, status int, code string) error {
	var refusal struct{ Code string }
	if err := e.WantStatus(status); err != nil {
		return err
	}
	return errors.Join(e.Decode(&refusal), e.Want("code", code, refusal.Code))
}

// wantState looks at a job again.
func (s *shop) wantState(ctx context.Context, id, state string) error {
	e, j, err := s.show(ctx, id)
	if err != nil {
		return err
	}
	return e.Want("state", state, j.State)
}
