package mock

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// mutants are print shops that break one sentence each.
func mutants() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(contract.AuthToken, "forbidden", "A call without a token is 403.",
			wrap.RefusedWith(http.StatusUnauthorized, func(_ *wrap.Call, a *wrap.Answer) { a.Status = http.StatusForbidden })).AcrossWorlds(),
		mutant.Of(contract.SubmitCreated, "ok", "A submission is answered with 200.",
			on(contract.Submit, wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if a.OK() {
					a.Status = http.StatusOK
				}
			}))),
		mutant.Of(contract.SubmitTitle, "taken", "A job without a title is taken.",
			on(contract.Submit, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) { body["title"] = cmp.Or(fmt.Sprint(body["title"]), "untitled") })
			}))),
		mutant.Of(contract.SubmitPages, "taken", "A job without pages is taken, and has one.",
			on(contract.Submit, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) {
					if pages, ok := body["pages"].(json.Number); ok && pages.String() <= "0" {
						body["pages"] = 1
					}
				})
			}))),
		mutant.Of(contract.SubmitIDs, "same", "All jobs are told to have one id.",
			on(contract.Submit, wrap.Success(func(_ *wrap.Call, job wrap.Object) { job["id"] = "1" }))),
		mutant.Of(contract.ListAll, "no-cancelled", "A list leaves cancelled jobs out.",
			on(contract.List, wrap.Success(func(_ *wrap.Call, page wrap.Object) {
				jobs, _ := page["jobs"].([]any)
				page["jobs"] = slices.DeleteFunc(jobs, func(job any) bool { return job.(wrap.Object)["state"] == cancelled }) //nolint:errcheck,forcetypeassert // the honest shop lists jobs
			}))),
		mutant.Of(contract.ListPaging, "no-offset", "A list ignores offset.",
			on(contract.List, wrap.Before(func(c *wrap.Call) { c.SetQuery("offset", "") }))),
		mutant.Of(contract.ListTotal, "of-the-page", "The total is the number of jobs on the page.",
			on(contract.List, wrap.Success(func(_ *wrap.Call, page wrap.Object) {
				jobs, _ := page["jobs"].([]any)
				page["total"] = len(jobs)
			}))),
		mutant.Of(contract.ListLimits, "cut", "A limit above 100 is taken for 100.",
			on(contract.List, wrap.Before(func(c *wrap.Call) {
				if n, err := strconv.Atoi(c.Query("limit")); err == nil && n > 100 {
					c.SetQuery("limit", "100")
				}
			}))),
		mutant.Of(contract.ShowJob, "stale", "A job is shown as queued, whatever its state.",
			on(contract.Show, wrap.Success(func(_ *wrap.Call, job wrap.Object) { job["state"] = queued }))),
		mutant.Of(contract.ShowUnknown, "gone", "An unknown id is 410.", on(contract.Show, status(http.StatusNotFound, http.StatusGone))),
		mutant.Of(contract.CancelQueued, "goes-on", "A job that is cancelled stays queued.", on(contract.Cancel, pretend(cancelled, queued))),
		mutant.Of(contract.CancelPrinting, "told-cancelled", "A job that is being printed is said to be cancelled.",
			on(contract.Cancel, pretend(cancelled, printing))),
		mutant.Of(contract.CancelUnknown, "fine", "To cancel an unknown job is answered with 409.", on(contract.Cancel, status(http.StatusNotFound, http.StatusConflict))),
		mutant.Of(contract.RetryFailed, "no-attempt", "A retry is not counted.",
			on(contract.Retry, wrap.Success(func(_ *wrap.Call, job wrap.Object) { job["attempts"] = 1 }))),
		mutant.Of(contract.RetryOnlyFailed, "silent", "A retry of a job that has not failed is answered with 200.",
			on(contract.Retry, pretend(queued, queued, printed, cancelled))),
		mutant.Of(contract.BadInput, "cut", "A submission that is no JSON object ends the connection.",
			on(contract.Submit, wrap.If((*wrap.Call).Unreadable, wrap.Cut()))),
		mutant.Of(contract.CancelQueued, "not-after-a-retry", "A retried job that is cancelled stays queued.",
			on(contract.Cancel, wrap.If(func(c *wrap.Call) bool { job := of(c); return job != nil && job.Attempts > 1 }, pretend(cancelled, queued)))).
			Seen(mutant.Exploration),
	}
}

func on(operation string, w wrap.Wrap) wrap.Wrap { return wrap.On(w, operation) }

// status answers one refusal with another status.
func status(from, to int) wrap.Wrap {
	return wrap.RefusedWith(from, func(_ *wrap.Call, a *wrap.Answer) { a.Status = to })
}

// of is the job that a call names, nil for none.
func of(c *wrap.Call) *Job {
	var found *Job
	_ = world.View(c.World(), part, nil, func(s *shop) error { // an unknown job is none
		job, err := s.find(c.Path("id"))
		if err == nil {
			found = &job
		}
		return err
	})
	return found
}

// pretend answers with the job as the change would leave it, and changes nothing.
func pretend(state string, from ...string) wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		job := of(c)
		if job == nil || !slices.Contains(from, job.State) {
			return c.Next()
		}
		job.State = state
		return wrap.JSON(http.StatusOK, job)
	})
}
