package fault

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Wrong is what is wrong with one rule.
type Wrong struct {
	Index  int    // of the rule, from 0
	Member string // as it is spelt in JSON
	Reason string
	Remedy string
}

func (w *Wrong) Error() string {
	return fmt.Sprintf("faults[%d].%s: %s; %s", w.Index, w.Member, w.Reason, w.Remedy)
}

// Check refuses rules that name an operation of none of the APIs, contradict themselves or do nothing. An error joins a [*Wrong]
// for each thing. Without APIs those of this module are meant.
func Check(rules []Rule, apis ...*contract.API) error {
	operations := Operations(apis...)
	var wrong []error
	for i, r := range rules {
		for _, w := range r.check(operations) {
			w.Index = i
			wrong = append(wrong, w)
		}
	}
	return errors.Join(wrong...)
}

// Operations are the operations of the APIs, which rules can name; without APIs those of this module.
func Operations(apis ...*contract.API) (ids []string) {
	if len(apis) == 0 {
		apis = openapi.APIs()
	}
	for _, api := range apis {
		ids = append(ids, api.Operations...)
	}
	return ids
}

func (r Rule) check(operations []string) (wrong []*Wrong) {
	for _, w := range []*Wrong{r.checkOperation(operations), r.checkWhen(), r.checkWhat(), r.checkLatency()} {
		if w != nil {
			wrong = append(wrong, w)
		}
	}
	return append(wrong, r.checkRanges()...)
}

func (r Rule) checkOperation(operations []string) *Wrong {
	switch {
	case r.Operation == Any, slices.Contains(operations, r.Operation):
		return nil
	case r.Operation == "":
		return &Wrong{Member: "operation", Reason: "it is missing", Remedy: "give an operation id, or * for every one"}
	}
	remedy := "take one of " + strings.Join(operations, ", ") + ", or * for every one"
	return &Wrong{Member: "operation", Reason: fmt.Sprintf("there is no operation %q", r.Operation), Remedy: remedy}
}

// member is a member of a rule and whether it is given.
type member struct {
	name  string
	given bool
}

func given(members ...member) (names []string) {
	for _, m := range members {
		if m.given {
			names = append(names, m.name)
		}
	}
	return names
}

func (r Rule) checkWhen() *Wrong {
	names := given(member{"first", r.First != 0}, member{"every", r.Every != 0}, member{"probability", r.Probability != 0})
	if len(names) < 2 {
		return nil
	}
	return &Wrong{Member: names[1], Reason: "it excludes " + names[0], Remedy: "give one of first, every and probability, or none for always"}
}

func (r Rule) checkWhat() *Wrong {
	names := given(
		member{"status", r.Status != 0}, member{"reset", r.Reset}, member{"truncate", r.Truncate != 0},
		member{"malformed", r.Malformed}, member{"slow", r.Slow != 0},
	)
	switch {
	case len(names) == 0 && r.Latency == Latency{}:
		return &Wrong{Member: "status", Reason: "the rule does nothing", Remedy: "give status, reset, truncate, malformed, slow or latency"}
	case len(names) < 2:
		return nil
	}
	return &Wrong{Member: names[1], Reason: "it excludes " + names[0], Remedy: "give one of status, reset, truncate, malformed and slow"}
}

func (r Rule) checkLatency() *Wrong {
	switch l := r.Latency; {
	case l.From < 0 || l.To < 0:
		return &Wrong{Member: "latency", Reason: "it is below zero", Remedy: "give a duration such as 200ms"}
	case l.To < l.From:
		return &Wrong{Member: "latency", Reason: fmt.Sprintf("%s..%s ends before it begins", l.From, l.To), Remedy: "give the shorter time first"}
	}
	return nil
}

func (r Rule) checkRanges() (wrong []*Wrong) {
	for _, c := range []struct {
		bad            bool
		member, remedy string
	}{
		{r.First < 0, "first", "give 1 or more"},
		{r.Every < 0, "every", "give 1 or more"},
		{!(r.Probability >= 0 && r.Probability <= 1), "probability", "give a number above 0 and at most 1"},
		{r.Status != 0 && (r.Status < 400 || r.Status > 599), "status", "give 400 to 599"},
		{r.Truncate < 0, "truncate", "give the bytes to send, 1 or more"},
		{r.Slow < 0, "slow", "give a duration such as 2s"},
	} {
		if c.bad {
			wrong = append(wrong, &Wrong{Member: c.member, Reason: "it is out of range", Remedy: c.remedy})
		}
	}
	return wrong
}
