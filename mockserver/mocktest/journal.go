package mocktest

import (
	"context"
	"time"

	"github.com/understudy-mock/understudy/mockserver/coverage"
	"github.com/understudy-mock/understudy/mockserver/journal"
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
	findings, err := b.world.Journal.Verify(inOrder, expectations...)
	b.must(err)
	if err := journal.Refusal(findings); err != nil {
		b.t.Error(err)
	}
}

// Journal lists the world's exchanges that a filter describes, oldest first. The test fails when the filter names an operation or
// a requirement that there is not.
func (b *Bench) Journal(f journal.Filter) []*journal.Entry {
	b.t.Helper()
	b.must(b.world.Journal.Check(f))
	return b.world.Journal.Find(f)
}

// Wait returns as soon as the world had n exchanges that a filter describes. The test fails when that takes longer than
// patience, which is measured on the machine's clock, or on synctest's.
func (b *Bench) Wait(n int, f journal.Filter, patience time.Duration) []*journal.Entry {
	b.t.Helper()
	b.must(b.world.Journal.Check(f))
	ctx, cancel := context.WithTimeout(b.t.Context(), patience)
	defer cancel()
	found, err := b.world.Journal.Wait(ctx, f, n)
	b.must(err)
	return found
}

// Coverage reports which requirements of the contract the world's traffic has reached.
func (b *Bench) Coverage() coverage.Report { return coverage.Of(b.world.Reached) }
