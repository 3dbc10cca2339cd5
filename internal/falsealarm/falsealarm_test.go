package falsealarm

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi"
)

var (
	page   = flag.String("page", "", "page to write what came of every trial to; without it the trials are few") //nolint:gochecknoglobals // a flag of go test
	seeds  = flag.Int("seeds", 27, "with -page, seeds of each server in each kind of dialect")                   //nolint:gochecknoglobals // a flag of go test
	rounds = flag.Int("rounds", 8, "with -page, sequences explored and histories recorded in each run")          //nolint:gochecknoglobals // a flag of go test
)

// TestHonestServersAreNotAccused is short, and with -page it is `make false-alarms`. The checks alone are run in every dialect
// by the tests of package killmatrix.
func TestHonestServersAreNotAccused(t *testing.T) {
	outcomes := outcomesOf(t)
	for i := range outcomes {
		o := &outcomes[i]
		if o.Checks == 0 || o.Commands == 0 || o.Histories == 0 {
			t.Errorf("%s: %d checks passed, %d commands, %d histories", o.Trial, o.Checks, o.Commands, o.Histories)
		}
		for _, text := range slices.Concat(o.Alarms, o.Missing) {
			t.Errorf("%s: %s", o.Trial, text)
		}
	}
	if *page != "" {
		write(t, outcomes)
	}
}

func outcomesOf(t *testing.T) []Outcome {
	t.Helper()
	trials, each := few(t), 6
	if *page != "" {
		trials, each = plan(t, *seeds), *rounds
	}
	outcomes, err := Run(t.Context(), trials, each)
	if err != nil {
		t.Fatal(err)
	}
	return outcomes
}

func few(t *testing.T) []Trial {
	t.Helper()
	return slices.DeleteFunc(plan(t, 1), func(trial Trial) bool { return trial.Kind == oneOther })
}

func plan(t *testing.T, seeds int) []Trial {
	t.Helper()
	trials, err := Plan(seeds)
	if err != nil {
		t.Fatal(err)
	}
	return trials
}

func write(t *testing.T, outcomes []Outcome) {
	t.Helper()
	var text bytes.Buffer
	if err := WriteMarkdown(&text, outcomes, *rounds); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(*page, text.Bytes(), 0o644); err != nil { //nolint:gosec // a page for everybody
		t.Fatal(err)
	}
	t.Log(Summary(outcomes))
}

func TestThePlanHasEveryAnswer(t *testing.T) {
	trials := plan(t, 2)
	for _, a := range openapi.APIs() {
		for _, q := range a.Questions {
			for _, answer := range q.Answers[1:] {
				if !slices.ContainsFunc(trials, func(trial Trial) bool { return len(trial.Dialect) == 1 && trial.Dialect[q.ID] == answer.Name }) {
					t.Errorf("%s=%s is not tried", q.ID, answer.Name)
				}
			}
		}
	}
}

func TestAlarmsAndWhatIsMissing(t *testing.T) {
	honest := func() *report.Report {
		return &report.Report{Exploration: &report.Exploration{}, History: &report.History{Legal: 1}}
	}
	for _, test := range []struct {
		name             string
		spoil            func(r *report.Report)
		accused, missing int
	}{
		{"nothing", func(*report.Report) {}, 0, 0},
		{"a check fails", func(r *report.Report) { r.Results = []report.Result{{Outcome: report.Fail}} }, 1, 0},
		{"a check warns", func(r *report.Report) { r.Results = []report.Result{{Outcome: report.Warn}} }, 1, 0},
		{"a check passes", func(r *report.Report) { r.Results = []report.Result{{Outcome: report.Pass}} }, 0, 0},
		{"a check breaks", func(r *report.Report) { r.Results = []report.Result{{Outcome: report.Error}} }, 0, 1},
		{"a sequence disagrees, once", func(r *report.Report) { r.Exploration.Findings = []report.Sequence{{Outcome: report.Unverified}} }, 1, 0},
		{"exploration ends early", func(r *report.Report) { r.Exploration.Stopped = "silence" }, 0, 1},
		{"something is not explored", func(r *report.Report) { r.Exploration.Gaps = []string{"paging"} }, 0, 1},
		{"an illegal history of a known kind", func(r *report.Report) { r.History.Illegal = 1 }, 1, 0},
		{"something is lost", func(r *report.Report) { r.History.Lost = 1 }, 1, 0},
		{"a history is not judged", func(r *report.Report) { r.History.Unjudged = 1 }, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := honest()
			test.spoil(r)
			accused, missing := alarms(r)
			if len(accused) != test.accused || len(missing) != test.missing {
				t.Errorf("accused %q, missing %q", accused, missing)
			}
		})
	}
}

func TestLinesSumUp(t *testing.T) {
	var text strings.Builder
	first := openapi.APIs()[0].Name
	trial := Trial{API: first, Server: Mock, Kind: byDefault}
	second := trial
	second.Seed = 1
	other := Trial{API: first, Server: Alternative, Kind: itsOwn}
	err := WriteMarkdown(&text, []Outcome{
		{Trial: trial, Checks: 2, Commands: 3, Histories: 4},
		{Trial: second, Checks: 1, Alarms: []string{"a", "b"}, Missing: []string{"c"}},
		{Trial: other, Checks: 5, Unverified: 2},
	}, 8)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"| " + first + " | mock | default | 2 | 0–1 | 1 | 1 | 3 | 0 | 3 | 4 |\n",
		"| " + first + " | alternative | its own | 1 | 0–0 | 0 | 0 | 5 | 2 | 0 | 0 |\n",
		"\n3 runs, 1 false alarms, 1 incomplete.\n",
	} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("want %q in\n%s", want, &text)
		}
	}
}

var total = regexp.MustCompile(`\n(\d+) runs, 0 false alarms, 0 incomplete\.\n$`)

func TestThePublishedPageHasTwoHundredRuns(t *testing.T) {
	text, err := os.ReadFile("../../docs/false-alarms.md")
	if err != nil {
		t.Fatal(err)
	}
	found := total.FindSubmatch(text)
	if found == nil {
		t.Fatalf("docs/false-alarms.md ends otherwise; run make false-alarms")
	}
	if n, err := strconv.Atoi(string(found[1])); err != nil || n < 200 {
		t.Errorf("%s runs", found[1])
	}
}
