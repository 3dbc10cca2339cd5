package mocktest

import (
	"maps"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Now is what the world's clock shows.
func (b *Bench) Now() time.Time {
	b.t.Helper()
	if b.world != nil {
		return b.world.Clock().Now()
	}
	var shown control.Clock
	b.Control(http.MethodGet, "/clock", nil, &shown)
	return shown.Now
}

// Freeze stops the world's clock at the given time.
func (b *Bench) Freeze(at time.Time) {
	b.t.Helper()
	b.Control(http.MethodPut, "/clock", control.Clock{Mode: control.ClockFrozen, Now: at}, nil)
}

// Advance lets time pass in the world, which cannot go back. What became due has happened, in order, when it returns.
func (b *Bench) Advance(by time.Duration) time.Time {
	b.t.Helper()
	var shown control.Clock
	b.Control(http.MethodPost, "/clock/advance", control.Advance{By: by.String()}, &shown)
	return shown.Now
}

// Faults replaces the failures that the world injects; none end them.
func (b *Bench) Faults(rules ...fault.Rule) {
	b.t.Helper()
	b.noteUnfired()
	b.Control(http.MethodPut, "/faults", worldfile.Faults(rules), nil)
	b.faulty = len(rules) > 0
}

// Dialect replaces the world's answers to the open questions.
func (b *Bench) Dialect(d contract.Dialect) {
	b.t.Helper()
	b.setDialect(d, b.look().Variations())
}

// Vary makes the world write its answers in ways that differ from one to the next and that the documents allow all the
// same, as mockserver.WithVariations does for every world.
func (b *Bench) Vary(seed int64) {
	b.t.Helper()
	b.setDialect(b.look().Dialect(), &seed)
}

// setDialect names every answer, because variations come with a built-in dialect that has answers of its own.
func (b *Bench) setDialect(d contract.Dialect, vary *int64) {
	b.t.Helper()
	change := control.DialectChange{Name: control.DialectDefault, AdditionalProperties: map[string]string{}}
	if vary != nil {
		change.Name, change.Seed = control.DialectHostile, *vary
	}
	for _, a := range b.contracts() {
		for _, q := range a.Questions {
			change.AdditionalProperties[q.ID] = d.Answer(q)
		}
	}
	maps.Copy(change.AdditionalProperties, d)
	b.Control(http.MethodPut, "/dialect", change, nil)
}

// RateLimit lets Make refuse callers beyond so many calls per minute of the world's clock; 0 for no limit.
func (b *Bench) RateLimit(callsPerMinute int) {
	b.t.Helper()
	b.state("a rate limit", callsPerMinute != 0, map[string]any{"perMinute": callsPerMinute})
}
