package checks

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/examples/printshop/contract"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
)

// Catalog is everything that can be found out about a print shop.
func Catalog() *suite.Catalog {
	return &suite.Catalog{
		API: contract.API,
		Checks: []suite.Check{
			{Requirement: contract.AuthToken, Verify: on(authToken)},
			{Requirement: contract.SubmitCreated, Verify: on(submitCreated)},
			{Requirement: contract.SubmitTitle, Verify: on(refuses(params{"pages": 2}, params{"title": "", "pages": 2}))},
			{Requirement: contract.SubmitPages, Verify: on(refuses(params{"title": "x", "pages": 0}, params{"title": "x", "pages": -1}))},
			{Requirement: contract.SubmitIDs, Verify: on(submitIDs)},
			{Requirement: contract.ListAll, Verify: on(listAll)},
			{Requirement: contract.ListPaging, Verify: on(listPaging), Alone: true},
			{Requirement: contract.ListTotal, Verify: on(listTotal)},
			{Requirement: contract.ListLimits, Verify: on(listLimits)},
			{Requirement: contract.ShowJob, Verify: on(showJob)},
			{Requirement: contract.ShowUnknown, Verify: on(showUnknown)},
			{Requirement: contract.CancelQueued, Verify: on(cancelQueued)},
			{Requirement: contract.CancelPrinting, Verify: on(cancelPrinting)},
			{Requirement: contract.CancelUnknown, Verify: on(cancelUnknown)},
			{Requirement: contract.RetryFailed, Verify: on(retryFailed)},
			{Requirement: contract.RetryOnlyFailed, Verify: on(retryOnlyFailed)},
			{Requirement: contract.BadInput, Verify: on(badInput), Alone: true},
		},
		Probes: []suite.Probe{
			{Question: contract.ListOrder, Observe: asking(listOrder)},
			{Question: contract.CancelAgain, Observe: asking(cancelAgain)},
			{Question: contract.SubmitBlank, Observe: asking(submitBlank)},
		},
		Schema: map[string]*openapi.Requirement{
			contract.Submit: contract.SubmitCreated, contract.List: contract.ListAll, contract.Show: contract.ShowJob,
			contract.Cancel: contract.CancelQueued, contract.Retry: contract.RetryFailed,
		},
		ErrorSchema: contract.ShowUnknown,
		Effect:      effect,
		Model:       model().Model(),
		States:      []string{"a job"},
	}
}

func authToken(ctx context.Context, s *shop) error {
	if err := accepted[page](s)(s.list(ctx, 1, 0)); err != nil {
		return err
	}
	e, err := s.Call(ctx, suite.Call{Operation: contract.List, Anonymous: true}, nil)
	return refused[page](http.StatusUnauthorized, "unauthorized")(e, page{}, err)
}

// badInput acts on a job that nobody has: who overlooks a fault changes nothing by it.
func badInput(ctx context.Context, s *shop) error {
	j, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	given := params{"id": s.HexID(), "title": s.Mark(), "pages": 1}
	return s.WantBadInputHarmless(ctx, suite.BadInput{
		Operations: []string{contract.Submit, contract.List},
		Given:      func(string) map[string]any { return given },
		Prepare:    s.Authorize,
		Look: func(ctx context.Context) (any, error) {
			_, p, err := s.list(ctx, 1, 0)
			return p.Total, err
		},
		Right: func(ctx context.Context, _ string) error { return accepted[job](s)(s.show(ctx, j.ID)) },
	})
}

func submitCreated(ctx context.Context, s *shop) error {
	title := s.Mark()
	e, j, err := s.submit(ctx, params{"title": title, "pages": 3})
	if err != nil {
		return err
	}
	want := job{ID: j.ID, Title: title, Pages: 3, State: "queued", Attempts: 1}
	return errors.Join(e.WantStatus(http.StatusCreated), e.Want("job", want, j))
}

// refuses wants each submission to be refused and to add no job.
func refuses(bodies ...params) func(context.Context, *shop) error {
	return func(ctx context.Context, s *shop) error {
		if _, err := s.fresh(ctx); err != nil {
			return err
		}
		for _, body := range bodies {
			if err := refused[job](http.StatusBadRequest, "invalid")(s.submit(ctx, body)); err != nil {
				return err
			}
		}
		return nil
	}
}

func submitIDs(ctx context.Context, s *shop) error {
	first, err1 := s.fresh(ctx)
	e, second, err2 := s.submit(ctx, params{"title": s.Mark(), "pages": 1})
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return e.WantThat(first.ID != second.ID, "an id of its own", "that of another job, "+first.ID)
}

func listAll(ctx context.Context, s *shop) error {
	waiting, gone, err := s.pair(ctx)
	if err != nil {
		return err
	}
	if _, _, err := s.cancel(ctx, gone.ID); err != nil {
		return err
	}
	e, jobs, err := s.all(ctx)
	if err != nil {
		return err
	}
	return errors.Join(
		e.WantThat(holds(jobs, waiting.ID), "the queued job "+waiting.ID, "a list without it"),
		e.WantThat(holds(jobs, gone.ID), "the cancelled job "+gone.ID, "a list without it"),
	)
}

func holds(jobs []job, id string) bool {
	return slices.ContainsFunc(jobs, func(j job) bool { return j.ID == id })
}

// listPaging wants two pages of one to be another job each.
func listPaging(ctx context.Context, s *shop) error {
	_, _, made := s.pair(ctx)
	_, first, err1 := s.list(ctx, 1, 0)
	e, second, err2 := s.list(ctx, 1, 1)
	if err := errors.Join(made, err1, err2); err != nil {
		return err
	}
	if err := e.Want("jobs on a page of one", 1, len(second.Jobs)); err != nil || len(first.Jobs) != 1 {
		return err
	}
	return e.WantThat(first.Jobs[0].ID != second.Jobs[0].ID, "the second job", "the first one again")
}

func listTotal(ctx context.Context, s *shop) error {
	_, _, made := s.pair(ctx)
	e, p, err := s.list(ctx, 1, 0)
	if err := errors.Join(made, err); err != nil {
		return err
	}
	return e.WantThat(p.Total >= 2, "a total of 2 at least", "a total of 1")
}

func listLimits(ctx context.Context, s *shop) error {
	if err := accepted[page](s)(s.list(ctx, 100, 0)); err != nil {
		return err
	}
	for _, limit := range []int{0, 101} {
		if err := refused[page](http.StatusBadRequest, "invalid")(s.list(ctx, limit, 0)); err != nil {
			return err
		}
	}
	return nil
}

func showJob(ctx context.Context, s *shop) error {
	j, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	e, shown, err := s.show(ctx, j.ID)
	if err != nil {
		return err
	}
	if err := e.Want("job", j, shown); err != nil {
		return err
	}
	failed, err := s.in(ctx, "failed")
	if err != nil {
		return err
	}
	return s.wantState(ctx, failed.ID, "failed")
}

func showUnknown(ctx context.Context, s *shop) error   { return s.wantUnknown(ctx, s.show) }
func cancelUnknown(ctx context.Context, s *shop) error { return s.wantUnknown(ctx, s.cancel) }

// wantUnknown wants an operation on no job to be refused, beside the same on one.
func (s *shop) wantUnknown(ctx context.Context, on act) error {
	j, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	if err := accepted[job](s)(on(ctx, j.ID)); err != nil {
		return err
	}
	return refused[job](http.StatusNotFound, "not-found")(on(ctx, s.HexID()))
}

func cancelQueued(ctx context.Context, s *shop) error {
	j, err := s.fresh(ctx)
	if err != nil {
		return err
	}
	e, answered, err := s.cancel(ctx, j.ID)
	if err != nil {
		return err
	}
	return errors.Join(e.WantStatus(http.StatusOK), e.Want("state", "cancelled", answered.State), s.wantState(ctx, j.ID, "cancelled"))
}

func cancelPrinting(ctx context.Context, s *shop) error {
	return s.wantConflict(ctx, "printing", s.cancel)
}

// wantConflict wants a change of a job in a state to be refused, and the job to stay in it. That others are changed shows
// that the refusal is for the state.
func (s *shop) wantConflict(ctx context.Context, state string, change act) error {
	other, err := s.in(ctx, "failed") // which may be cancelled and retried
	if err != nil {
		return err
	}
	if err := accepted[job](s)(change(ctx, other.ID)); err != nil {
		return err
	}
	j, err := s.in(ctx, state)
	if err != nil {
		return err
	}
	return errors.Join(refused[job](http.StatusConflict, "conflict")(change(ctx, j.ID)), s.wantState(ctx, j.ID, state))
}

func retryFailed(ctx context.Context, s *shop) error {
	j, err := s.in(ctx, "failed")
	if err != nil {
		return err
	}
	_, before, err := s.show(ctx, j.ID)
	if err != nil {
		return err
	}
	e, after, err := s.one(contract.Retry)(ctx, j.ID)
	if err != nil {
		return err
	}
	return errors.Join(
		e.WantStatus(http.StatusOK), e.Want("attempts", before.Attempts+1, after.Attempts), s.wantState(ctx, j.ID, "queued"),
	)
}

func retryOnlyFailed(ctx context.Context, s *shop) error {
	return errors.Join(s.wantConflict(ctx, "queued", s.one(contract.Retry)), s.wantConflict(ctx, "printed", s.one(contract.Retry)))
}

func listOrder(ctx context.Context, s *shop) (string, error) {
	first, second, err := s.pair(ctx)
	if err != nil {
		return "", err
	}
	_, jobs, err := s.all(ctx)
	if err != nil {
		return "", err
	}
	for _, j := range jobs {
		switch j.ID {
		case first.ID:
			return contract.OldestFirst, nil
		case second.ID:
			return contract.NewestFirst, nil
		}
	}
	return "neither job is listed", nil
}

func cancelAgain(ctx context.Context, s *shop) (string, error) {
	j, err := s.fresh(ctx)
	if err != nil {
		return "", err
	}
	if err := accepted[job](s)(s.cancel(ctx, j.ID)); err != nil {
		return "", err
	}
	again, _, err := s.cancel(ctx, j.ID)
	if err != nil {
		return "", err
	}
	return answered(again, http.StatusOK), nil
}

func submitBlank(ctx context.Context, s *shop) (string, error) {
	if _, err := s.fresh(ctx); err != nil {
		return "", err
	}
	e, _, err := s.submit(ctx, params{"title": "   ", "pages": 1})
	if err != nil {
		return "", err
	}
	return answered(e, http.StatusCreated), nil
}

func answered(e *suite.Exchange, accepted int) string {
	switch {
	case e.Status == accepted:
		return contract.Accepted
	case e.Refused():
		return contract.Refused
	}
	return http.StatusText(e.Status)
}
