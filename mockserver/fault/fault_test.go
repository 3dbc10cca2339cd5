package fault_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/fault"
)

const list, stats = "listHookIncomings", "getHookIncomingStats"

func TestCheckRefuses(t *testing.T) {
	known := strings.Join(fault.Operations(), ", ")
	for _, test := range []struct {
		name string
		rule fault.Rule
		want string // "" for nothing
	}{
		{"a refusal", fault.Rule{Operation: list, Status: 429}, ""},
		{"latency alone", fault.Rule{Operation: fault.Any, Latency: fault.Latency{From: 1, To: 2}}, ""},
		{"no operation", fault.Rule{Status: 500}, "faults[0].operation: it is missing; give an operation id, or * for every one"},
		{
			"an unknown operation",
			fault.Rule{Operation: "listIncomings", Status: 500},
			`faults[0].operation: there is no operation "listIncomings"; take one of ` + known + ", or * for every one",
		},
		{
			"two times",
			fault.Rule{Operation: list, Status: 500, First: 1, Probability: 0.5},
			"faults[0].probability: it excludes first; give one of first, every and probability, or none for always",
		},
		{
			"two failures",
			fault.Rule{Operation: list, Reset: true, Truncate: 3},
			"faults[0].truncate: it excludes reset; give one of status, reset, truncate, malformed and slow",
		},
		{"nothing to do", fault.Rule{Operation: list}, "faults[0].status: the rule does nothing; give status, reset, truncate, malformed, slow or latency"},
		{
			"a range backwards",
			fault.Rule{Operation: list, Latency: fault.Latency{From: 2, To: 1}},
			"faults[0].latency: 2ns..1ns ends before it begins; give the shorter time first",
		},
		{"a status that is no error", fault.Rule{Operation: list, Status: 204}, "faults[0].status: it is out of range; give 400 to 599"},
		{
			"a chance above one",
			fault.Rule{Operation: list, Status: 500, Probability: 2},
			"faults[0].probability: it is out of range; give a number above 0 and at most 1",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := fault.Check([]fault.Rule{test.rule}); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestNextFollowsTheRules(t *testing.T) {
	refuse := func(r fault.Rule) fault.Rule {
		r.Operation, r.Status = list, 503
		return r
	}
	for _, test := range []struct {
		name  string
		rules []fault.Rule
		want  string // one letter per request: what was injected
	}{
		{"always", []fault.Rule{refuse(fault.Rule{})}, "ssssss"},
		{"first", []fault.Rule{refuse(fault.Rule{First: 2})}, "ss...."},
		{"every", []fault.Rule{refuse(fault.Rule{Every: 3})}, "..s..s"},
		{"certain", []fault.Rule{refuse(fault.Rule{Probability: 1})}, "ssssss"},
		{"another operation", []fault.Rule{{Operation: stats, Status: 503}}, "......"},
		{"one after the other", []fault.Rule{refuse(fault.Rule{First: 2}), {Operation: fault.Any, First: 2, Reset: true}}, "ssrr.."},
	} {
		t.Run(test.name, func(t *testing.T) {
			plan := newPlan(t, 1, test.rules...)
			var got strings.Builder
			for range test.want {
				got.WriteString(letter(plan.Next(list)))
			}
			if got.String() != test.want {
				t.Errorf("got %s, want %s", got.String(), test.want)
			}
		})
	}
}

func letter(i *fault.Injection) string {
	switch {
	case i == nil:
		return "."
	case i.Reset:
		return "r"
	}
	return "s"
}

func newPlan(t *testing.T, seed int64, rules ...fault.Rule) *fault.Plan {
	t.Helper()
	plan, err := fault.New(rules, seed)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func draw(p *fault.Plan, n int) []string {
	var drawn []string
	for range n {
		drawn = append(drawn, p.Next(list).String())
	}
	return drawn
}

func TestChancesFollowFromTheSeed(t *testing.T) {
	rules := []fault.Rule{
		{Operation: list, Probability: 0.3, Status: 500},
		{Operation: list, Latency: fault.Latency{From: time.Millisecond, To: 9 * time.Millisecond}},
	}
	first := draw(newPlan(t, 7, rules...), 1000)
	if diff := cmp.Diff(first, draw(newPlan(t, 7, rules...), 1000)); diff != "" {
		t.Errorf("the same seed draws something else:\n%s", diff)
	}
	if cmp.Equal(first, draw(newPlan(t, 8, rules...), 1000)) {
		t.Error("another seed draws the same")
	}
	refused := 0
	for _, word := range first {
		if word == "status 500" {
			refused++
		}
	}
	if refused < 240 || refused > 360 {
		t.Errorf("%d of 1000 requests failed with a chance of 0.3", refused)
	}
	rules[0].Seed, rules[1].Seed = 7, 7
	if diff := cmp.Diff(first, draw(newPlan(t, 8, rules...), 1000)); diff != "" {
		t.Errorf("a rule's own seed does not win over the world's:\n%s", diff)
	}
}

func TestLatencyStaysInItsRange(t *testing.T) {
	plan := newPlan(t, 1, fault.Rule{Operation: list, Latency: fault.Latency{From: 5, To: 8}})
	seen := map[time.Duration]bool{}
	for range 200 {
		seen[plan.Next(list).Latency] = true
	}
	for _, d := range []time.Duration{5, 6, 7, 8} {
		if !seen[d] {
			t.Errorf("%s was never drawn", d)
		}
	}
	if len(seen) != 4 {
		t.Errorf("drew %v", seen)
	}
}

func TestForkGoesOnFromWhereItStood(t *testing.T) {
	plan := newPlan(t, 1, fault.Rule{Operation: list, First: 3, Reset: true})
	plan.Next(list)
	fork := plan.Fork()
	resumed := newPlan(t, 1, plan.Rules()...)
	if err := resumed.Resume(plan.Counts()); err != nil {
		t.Fatal(err)
	}
	want := []string{"reset", "reset", ""}
	for name, p := range map[string]*fault.Plan{"original": plan, "fork": fork, "resumed": resumed} {
		if got := draw(p, 3); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if err := resumed.Resume(nil); err == nil {
		t.Error("counts of other rules were taken")
	}
}

func TestParseLatency(t *testing.T) {
	for _, s := range []string{"200ms", "100ms..300ms"} {
		l, err := fault.ParseLatency(s)
		if err != nil || l.String() != s {
			t.Errorf("%q is read as %q, %v", s, l, err)
		}
	}
	for _, s := range []string{"", "soon", "1s..", "..1s", "1s..soon"} {
		if l, err := fault.ParseLatency(s); err == nil {
			t.Errorf("%q is read as %q", s, l)
		}
	}
}
