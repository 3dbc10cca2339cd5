package report

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// Bounds of a Markdown report. The summary of a job in CI takes one mebibyte, and people read a good deal less.
const (
	mostFindings = 40      // shown in full; the rest is counted
	mostText     = 2 << 10 // bytes of one quotation
)

// WriteMarkdown writes the report for the summary of a job in CI, or for a comment: the verdict, the counts, what is violated
// with the command that shows it again, and what could not be found out. Nothing that a target sent can end a quotation.
func (r *Report) WriteMarkdown(w io.Writer) error {
	m := new(markdown)
	m.head(r)
	m.findings(r)
	m.unmeasured(r.Results)
	m.list("Left behind on the target", r.Left)
	m.list("Perhaps left behind on the target", r.Uncertain)
	m.questions(r.Questions)
	if _, err := io.WriteString(w, shown.Text(m.String())); err != nil {
		return fmt.Errorf("markdown report: %w", err)
	}
	return nil
}

// markdown is a page that is being written.
type markdown struct{ bytes.Buffer }

func (m *markdown) line(format string, args ...any) { fmt.Fprintf(m, format+"\n", args...) }

func (m *markdown) head(r *Report) {
	m.line("## %s: %s\n", inline(r.Title), inline(verdictLine(r)))
	m.line("%s, mode %s, seed %d, %d requests and %d to set up states in %.2f s\n",
		code(r.Target), r.Mode, r.Seed, r.Requests, r.SetupRequests, r.Seconds)
	m.line("| outcome | requirements |\n|---|---:|")
	for _, c := range counts(r) {
		m.line("| %s | %d |", marks[c.Outcome].word, c.N)
	}
	if x := r.Exploration; x != nil {
		m.line("| explored: disagreements in %d sequences | %d |", x.Rounds, len(x.Findings))
	}
	if h := r.History; h != nil {
		m.line("| illegal of %d histories | %d |", h.Rounds, h.Illegal)
	}
}

// verdictLine is the console's, in a report that lists what is left further down.
func verdictLine(r *Report) string {
	return strings.ReplaceAll(string((&printer{}).verdict(r)), ", listed above", "")
}

// findings shows what is violated, MUST before SHOULD, and the entries of the baseline that are stale.
func (m *markdown) findings(r *Report) {
	notes := r.notes()
	if len(notes) == 0 {
		return
	}
	m.line("\n### Violated")
	for _, n := range notes[:min(len(notes), mostFindings)] {
		m.note(r, n)
	}
	if more := len(notes) - mostFindings; more > 0 {
		m.line("\n… and %d more; the other reports have them all.", more)
	}
}

func (m *markdown) note(r *Report, n note) {
	m.line("\n**%s** %s%s\n", marks[n.outcome].word, code(n.id), inline(n.remark))
	m.line("%s", inline(n.text))
	for _, f := range n.findings {
		m.block("text", "want  "+f.Want+"\ngot   "+f.Got)
		if f.Exchange != nil {
			m.line("<details><summary>The request, on what is gone by now</summary>\n")
			m.block("sh", f.Exchange.Curl())
			m.line("</details>")
		}
	}
	if n.script {
		intro, command := r.again(n.id)
		m.line("\n%s:\n", inline(intro))
		m.block("sh", command)
	}
}

// unmeasured lists what could not be found out, by reason.
func (m *markdown) unmeasured(results []Result) {
	var reasons []string
	ids := map[string][]string{}
	for i := range results {
		if r := &results[i]; r.Outcome == Unverified || r.Outcome == Error {
			key := marks[r.Outcome].word + ": " + r.Reason
			if ids[key] == nil {
				reasons = append(reasons, key)
			}
			ids[key] = append(ids[key], code(r.Requirement))
		}
	}
	if len(reasons) == 0 {
		return
	}
	m.line("\n### Not found out\n")
	for _, reason := range reasons[:min(len(reasons), mostFindings)] {
		m.line("- %s: %s", inline(reason), strings.Join(ids[reason], ", "))
	}
}

func (m *markdown) list(title string, things []string) {
	if len(things) == 0 {
		return
	}
	m.line("\n### %s\n", title)
	for _, thing := range things[:min(len(things), mostFindings)] {
		m.line("- %s", inline(thing))
	}
	if more := len(things) - mostFindings; more > 0 {
		m.line("- … and %d more", more)
	}
}

func (m *markdown) questions(questions []Question) {
	if len(questions) == 0 {
		return
	}
	m.line("\n<details><summary>Open questions, as this target answers them</summary>\n")
	m.line("| question | answer |\n|---|---|")
	for _, q := range questions {
		answer := q.Answer
		if answer == "" {
			answer = "? " + q.Observed
		}
		m.line("| %s | %s |", code(q.ID), inline(answer))
	}
	m.line("\n</details>")
}

// block quotes text between fences that are longer than any run of backticks in it.
func (m *markdown) block(language, text string) {
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	m.line("%s%s\n%s\n%s", fence, language, cut(strings.TrimRight(text, "\n")), fence)
}

// code is text as code within a line, also in a table.
func code(text string) string {
	if text == "" || strings.ContainsAny(text, "`|\n\r") {
		return inline(text)
	}
	return "`" + cut(text) + "`"
}

// inline is text within a line, without any markup of its own.
func inline(text string) string {
	return inlineMarkup().Replace(cut(text))
}

func inlineMarkup() *strings.Replacer {
	pairs := []string{"&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "", "\n", " ", "@", "@<!-- -->", "#", "#<!-- -->"}
	for _, mark := range []string{"\\", "`", "*", "_", "[", "]", "|", "~"} {
		pairs = append(pairs, mark, "\\"+mark)
	}
	return strings.NewReplacer(pairs...)
}

// cut keeps a quotation readable. The cut is between characters.
func cut(text string) string { return shown.Cut(text, mostText) }
