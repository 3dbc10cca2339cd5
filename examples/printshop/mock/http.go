package mock

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
)

// API is the print shop for a mock: mockserver.New(mockserver.WithAPI(mock.API())).
func API() *mockapi.API {
	return &mockapi.API{
		Contract: contract.API,
		Mutants:  mutants,
		Parts:    []world.Part{shopPart()},
		States:   states,
		Play:     func(*mockapi.Host) mockapi.Play { return mockapi.Play{Surfaces: []mockapi.Surface{surface()}} },
	}
}

const jobs = "/printshop/v1/jobs"

func surface() mockapi.Surface {
	return mockapi.Surface{
		Title:  "Print shop",
		Prefix: contract.API.BasePath,
		Register: func(r *mux.Router) {
			r.Handle(jobs, operation(submitJob)).Methods(http.MethodPost)
			r.Handle(jobs, operation(listJobs)).Methods(http.MethodGet)
			r.Handle(jobs+"/{id}", operation(showJob)).Methods(http.MethodGet)
			r.Handle(jobs+"/{id}/cancel", operation(cancelJob)).Methods(http.MethodPost)
			r.Handle(jobs+"/{id}/retry", operation(retryJob)).Methods(http.MethodPost)
		},
		Operations: map[string]string{
			"POST " + jobs: contract.Submit, "GET " + jobs: contract.List, "GET " + jobs + "/{id}": contract.Show,
			"POST " + jobs + "/{id}/cancel": contract.Cancel, "POST " + jobs + "/{id}/retry": contract.Retry,
		},
		Open:   open,
		Admit:  func(x *exchange.Exchange, _ *http.Request) error { return x.Grant.Valid(x.World.Clock().Now()) },
		Refuse: refuse,
	}
}

// open finds the world of a bearer token.
func open(worlds *world.Registry, r *http.Request, x *exchange.Exchange) (err error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return world.ErrNoToken
	}
	x.World, x.Grant, err = worlds.Open(token)
	return err
}

// operation answers with what an operation returns.
func operation(do func(*exchange.Exchange, *http.Request) (int, any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body, err := do(exchange.From(r.Context()), r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		write(w, status, body)
	})
}

func write(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has left
}

var errInvalid = errors.New("invalid")

// invalid cites the sentence that a request breaks.
func invalid(x *exchange.Exchange, by *openapi.Requirement, reason string) error {
	if by != nil {
		x.Cite(by)
	}
	return fmt.Errorf("%w: %s", errInvalid, reason)
}

func submitJob(x *exchange.Exchange, _ *http.Request) (int, any, error) {
	var body struct {
		Title *string
		Pages *int
	}
	if err := json.Unmarshal(x.Body, &body); err != nil {
		return 0, nil, invalid(x, nil, "body: "+err.Error())
	}
	switch {
	case body.Title == nil || *body.Title == "" || len(*body.Title) > 200 || blank(x, *body.Title):
		return 0, nil, invalid(x, contract.SubmitTitle, "title: give 1 to 200 characters")
	case body.Pages == nil || *body.Pages < 1 || *body.Pages > 10_000:
		return 0, nil, invalid(x, contract.SubmitPages, "pages: give 1 to 10000")
	}
	job, err := world.Do[Job](x.World, submit{*body.Title, *body.Pages})
	x.Cite(contract.SubmitCreated, contract.SubmitIDs)
	return http.StatusCreated, job, err
}

func blank(x *exchange.Exchange, title string) bool {
	return strings.TrimSpace(title) == "" && x.Dialect().Answer(contract.SubmitBlank) == contract.Refused
}

func listJobs(x *exchange.Exchange, r *http.Request) (int, any, error) {
	limit, err1 := number(r, "limit", 20, 1, 100)
	offset, err2 := number(r, "offset", 0, 0, 1<<31)
	if err := errors.Join(err1, err2); err != nil {
		return 0, nil, invalid(x, contract.ListLimits, err.Error())
	}
	var all []Job
	err := world.View(x.World, part, nil, func(s *shop) error {
		all = slices.Clone(s.jobs)
		return nil
	})
	if x.Dialect().Answer(contract.ListOrder) == contract.NewestFirst {
		slices.Reverse(all)
	}
	x.Cite(contract.ListAll, contract.ListPaging, contract.ListTotal)
	page := all[min(offset, len(all)):min(offset+limit, len(all))]
	return http.StatusOK, map[string]any{"jobs": append([]Job{}, page...), "total": len(all)}, err
}

func number(r *http.Request, name string, absent, least, most int) (int, error) {
	text := r.URL.Query().Get(name)
	if text == "" {
		return absent, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, fmt.Errorf("%s: give %d to %d", name, least, most)
	}
	return n, nil
}

func showJob(x *exchange.Exchange, r *http.Request) (int, any, error) {
	var job Job
	err := world.View(x.World, part, nil, func(s *shop) (err error) {
		job, err = s.find(mux.Vars(r)["id"])
		return err
	})
	return done(x, job, err, contract.ShowJob, contract.ShowUnknown, nil)
}

func cancelJob(x *exchange.Exchange, r *http.Request) (int, any, error) {
	job, err := world.Do[Job](x.World, cancel{mux.Vars(r)["id"]})
	if errors.Is(err, errConflict) && job.State == cancelled && x.Dialect().Answer(contract.CancelAgain) == contract.Accepted {
		err = nil
	}
	return done(x, job, err, contract.CancelQueued, contract.CancelUnknown, contract.CancelPrinting)
}

func retryJob(x *exchange.Exchange, r *http.Request) (int, any, error) {
	job, err := world.Do[Job](x.World, retry{mux.Vars(r)["id"]})
	return done(x, job, err, contract.RetryFailed, nil, contract.RetryOnlyFailed)
}

// done cites the sentence that decided.
func done(x *exchange.Exchange, job Job, err error, right, unknown, conflict *openapi.Requirement) (int, any, error) {
	by := right
	switch {
	case errors.Is(err, errNoJob):
		by = unknown
	case errors.Is(err, errConflict):
		by = conflict
	}
	if by != nil {
		x.Cite(by)
	}
	return http.StatusOK, job, err
}

// refuse is the only place that knows how errors are answered.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	status, code := http.StatusInternalServerError, "internal"
	var injected *exchange.InjectedError
	if errors.As(err, &injected) {
		status = injected.Status
	}
	for _, known := range []struct {
		err    error
		status int
		code   string
	}{
		{errInvalid, http.StatusBadRequest, "invalid"},
		{exchange.ErrBodyTooLarge, http.StatusRequestEntityTooLarge, "invalid"},
		{exchange.ErrBodyCut, http.StatusBadRequest, "invalid"},
		{world.ErrNoToken, http.StatusUnauthorized, "unauthorized"},
		{world.ErrUnknownToken, http.StatusUnauthorized, "unauthorized"},
		{errNoJob, http.StatusNotFound, "not-found"},
		{exchange.ErrNoRoute, http.StatusNotFound, "not-found"},
		{exchange.ErrMethod, http.StatusMethodNotAllowed, "method"},
		{errConflict, http.StatusConflict, "conflict"},
		{errFull, http.StatusConflict, "full"},
	} {
		if errors.Is(err, known.err) {
			status, code = known.status, known.code
		}
	}
	if code == "unauthorized" {
		exchange.From(r.Context()).Cite(contract.AuthToken)
	}
	write(w, status, map[string]string{"code": code, "message": err.Error()})
}
