package conformance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

// A run of a part, or one that was interrupted, says nothing of the rest: what was known of it stays.
func TestABaselineKeepsWhatWasNotMeasured(t *testing.T) {
	known := func(ids ...string) *conformance.Baseline {
		b := &conformance.Baseline{}
		for _, id := range ids {
			b.Known = append(b.Known, conformance.KnownFailure{Requirement: id, Reason: "why " + id, Link: "link"})
		}
		return b
	}
	r := &report.Report{Results: []report.Result{
		{Requirement: "fails", Outcome: report.Fail},
		{Requirement: "new", Outcome: report.Fail},
		{Requirement: "passes", Outcome: report.Pass},
		{Requirement: "unverified", Outcome: report.Unverified},
	}}
	got := conformance.BaselineOf(r, "not looked into yet", known("passes", "unverified", "fails", "not run"))
	want := known("fails")
	want.Known = append(want.Known, conformance.KnownFailure{Requirement: "new", Reason: "not looked into yet"})
	want.Known = append(want.Known, known("unverified", "not run").Known...)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(conformance.Baseline{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
