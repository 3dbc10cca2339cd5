package worldfile

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Check finds what the schema of a world file cannot say: names given twice, references that lead nowhere, members that
// exclude or need each other. A world built in Go wants it as much as one read from a file.
func (f *Format) Check(file File) []schemafile.Wrong {
	c := checker{Checker: &filecheck.Checker{}, format: f}
	c.clock(file.Clock)
	c.dialect(file.Dialect)
	c.tokens(file.Tokens)
	c.faults(file.Faults)
	c.mutant(file.Mutant)
	for _, api := range f.apis {
		if api.File != nil && api.File.Check != nil {
			api.File.Check(file.part(api), c.Checker)
		}
	}
	c.sinks(file.Sinks)
	if err := readState(file.State, new(world.Counters)); err != nil {
		c.Say(err.Error(), "state")
	}
	return c.Wrong
}

type checker struct {
	*filecheck.Checker

	format *Format
}

func (c *checker) mutant(m control.Mutant) {
	if m.ID == "" {
		return
	}
	if _, err := c.format.mutants.ForWorld(m.ID); err != nil {
		c.Say(err.Error(), "mutant", "id")
	}
}

func (c *checker) clock(k control.Clock) {
	if k.Mode == control.ClockReal && !k.Now.IsZero() && !clock.CanRun(k.Now) {
		c.Say("a clock that runs stays within 290 years of the machine's; freeze it to go further", "clock", "now")
	}
}

func (c *checker) dialect(d control.Dialect) {
	contracts := mockapi.Contracts(c.format.apis)
	for _, id := range slices.Sorted(maps.Keys(d)) {
		if err := (contract.Dialect{id: d[id]}).Validate(contracts...); err != nil {
			c.Say(strings.TrimPrefix(err.Error(), "dialect: "), "dialect", id)
		}
	}
}

func (c *checker) tokens(tokens []control.Token) {
	seen := c.Names()
	for i, t := range tokens {
		seen.Add(t.Token, "tokens", i, "token")
	}
}

func (c *checker) faults(faults []control.Fault) {
	for i, f := range faults {
		r, wrong := rule(f)
		if wrong == nil {
			_ = errors.As(fault.Check([]fault.Rule{r}, mockapi.Contracts(c.format.apis)...), &wrong) // the first thing is enough
		}
		if wrong != nil {
			c.Say(wrong.Reason+"; "+wrong.Remedy, "faults", i, wrong.Member)
		}
	}
}

func (c *checker) sinks(sinks map[string]control.Sink) {
	for _, name := range slices.Sorted(maps.Keys(sinks)) {
		for i, a := range sinks[name].Answers {
			c.Span(a.Delay, "sinks", name, "answers", i, "delay")
		}
	}
}
