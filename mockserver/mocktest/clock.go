package mocktest

import (
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Now is what the world's clock shows.
func (b *Bench) Now() time.Time { return b.world.Clock().Now() }

// Freeze stops the world's clock at the given time.
func (b *Bench) Freeze(at time.Time) {
	b.t.Helper()
	b.world.Freeze(at)
	b.world.CatchUp()
	b.noteClock()
}

// Advance lets time pass in the world. What became due has happened, in order, when it returns.
func (b *Bench) Advance(by time.Duration) time.Time {
	b.t.Helper()
	now := b.world.Advance(by)
	b.world.CatchUp()
	if by < 0 {
		b.noteClock()
	} else {
		b.note("advanceClock", "/clock/advance", control.Advance{By: by.String()}, nil)
	}
	return now
}

// Faults replaces the failures that the world injects; none end them.
func (b *Bench) Faults(rules ...fault.Rule) {
	b.t.Helper()
	if err := b.world.SetFaults(rules); err != nil {
		b.t.Fatalf("mocktest: %v", err)
	}
	b.note("putFaults", "/faults", worldfile.Faults(rules), nil)
}

// Dialect replaces the world's answers to the open questions.
func (b *Bench) Dialect(d contract.Dialect) {
	b.t.Helper()
	if err := d.Validate(openapi.APIs()...); err != nil {
		b.t.Fatalf("mocktest: %v", err)
	}
	b.world.SetDialect(d)
	b.noteDialect()
}

// Vary makes the world write its answers in ways that differ from one to the next and that the documents allow all the
// same, as mockserver.WithVariations does for every world.
func (b *Bench) Vary(seed int64) {
	b.t.Helper()
	b.world.SetVariations(&seed)
	b.noteDialect()
}

// RateLimit lets Make refuse callers beyond so many calls per minute of the world's clock; 0 for no limit.
func (b *Bench) RateLimit(callsPerMinute int) {
	b.t.Helper()
	b.world.SetLimit(makecom.Vendor, callsPerMinute)
	b.noteState("a rate limit", callsPerMinute > 0, map[string]any{"perMinute": callsPerMinute})
}
