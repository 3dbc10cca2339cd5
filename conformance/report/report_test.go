package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-mock/understudy/conformance/report"
)

var update = flag.Bool("update", false, "write the golden files")

// sample is a report with one result of every outcome.
func sample() *report.Report {
	exchange := &report.Exchange{
		Operation: "deleteHookIncomings", Method: "DELETE", URL: "http://h/api/v2/hooks/1/incomings",
		Header: map[string]string{"Authorization": "Token REDACTED", "Content-Type": "application/json"}, Body: `{"all":true}`,
		Status: 200, ResponseHeader: map[string]string{"Content-Type": "application/json"}, ResponseBody: `{"incomings":["it's <gone>"]}`,
		At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Milliseconds: 1.5,
	}
	r := &report.Report{
		API: "makecom", Title: "Make: Hooks > Incomings", Target: "http://h/api/v2", Mode: "owned", Seed: 7, RunID: "0123456789ab", Version: "v1",
		Document: strings.Repeat("ab", 32), Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Seconds: 1.25, Requests: 12, SetupRequests: 8,
		Questions: []report.Question{
			{ID: "makecom/delete/unknown-id", Text: "What becomes of it?", Answer: "omitted", Default: "omitted", Evidence: exchange},
			{ID: "makecom/auth/status", Text: "Which status?", Observed: "none of the known answers: 418", Default: "401"},
		},
	}
	for _, o := range report.Outcomes() {
		r.Results = append(r.Results, report.Result{
			Requirement: "makecom/delete/" + string(o), Operation: "deleteHookIncomings", Level: "MUST", Basis: "documented",
			Text: "It MUST be so.", Source: "the reference", Outcome: o, Seconds: 0.01,
		})
	}
	r.Results[1].Findings = []report.Finding{{Want: "status 406 Not Acceptable", Got: "status 200 OK", Exchange: exchange}}
	r.Results[1].Exchanges = []report.Exchange{*exchange}
	r.Results[2].Findings = []report.Finding{{Want: "a text", Got: "another"}}
	r.Results[3].Reason = `state "a hook" is not available`
	r.Results[4].Reason = "connection refused"
	r.Exploration = &report.Exploration{
		Rounds: 40, Replays: 12, Commands: 1130, Gaps: []string{"a gap"}, Stopped: "the request budget is spent",
		Findings: []report.Sequence{
			{
				Requirement: "makecom/delete/gone", Level: "MUST", Text: "It MUST be gone.", Outcome: report.Fail,
				Commands: []string{"deliver item=a", "delete ids=a", "list"}, Want: "items (none)", Got: "items a", From: 17, Round: 3,
				Exchanges: []report.Exchange{*exchange}, Script: "curl …", GoTest: "func TestSequence…",
			},
			{Text: "No sentence covers this.", Outcome: report.Unverified, Reason: "it showed once", Commands: []string{"stats"}, Want: "200", Got: "500"},
		},
	}
	r.History = &report.History{
		Clients: 4, Operations: 6, Rounds: 24, Legal: 22, Illegal: 1, Unjudged: 1, Acknowledged: 200, Lost: 1, Unanswered: 2,
		Findings: []report.Interleaving{{
			Suspects: []string{"makecom/ingest/accepted", "makecom/process/once"}, Histories: 1,
			Level: "MUST", Text: "None MUST be lost.", Outcome: report.Fail, Lost: 1, Round: 7,
			Commands: []string{"client 0, 0.00–0.20 ms: deliver item=a → a", "client 1, 0.10–0.30 ms: list → (none)"},
			Page:     `<script>"picture"</script>`,
		}},
		Power: []report.Power{{Mutant: "makecom/list/arrived/torn-page", Probability: 0.97}},
	}
	r.Conclude()
	return r
}

// golden compares with a file in testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test -update writes it anew):\n%s", path, diff)
	}
}

func TestConsole(t *testing.T) {
	var b bytes.Buffer
	if err := (report.Console{}).Write(&b, sample()); err != nil {
		t.Fatal(err)
	}
	golden(t, "console.txt", b.String())
}

func TestConsoleInColour(t *testing.T) {
	var plain, coloured bytes.Buffer
	if err := (report.Console{Color: true, Verbose: true}).Write(&coloured, sample()); err != nil {
		t.Fatal(err)
	}
	if err := (report.Console{Verbose: true}).Write(&plain, sample()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "\x1b") || !strings.Contains(coloured.String(), "\x1b[31;1mFAIL") {
		t.Error("colour is where it should not be, or is not where it should")
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteJUnit(&b); err != nil {
		t.Fatal(err)
	}
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suite    struct {
			Skipped int `xml:"skipped,attr"`
		} `xml:"testsuite"`
	}
	if err := xml.Unmarshal(b.Bytes(), &suites); err != nil {
		t.Fatal(err)
	}
	if suites.Tests != 12 || suites.Failures != 3 || suites.Errors != 1 || suites.Suite.Skipped != 6 {
		t.Errorf("%+v", suites)
	}
	golden(t, "junit.xml", b.String())
}

func TestHTMLIsOnePageThatNeedsNothing(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteHTML(&b); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, wanted := range []string{"violates", "status 406 Not Acceptable", "it&#39;s &lt;gone&gt;", "curl -sS", "makecom/delete/unknown-id", "makecom/delete/pass"} {
		if !strings.Contains(page, wanted) {
			t.Errorf("the page has no %q", wanted)
		}
	}
	for _, unwanted := range []string{"<link", "src=", "@import", "url(", "fetch("} {
		if strings.Contains(page, unwanted) {
			t.Errorf("the page has %q", unwanted)
		}
	}
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d scripts, want the filter alone", n)
	}
}

func TestJSONReadsBack(t *testing.T) {
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	back, err := report.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sample(), back); diff != "" {
		t.Error(diff)
	}
	if _, err := report.ReadJSON(strings.NewReader(`{"some":"thing"}`)); err == nil {
		t.Error("something else was read as a report")
	}
}

func TestJSONFollowsItsSchema(t *testing.T) {
	definition, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.json", definition); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("report.json")
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := sample().WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	written, err := jsonschema.UnmarshalJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := schema.Validate(written); err != nil {
		t.Error(err)
	}
	object, ok := written.(map[string]any)
	if !ok {
		t.Fatal("a report is no object")
	}
	delete(object, "verdict")
	if schema.Validate(written) == nil {
		t.Error("a report without a verdict is valid")
	}
}

func TestLinesEndWithTheVerdict(t *testing.T) {
	var b bytes.Buffer
	r, lines := sample(), report.NewLines(&b)
	for i := range r.Results {
		lines.Result(&r.Results[i])
	}
	if err := lines.Close(r); err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(b.String()), "\n")
	var last struct{ Report report.Report }
	if err := json.Unmarshal([]byte(all[len(all)-1]), &last); err != nil {
		t.Fatal(err)
	}
	if len(all) != len(r.Results)+1 || last.Report.Verdict != report.Violates || last.Report.Results != nil {
		t.Errorf("%d lines, the last one %+v", len(all), last.Report)
	}
}

func TestVerdicts(t *testing.T) {
	result := func(o report.Outcome) report.Result { return report.Result{Outcome: o} }
	for name, c := range map[string]struct {
		report  report.Report
		verdict report.Verdict
		code    int
	}{
		"conforms":                      {report.Report{Results: []report.Result{result(report.Pass), result(report.Warn)}}, report.Conforms, 0},
		"violates":                      {report.Report{Results: []report.Result{result(report.Pass), result(report.Fail)}}, report.Violates, 1},
		"violates, and left behind":     {report.Report{Results: []report.Result{result(report.Pass), result(report.Fail)}, Left: []string{"x"}}, report.Violates, 4},
		"interrupted, and left behind":  {report.Report{Results: []report.Result{result(report.Pass)}, Interrupted: true, Left: []string{"x"}}, report.LeftBehind, 4},
		"interrupted":                   {report.Report{Results: []report.Result{result(report.Pass)}, Interrupted: true}, report.Unmeasured, 3},
		"known failure":                 {report.Report{Results: []report.Result{{Outcome: report.Fail, Known: &report.Known{}}}}, report.Conforms, 0},
		"stale baseline":                {report.Report{Results: []report.Result{{Outcome: report.Pass, Known: &report.Known{}, Stale: true}}}, report.Violates, 1},
		"nothing":                       {report.Report{}, report.Unmeasured, 3},
		"only what could not be found":  {report.Report{Results: []report.Result{result(report.Unverified)}}, report.Unmeasured, 3},
		"an error beside what is green": {report.Report{Results: []report.Result{result(report.Pass), result(report.Error)}}, report.Unmeasured, 3},
		"left behind":                   {report.Report{Results: []report.Result{result(report.Pass)}, Left: []string{"a hook"}}, report.LeftBehind, 4},
	} {
		t.Run(name, func(t *testing.T) {
			c.report.Conclude()
			if c.report.Verdict != c.verdict || c.report.ExitCode() != c.code {
				t.Errorf("want %s %d, got %s %d", c.verdict, c.code, c.report.Verdict, c.report.ExitCode())
			}
		})
	}
}

// The last line of the console says all that the exit code cannot say at once.
func TestTheLastLineSaysWhatCameOfIt(t *testing.T) {
	failing := []report.Result{{Requirement: "a/b/c", Outcome: report.Fail}}
	passing := []report.Result{{Requirement: "a/b/c", Outcome: report.Pass}}
	for want, r := range map[string]report.Report{
		"VIOLATES the contract": {Results: failing},
		"VIOLATES the contract, and LEFT SOMETHING BEHIND: 2 things, listed above": {Results: failing, Left: []string{"x", "y"}},
		"LEFT SOMETHING BEHIND: 1 thing, listed above":                             {Results: passing, Left: []string{"x"}},
		"CONFORMS": {Results: passing},
	} {
		r.Conclude()
		var b bytes.Buffer
		if err := (report.Console{}).Write(&b, &r); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(b.String()), "\n")
		if got := lines[len(lines)-1]; got != want {
			t.Errorf("want %s\ngot  %s", want, got)
		}
	}
}

func TestCurlQuotes(t *testing.T) {
	e := report.Exchange{Method: "POST", URL: "http://h/x?a=b&c=d", Header: map[string]string{"Authorization": "Token REDACTED"}, Body: `{"a":"it's"}`}
	want := `curl -sS -i -X POST --globoff 'http://h/x?a=b&c=d' -H 'Authorization: Token '"$UNDERSTUDY_TOKEN"'' --data-binary '{"a":"it'\''s"}'`
	if got := e.Curl(); got != want {
		t.Errorf("want %s\ngot  %s", want, got)
	}
}

// A run that was asked for more than it could do says so, and gives no figures of nothing.
func TestConsoleSaysWhatWasNotMeasured(t *testing.T) {
	r := &report.Report{
		Results:     []report.Result{{Requirement: "makecom/list/shape", Outcome: report.Pass}},
		Exploration: &report.Exploration{Stopped: "no states"},
		History:     &report.History{Stopped: "no states"},
	}
	r.Conclude()
	var b bytes.Buffer
	if err := (report.Console{}).Write(&b, r); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"explored   nothing was carried out", "history    none was recorded",
		"CONFORMS, as far as it was measured: the exploration ended early; the histories ended early",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "0 legal") {
		t.Errorf("figures of nothing in\n%s", b.String())
	}
}
