package killmatrix

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// A mutant is killed only by a finding of the check that it is meant for.
func TestFates(t *testing.T) {
	own, other := makecom.DeleteIDs.ID, makecom.DeleteAll.ID
	found := []report.Finding{{Want: "waiting items [a]", Got: "waiting items [0123456789abcdef0123456789abcdef]"}}
	for _, test := range []struct {
		name    string
		results []report.Result
		want    Row
	}{
		{
			"the own check fails",
			[]report.Result{{Requirement: own, Outcome: report.Fail, Findings: found}},
			Row{Fate: Killed, Want: "waiting items [a]", Got: "waiting items […]"},
		},
		{
			"the own check warns",
			[]report.Result{{Requirement: own, Outcome: report.Warn, Findings: found}},
			Row{Fate: Killed, Want: "waiting items [a]", Got: "waiting items […]"},
		},
		{"it fails and says nothing", []report.Result{{Requirement: own, Outcome: report.Fail}}, Row{Fate: Survived}},
		{
			"it could not find out",
			[]report.Result{{Requirement: own, Outcome: report.Error, Reason: "no connection"}},
			Row{Fate: NoVerdict, Got: "no connection"},
		},
		{"it passes", []report.Result{{Requirement: own, Outcome: report.Pass}}, Row{Fate: Survived}},
		{
			"another one fails",
			[]report.Result{{Requirement: own, Outcome: report.Pass}, {Requirement: other, Outcome: report.Fail, Findings: found}},
			Row{Fate: KilledByOthers, Also: []string{other}},
		},
		{
			"another one could not find out",
			[]report.Result{{Requirement: own, Outcome: report.Pass}, {Requirement: other, Outcome: report.Unverified}},
			Row{Fate: Survived, Unsure: []string{other}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := mutant.Of(makecom.DeleteIDs, "word", "text", nil)
			test.want.Mutant, test.want.Requirement, test.want.Text, test.want.By = m.ID, own, m.Text, ByCheck
			if diff := cmp.Diff(test.want, row(m, &report.Report{Results: test.results})); diff != "" {
				t.Errorf("row (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWrongNamesSurvivorsAndIdleChecks(t *testing.T) {
	m := &Matrix{Idle: []string{"makecom/list/shape"}, Rows: []Row{
		{Mutant: "a", Fate: Killed, By: ByCheck},
		{Mutant: "b", Fate: Survived, By: ByCheck},
		{Mutant: "c", Fate: KilledByOthers, By: ByExploration},
		{Mutant: "d", Fate: NoVerdict, By: ByCheck},
		{Mutant: "e", Fate: NoVerdict, By: ByHistory},
	}}
	if got := len(m.Wrong()); got != 4 {
		t.Errorf("%d lines: %q", got, m.Wrong())
	}
}

func TestWhatChangesFromRunToRunIsTakenOut(t *testing.T) {
	for text, want := range map[string]string{
		"x-request-id: 834223b7170d7e03":       "x-request-id: …",
		`[{"scope":"hook","size":181}]`:        `[{"scope":"hook",…}]`,
		"webhook request 90, which does not":   "…, which does not",
		"limit 10 of 12 deliveries, 2 at once": "limit 10 of 12 deliveries, 2 at once",
	} {
		if got := plain(text); got != want {
			t.Errorf("%s: want %s, got %s", text, want, got)
		}
	}
}
