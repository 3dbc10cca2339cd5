package mocktest

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/coverage"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// AtLeast expects n exchanges or more.
func AtLeast(n int, f journal.Filter) journal.Expectation {
	return journal.Expectation{Filter: f, AtLeast: &n}
}

// AtMost expects n exchanges or fewer.
func AtMost(n int, f journal.Filter) journal.Expectation {
	return journal.Expectation{Filter: f, AtMost: &n}
}

// Exactly expects n exchanges.
func Exactly(n int, f journal.Filter) journal.Expectation {
	return journal.Expectation{Filter: f, Exactly: &n}
}

// Never expects no exchange.
func Never(f journal.Filter) journal.Expectation { return journal.Expectation{Filter: f, Never: true} }

// EveryFault expects that each fault of the world befell a request, and that there is one.
func EveryFault() journal.Expectation { return journal.Expectation{EveryFault: true} }

// Verify holds the journal against expectations. The test fails with every one that is not satisfied, the exchanges that
// come closest, and what differs in them.
func (b *Bench) Verify(expectations ...journal.Expectation) {
	b.t.Helper()
	b.verify(false, expectations)
}

// VerifyInOrder is Verify, where each expectation looks only at what came after the exchanges that met the one before.
func (b *Bench) VerifyInOrder(expectations ...journal.Expectation) {
	b.t.Helper()
	b.verify(true, expectations)
}

func (b *Bench) verify(inOrder bool, expectations []journal.Expectation) {
	b.t.Helper()
	asked := control.Verify{InOrder: inOrder, Expectations: make([]control.Expectation, len(expectations))}
	for i, e := range expectations {
		body, err := wanted(e.Body)
		b.must(err)
		asked.Expectations[i] = control.Expectation{
			Operation: e.Operation, Method: e.Method, Path: e.Path, Status: e.Status, Requirement: e.Requirement, Fault: e.Fault, Body: body,
			AtLeast: e.AtLeast, AtMost: e.AtMost, Exactly: e.Exactly, Never: e.Never, EveryFault: e.EveryFault,
		}
	}
	err := b.call(b.t.Context(), http.MethodPost, "/journal/verify", asked, nil)
	if refused := new(problemError); errors.As(err, &refused) && refused.Code == unsatisfied {
		b.t.Error(refused.Message)
		return
	}
	b.must(err)
}

// unsatisfied is the code of the control API for expectations that the journal does not meet.
const unsatisfied = "unsatisfied"

// wanted is nil where no body is wanted, and not the JSON null.
func wanted(body any) (json.RawMessage, error) {
	if body == nil {
		return nil, nil
	}
	return json.Marshal(body)
}

// Journal lists the world's exchanges that a filter describes, oldest first. The test fails when the filter names an operation or
// a requirement that there is not. What comes from another process hides credentials.
func (b *Bench) Journal(f journal.Filter) []*journal.Entry {
	b.t.Helper()
	if b.world == nil {
		return b.farJournal(b.t.Context(), f, url.Values{})
	}
	b.must(b.world.Journal.Check(f))
	return b.world.Journal.Find(f)
}

// Wait returns as soon as the world had n exchanges that a filter describes. The test fails when that takes longer than
// patience, which is measured on the machine's clock, or on synctest's.
func (b *Bench) Wait(n int, f journal.Filter, patience time.Duration) []*journal.Entry {
	b.t.Helper()
	if b.world == nil {
		return b.farJournal(b.t.Context(), f, url.Values{"wait": {strconv.Itoa(n)}, "timeout": {patience.String()}})
	}
	b.must(b.world.Journal.Check(f))
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	found, err := b.world.Journal.Wait(ctx, f, n)
	b.must(err)
	return found
}

// WriteReplay writes exchanges of the world, and what the bench and others did to it between them by the control API, in one of the
// forms of the journal: "go", "curl", "har" or "json". What was done through [Bench.World] is not replayed.
func (b *Bench) WriteReplay(to io.Writer, f journal.Filter, form control.GetJournalParamsFormat) {
	b.t.Helper()
	query := b.query(f, url.Values{"format": {string(form)}})
	b.must(b.call(b.t.Context(), http.MethodGet, "/journal?"+query, nil, to))
}

// Coverage reports which requirements of the contract the world's traffic has reached.
func (b *Bench) Coverage() coverage.Report {
	b.t.Helper()
	if b.world != nil {
		return coverage.Of(b.world.Reached, b.contracts()...)
	}
	var shown control.Coverage
	b.Control(http.MethodGet, "/coverage", nil, &shown)
	return coverage.Of(func(r *contract.Requirement) bool { return slices.Contains(shown.Reached, r.ID) }, b.contracts()...)
}
