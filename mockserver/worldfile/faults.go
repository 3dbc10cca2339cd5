package worldfile

import (
	"fmt"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
)

// Rules are the faults of a file or a request. An error is a [*fault.Wrong].
func Rules(faults []control.Fault) ([]fault.Rule, error) {
	rules := make([]fault.Rule, len(faults))
	for i, f := range faults {
		r, wrong := rule(f)
		if wrong != nil {
			wrong.Index = i
			return nil, wrong
		}
		rules[i] = r
	}
	return rules, nil
}

func rule(f control.Fault) (fault.Rule, *fault.Wrong) {
	r := fault.Rule{
		Operation: f.Operation, First: f.First, Every: f.Every, Probability: f.Probability, Seed: f.Seed,
		Status: f.Status, Reset: f.Reset, Truncate: f.Truncate, Malformed: f.Malformed,
	}
	var err error
	if r.Slow, err = filecheck.Duration(f.Slow); err != nil {
		return r, &fault.Wrong{Member: "slow", Reason: fmt.Sprintf("%q is no duration", f.Slow), Remedy: "give one such as 2s"}
	}
	if f.Latency == "" {
		return r, nil
	}
	if r.Latency, err = fault.ParseLatency(f.Latency); err != nil {
		return r, &fault.Wrong{Member: "latency", Reason: fmt.Sprintf("%q is no duration", f.Latency), Remedy: "give one such as 200ms, or a range such as 100ms..300ms"}
	}
	return r, nil
}

// Faults is [Rules], the other way round.
func Faults(rules []fault.Rule) control.Faults {
	faults := make(control.Faults, len(rules))
	for i, r := range rules {
		faults[i] = control.Fault{
			Operation: r.Operation, First: r.First, Every: r.Every, Probability: r.Probability, Seed: r.Seed,
			Status: r.Status, Reset: r.Reset, Truncate: r.Truncate, Malformed: r.Malformed, Latency: r.Latency.String(),
		}
		if r.Slow > 0 {
			faults[i].Slow = r.Slow.String()
		}
	}
	return faults
}
