package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// Console says how to print for people.
type Console struct {
	Color        bool
	Verbose      bool // lists what passed and what is known as well
	OnlyFailures bool // leaves out what is unverified and the open questions
}

// marks are what a line begins with, and its colour.
var marks = map[Outcome]struct{ word, color string }{
	Pass:       {"pass", "32"},
	Fail:       {"FAIL", "31;1"},
	Warn:       {"warn", "33"},
	Unverified: {"unverified", "36"},
	Error:      {"ERROR", "35;1"},
	Skipped:    {"skipped", "90"},
	NotClaimed: {"not claimed", "90"},
	Untestable: {"untestable", "90"},
}

// Write prints the report: what is not green by group, the open questions, and a summary.
func (c Console) Write(w io.Writer, r *Report) error {
	p := &printer{console: c, w: w, told: map[Finding]string{}}
	p.line("%s at %s (mode %s, seed %d, run %s)", r.Title, r.Target, r.Mode, r.Seed, r.RunID)
	for _, group := range groups(r.Results) {
		p.group(group)
	}
	p.exploration(r.Exploration)
	p.history(r.History)
	if !c.OnlyFailures {
		p.questions(r.Questions)
	}
	p.summary(r)
	return p.err
}

// groups splits results where the group in the id changes.
func groups(results []Result) [][]Result {
	var all [][]Result
	for i, from := 0, 0; i < len(results); i++ {
		if i+1 == len(results) || groupOf(results[i+1].Requirement) != groupOf(results[i].Requirement) {
			all = append(all, results[from:i+1])
			from = i + 1
		}
	}
	return all
}

// groupOf is the middle part of an id.
func groupOf(id string) string {
	parts := strings.Split(id, "/")
	if len(parts) < 3 {
		return id
	}
	return parts[1]
}

// nameOf is the last part of an id.
func nameOf(id string) string { return id[strings.LastIndex(id, "/")+1:] }

// printer keeps the first error, so that printing reads straight through.
type printer struct {
	console Console
	w       io.Writer
	err     error
	told    map[Finding]string // where a cause was shown: by what was wanted and got
}

// line is the one place where text becomes the console's. What a target says is one line and speaks to no terminal; only what is
// painted has been seen to.
func (p *printer) line(format string, args ...any) {
	if p.err != nil {
		return
	}
	for i, arg := range args {
		if text, ok := arg.(string); ok {
			args[i] = shown.Line(text)
		}
	}
	_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
}

// painted is text that may have colours, and whose other parts are shown as [shown.Text].
type painted string

func (p *printer) paint(o Outcome, text string) painted {
	text = shown.Line(text)
	if !p.console.Color {
		return painted(text)
	}
	return painted("\x1b[" + marks[o].color + "m" + text + "\x1b[0m")
}

// padded is an outcome's word in a column.
func padded(o Outcome) string { return fmt.Sprintf("%-10s", marks[o].word) }

func (p *printer) group(results []Result) {
	if p.console.OnlyFailures && !slices.ContainsFunc(results, func(r Result) bool { return worthALine(&r) }) {
		return
	}
	p.line("\n%-10s %s", groupOf(results[0].Requirement), p.counts(results))
	for i := range results {
		if r := &results[i]; p.console.Verbose || worthALine(r) {
			p.result(r)
		}
	}
	if !p.console.Verbose && !p.console.OnlyFailures {
		p.unmeasured(results)
	}
}

// worthALine leaves out what is green, what the user knows, and what is told by its reason.
func worthALine(r *Result) bool {
	switch r.Outcome {
	case Fail, Warn:
		return r.Known == nil
	case Pass, Skipped, NotClaimed, Untestable, Unverified, Error:
		return r.Stale
	default:
		return true
	}
}

// unmeasured lists what could not be found out, once per reason: the reasons are few.
func (p *printer) unmeasured(results []Result) {
	var reasons []painted
	names := map[painted][]string{}
	for i := range results {
		if r := &results[i]; r.Outcome == Unverified || r.Outcome == Error {
			key := p.paint(r.Outcome, padded(r.Outcome)) + painted(" "+shown.Line(r.Reason))
			if names[key] == nil {
				reasons = append(reasons, key)
			}
			names[key] = append(names[key], nameOf(r.Requirement))
		}
	}
	for _, reason := range reasons {
		p.line("  %s", reason)
		p.line("             %s", strings.Join(names[reason], ", "))
	}
}

func (p *printer) counts(results []Result) painted {
	r := Report{Results: results}
	var parts []string
	known := r.known()
	for _, o := range Outcomes() {
		if n := r.Count(o) - known[o]; n > 0 {
			parts = append(parts, string(p.paint(o, fmt.Sprintf("%d %s", n, marks[o].word))))
		}
	}
	if n := known[Fail] + known[Warn]; n > 0 {
		parts = append(parts, fmt.Sprintf("%d known", n))
	}
	return painted(strings.Join(parts, ", "))
}

func (p *printer) result(r *Result) {
	p.line("  %s %s%s", p.paint(r.Outcome, padded(r.Outcome)), r.Requirement, remark(r))
	if r.Reason != "" {
		p.line("             %s", r.Reason)
	}
	if len(r.Findings) > 0 {
		p.line("             %s", r.Text)
	}
	for _, f := range distinct(r.Findings) {
		p.finding(r.Requirement, &f)
	}
}

func remark(r *Result) string {
	switch {
	case r.Stale:
		return " (in the baseline as a failure, but it did not fail)"
	case r.Known != nil:
		return " (known: " + r.Known.Reason + ")"
	default:
		return ""
	}
}

// finding is shown once: where another requirement is violated by the same cause, its name says where to look.
func (p *printer) finding(id string, f *repeated) {
	cause := Finding{Want: f.Want, Got: f.Got}
	if where := p.told[cause]; where != "" && where != id {
		p.line("             the same as %s, above", where)
		return
	}
	p.told[cause] = id
	p.lines("want", f.Want)
	p.lines("got", f.Got)
	if f.Times > 1 {
		p.line("             %d times; this is the first", f.Times)
	}
	if f.Exchange != nil {
		p.line("             %s", painted(shown.Text(short(f.Exchange.Curl()))))
	}
}

// lines writes text under a word. None of its lines begins where one of the report's own does.
func (p *printer) lines(word, text string) {
	for line := range strings.SplitSeq(text, "\n") {
		p.line("             %-5s %s", word, line)
		word = ""
	}
}

// short keeps a line readable; the whole of it is in the other reports.
func short(text string) string {
	const most = 500
	return shown.Cut(text, most)
}

func (p *printer) questions(questions []Question) {
	if len(questions) == 0 {
		return
	}
	p.line("\nopen questions, as this target answers them")
	for _, q := range questions {
		answer := q.Answer
		if answer == "" {
			answer = "? " + q.Observed
		}
		p.line("  %-34s %s", q.ID, answer)
	}
}

func (p *printer) summary(r *Report) {
	for _, what := range r.Left {
		p.line("\nleft behind: %s", what)
	}
	for _, what := range r.Uncertain {
		p.line("\nperhaps left behind: %s", what)
	}
	if id := r.needsReproducing(); id != "" {
		p.line("\nTo show a failure again: understudy verify … --report json=report.json, then understudy reproduce report.json %s", id)
		p.line("(the curl lines above are the requests as they were sent: what they name is gone by now)")
	}
	p.knownFailures(r)
	p.line("\n%s", p.counts(r.Results))
	p.line("%d requests and %d to set up states in %.2f s", r.Requests, r.SetupRequests, r.Seconds)
	if t := r.Throttled; t != nil {
		p.line("the target said %s that there are too many requests, and the run waited %.1f s for that; --rate asks more slowly", times(t.Answers), t.Seconds)
	}
	p.line("%s", p.verdict(r))
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

func (p *printer) verdict(r *Report) painted {
	text := map[Verdict]string{
		Conforms:   "CONFORMS",
		Violates:   "VIOLATES the contract",
		Unmeasured: "COULD NOT MEASURE",
		LeftBehind: leftBehind(r),
	}[r.Verdict]
	if r.Why != "" && r.Verdict != LeftBehind {
		text += ": " + r.Why
	}
	text += r.beside()
	if r.Verdict == Violates && r.Interrupted {
		text += "; THE RUN WAS INTERRUPTED: there may be more"
	}
	if r.Verdict == Violates && len(r.Left) > 0 {
		text += ", and " + leftBehind(r)
	}
	if r.Verdict == Conforms && r.handful() {
		text = fmt.Sprintf("ONLY %d OF %d REQUIREMENTS WERE MEASURED, and nothing violates", r.Compared(), r.Compared()+r.Count(Unverified)) + r.beside()
	}
	if lacks := r.lacks(); len(lacks) > 0 && r.Verdict == Conforms {
		text += ", as far as it was measured: " + strings.Join(lacks, "; ")
	}
	if r.Verdict == Conforms {
		return p.paint(Pass, text)
	}
	return p.paint(Fail, text)
}

// knownFailures says in one line what the user knows.
func (p *printer) knownFailures(r *Report) {
	known := r.known()
	n := known[Fail] + known[Warn]
	if n == 0 || p.console.Verbose {
		return
	}
	p.line("\n%d known %s, as in %s; --verbose lists them", n, plural(n, "failure"), or(r.Baseline, "the baseline"))
}

// beside explains a verdict that the counts of outcomes seem to contradict.
func (r *Report) beside() string {
	fails, stale := r.unexpected()
	known := r.known()[Fail]
	switch {
	case r.Verdict == Conforms && known > 0:
		return fmt.Sprintf(", but for %d known %s", known, plural(known, "failure"))
	case r.Verdict != Violates || fails+stale > 0:
		return ""
	case r.Exploration.Failures() > 0 && r.History.Failures() > 0:
		return ", as the exploration and the histories show"
	case r.Exploration.Failures() > 0:
		return ", as the exploration shows"
	default:
		return ", as the histories show"
	}
}

func plural(n int, thing string) string {
	if n == 1 {
		return thing
	}
	return thing + "s"
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func leftBehind(r *Report) string {
	return fmt.Sprintf("LEFT SOMETHING BEHIND: %d %s, listed above", len(r.Left), plural(len(r.Left), "thing"))
}

// lacks says what a run was asked for and did not measure.
func (r *Report) lacks() []string {
	var all []string
	if n := r.Count(Unverified); n > 0 {
		all = append(all, fmt.Sprintf("%d requirements are unverified", n))
	}
	if r.Exploration != nil && r.Exploration.Stopped != "" {
		all = append(all, "the exploration ended early")
	}
	if r.History != nil && r.History.Stopped != "" {
		all = append(all, "the histories ended early")
	}
	return all
}
