package report_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
)

// printed is what the console shows of a report.
func printed(t *testing.T, c report.Console, r *report.Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := c.Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// failing is a report in which several requirements are violated by one cause.
func failing(names ...string) *report.Report {
	r := &report.Report{API: "makecom", Title: "Make", Target: "http://h", Mode: "owned"}
	for _, name := range names {
		finding := report.Finding{Want: "status 200 OK", Got: "status 401 Unauthorized"}
		r.Results = append(r.Results, report.Result{
			Requirement: "makecom/list/" + name, Level: "MUST", Text: "It MUST be `so`.", Outcome: report.Fail,
			Findings: []report.Finding{finding, finding},
		})
	}
	r.Conclude()
	return r
}

func TestOneCauseIsShownOnce(t *testing.T) {
	got := printed(t, report.Console{}, failing("shape", "limit", "offset"))
	if n := strings.Count(got, "status 401"); n != 1 {
		t.Errorf("it is shown %d times:\n%s", n, got)
	}
	if !strings.Contains(got, "2 times") || strings.Count(got, "the same as makecom/list/shape, above") != 2 {
		t.Errorf("got:\n%s", got)
	}
}

func TestKnownFailuresAreOneLine(t *testing.T) {
	r := failing("shape", "limit")
	for i := range r.Results {
		r.Results[i].Known = &report.Known{Reason: "ticket 12"}
	}
	r.Baseline = "known.yaml"
	r.Conclude()
	got := printed(t, report.Console{}, r)
	if strings.Contains(got, "FAIL       makecom") || !strings.Contains(got, "2 known failures, as in known.yaml; --verbose lists them") {
		t.Errorf("got:\n%s", got)
	}
	if all := printed(t, report.Console{Verbose: true}, r); !strings.Contains(all, "(known: ticket 12)") {
		t.Errorf("got:\n%s", all)
	}
}

func TestOnlyFailures(t *testing.T) {
	r := failing("shape")
	r.Results = append(r.Results, report.Result{Requirement: "makecom/stats/shape", Outcome: report.Unverified, Reason: "no hook"})
	r.Questions = []report.Question{{ID: "makecom/auth/bearer", Answer: "yes"}}
	got := printed(t, report.Console{OnlyFailures: true}, r)
	if strings.Contains(got, "no hook") || strings.Contains(got, "bearer") || !strings.Contains(got, "makecom/list/shape") {
		t.Errorf("got:\n%s", got)
	}
}

func TestTheLastLineOfAnInterruptedRunSaysBoth(t *testing.T) {
	r := failing("shape")
	r.Interrupted = true
	r.Conclude()
	lines := strings.Split(strings.TrimSpace(printed(t, report.Console{}, r)), "\n")
	if last := lines[len(lines)-1]; !strings.Contains(last, "VIOLATES") || !strings.Contains(last, "INTERRUPTED") {
		t.Errorf("got %q", last)
	}
}

// TestTheLastLineExplainsTheCounts wants a verdict that the counts above it seem to contradict to say why.
func TestTheLastLineExplainsTheCounts(t *testing.T) {
	known := failing("shape", "limit")
	known.Results[0].Known = &report.Known{Reason: "ticket 12"}
	known.Results[1].Outcome, known.Results[1].Findings = report.Pass, nil
	explored := failing()
	explored.Results = []report.Result{{Requirement: "makecom/list/shape", Outcome: report.Pass}}
	explored.Exploration = &report.Exploration{Rounds: 2, Findings: []report.Sequence{{Outcome: report.Fail}}}
	for _, c := range []struct {
		r            *report.Report
		counts, last string
	}{
		{known, "\n1 pass, 1 known\n", "CONFORMS, but for 1 known failure"},
		{explored, "\n1 pass\n", "VIOLATES the contract, as the exploration shows"},
	} {
		c.r.Conclude()
		got := strings.TrimSpace(printed(t, report.Console{}, c.r))
		if !strings.Contains(got, c.counts) || !strings.HasSuffix(got, "\n"+c.last) {
			t.Errorf("want %q and %q:\n%s", c.counts, c.last, got)
		}
	}
}

func TestHowLongARunWaitedForARateLimit(t *testing.T) {
	r := failing("shape")
	r.Throttled = &report.Throttled{Answers: 3, Seconds: 58.2}
	if got := printed(t, report.Console{}, r); !strings.Contains(got, "the target said 3 times that there are too many requests, and the run waited 58.2 s for that") {
		t.Errorf("got:\n%s", got)
	}
}

func TestCodeIsCodeInHTML(t *testing.T) {
	r := failing("shape")
	r.Results[0].Text = "`a<b>` MUST be, and ` alone stays"
	var b bytes.Buffer
	if err := r.WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "<code>a&lt;b&gt;</code> MUST be, and ` alone stays") {
		t.Errorf("got:\n%s", b.String())
	}
}
