package mock

import (
	"cmp"
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
	"github.com/understudy-mock/understudy/mockserver/refusal"
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
		View:     mockapi.RestView(contract.API, shopPart()),
		File:     mockapi.RebuiltFile(shopPart()),
		Play:     func(*mockapi.Host) mockapi.Play { return mockapi.Play{Surfaces: []mockapi.Surface{surface()}} },
	}
}

func surface() mockapi.Surface {
	return mockapi.Rest(contract.API, map[string]mockapi.Endpoint{
		contract.Submit: submitJob, contract.List: listJobs, contract.Show: showJob, contract.Cancel: cancelJob, contract.Retry: retryJob,
	}, refuse)
}

var errInvalid = refusal.New(refusal.Invalid, "invalid", "the request breaks the document", "")

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
func refuse(x *exchange.Exchange, err error) (status int, body any) {
	if status = mockapi.StatusOf(err); status == http.StatusUnauthorized {
		x.Cite(contract.AuthToken)
	}
	codes := map[int]string{400: "invalid", 401: "unauthorized", 404: "not-found", 405: "method", 409: "conflict", 413: "invalid"}
	return status, map[string]string{"code": cmp.Or(codes[status], "internal"), "message": err.Error()}
}
