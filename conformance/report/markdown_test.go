package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
)

func written(t *testing.T, write func(*bytes.Buffer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func asMarkdown(t *testing.T, r *report.Report) string {
	t.Helper()
	return written(t, func(b *bytes.Buffer) error { return r.WriteMarkdown(b) })
}

func asAnnotations(t *testing.T, r *report.Report) string {
	t.Helper()
	return written(t, func(b *bytes.Buffer) error { return r.WriteAnnotations(b) })
}

func TestMarkdown(t *testing.T) { golden(t, "report.md", asMarkdown(t, sample())) }

func TestAnnotations(t *testing.T) { golden(t, "annotations.txt", asAnnotations(t, sample())) }

// hostile is a report whose target sent text that means to leave its quotation.
func hostile(got string) *report.Report {
	r := &report.Report{Title: "T", Target: "http://h", Results: []report.Result{{
		Requirement: "makecom/delete/ids", Outcome: report.Fail, Text: "It MUST.",
		Findings: []report.Finding{{Want: "a", Got: got, Exchange: &report.Exchange{Method: "GET", URL: "http://h/" + got}}},
	}, {Requirement: "makecom/list/ids", Outcome: report.Error, Reason: got}}}
	r.Conclude()
	return r
}

func TestMarkdownKeepsQuotationsShut(t *testing.T) {
	page := asMarkdown(t, hostile("```\n</details><img src=x>\n````\n# @everyone"))
	if !strings.Contains(page, "`````text\n") || !strings.Contains(page, "\n`````\n") {
		t.Errorf("the fences are no longer than what they hold:\n%s", page)
	}
	if _, reason, _ := strings.Cut(page, "Not found out"); strings.Contains(reason, "<img") || strings.Contains(reason, "@everyone") {
		t.Errorf("a reason has markup of its own:\n%s", reason)
	}
}

// The request alone shows nothing: what the run made is gone. A report names the command that shows a failure again.
func TestTheCommandThatShowsAFailureAgain(t *testing.T) {
	r := sample()
	const without = "--report json=report.json"
	for _, text := range []string{asMarkdown(t, r), asAnnotations(t, r)} {
		if !strings.Contains(text, without) || !strings.Contains(text, "understudy reproduce report.json makecom/delete/fail | sh") {
			t.Errorf("no word of %s in\n%s", without, text)
		}
	}
	for file, word := range map[string]string{"/runner/a folder/mine.json": "mine.json", "my report.json": "'my report.json'"} {
		r.JSONFile = file
		for _, text := range []string{asMarkdown(t, r), asAnnotations(t, r)} {
			if strings.Contains(text, without) || !strings.Contains(text, "understudy reproduce "+word+" makecom/delete/fail | sh") {
				t.Errorf("no word of %s in\n%s", word, text)
			}
		}
	}
}

func TestAnnotationsStayOnOneLine(t *testing.T) {
	text := asAnnotations(t, hostile("\n::add-mask::x\r\n::stop-commands::y"))
	if lines := strings.Split(strings.TrimSpace(text), "\n"); len(lines) != 1 || strings.Contains(text, "\r") {
		t.Errorf("a target can write commands of its own:\n%s", text)
	}
}

// TestMarkdownIsBounded: the summary of a job takes a mebibyte.
func TestMarkdownIsBounded(t *testing.T) {
	r := hostile(strings.Repeat("long ", 20_000))
	for i := range 500 {
		again := r.Results[0]
		again.Requirement += fmt.Sprint(i)
		r.Results = append(r.Results, again)
	}
	page := asMarkdown(t, r)
	if len(page) > 1<<20 {
		t.Errorf("%d bytes", len(page))
	}
	if !strings.Contains(page, "… and 461 more") {
		t.Error("what is left out is not counted")
	}
}

func TestAnnotationOfARunThatMeasuredNothing(t *testing.T) {
	r := &report.Report{API: "makecom"}
	r.Conclude()
	if got, want := asAnnotations(t, r), "::error title=makecom::COULD NOT MEASURE: nothing was compared\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnnotationOfAKnownFailure(t *testing.T) {
	r := hostile("b")
	r.Results[0].Known = &report.Known{Reason: "ticket 7"}
	if got := asAnnotations(t, r); !strings.HasPrefix(got, "::notice title=makecom/delete/ids::It MUST. (known: ticket 7)") {
		t.Error(got)
	}
}
