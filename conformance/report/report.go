// Package report holds what a conformance run found out, and prints it: for a console, as JSON, as JUnit and as one HTML
// page. It is plain data: it knows neither targets nor checks, so that a report can be read long after its run.
package report

import (
	"fmt"
	"time"
)

// Outcome is what became of one check.
type Outcome string

// The outcomes.
const (
	Pass       Outcome = "pass"
	Fail       Outcome = "fail"        // a MUST is violated
	Warn       Outcome = "warn"        // a SHOULD is violated
	Unverified Outcome = "unverified"  // a state or permission is missing: neither green nor a defect
	Error      Outcome = "error"       // the suite or the network failed
	Skipped    Outcome = "skipped"     // the user left it out
	NotClaimed Outcome = "not-claimed" // the target does not claim to do this
	Untestable Outcome = "untestable"  // nobody can tell from outside
)

// Outcomes lists all outcomes in the order in which they are counted.
func Outcomes() []Outcome {
	return []Outcome{Pass, Fail, Warn, Unverified, Error, Skipped, NotClaimed, Untestable}
}

// Verdict sums up what a run found.
type Verdict string

// The verdicts.
const (
	Conforms   Verdict = "conforms"
	Violates   Verdict = "violates"
	Unmeasured Verdict = "unmeasured"  // something could not be found out, or nothing was compared
	LeftBehind Verdict = "left-behind" // nothing violates, and what the run made could not be removed
)

// Exit codes of a run. ExitUsage has no verdict: nothing ran.
const (
	ExitConforms   = 0
	ExitViolates   = 1
	ExitUsage      = 2
	ExitUnmeasured = 3
	ExitLeftBehind = 4
)

// ExitCode is what the run exits with. That something was left behind is said before anything else: a violation shows again
// in the next run, but what is left stays, and is one more thing with every run, until somebody removes it.
func (r *Report) ExitCode() int {
	switch {
	case len(r.Left) > 0:
		return ExitLeftBehind
	case r.Verdict == Conforms:
		return ExitConforms
	case r.Verdict == Violates:
		return ExitViolates
	default:
		return ExitUnmeasured
	}
}

// Report is one run. Secrets are blotted out before anything comes in here.
type Report struct {
	API      string  `json:"api"`
	Title    string  `json:"title"`
	Target   string  `json:"target"`
	Mode     string  `json:"mode"`
	Verdict  Verdict `json:"verdict"`
	Why      string  `json:"why,omitempty"` // of a verdict that the results alone do not explain
	Seed     uint64  `json:"seed"`
	RunID    string  `json:"runId"`    // part of all that the run made up
	Version  string  `json:"version"`  // of the suite
	Document string  `json:"document"` // SHA-256 of the OpenAPI document, hex

	// Settings are what a replay of the run needs to know of its target.
	Settings Settings `json:"settings"`

	Started time.Time `json:"started"`
	Seconds float64   `json:"seconds"`
	// Requests went to the target, SetupRequests to its state provider.
	Requests      int `json:"requests"`
	SetupRequests int `json:"setupRequests"`
	// Throttled is nil when the target never refused a request because there were too many.
	Throttled *Throttled `json:"throttled,omitempty"`

	// Least is how many requirements had to be measured, 0 for no bound.
	Least     int        `json:"least,omitempty"`
	Results   []Result   `json:"results"`
	Questions []Question `json:"questions"`
	// Exploration is nil when nothing was explored.
	Exploration *Exploration `json:"exploration,omitempty"`
	// History is nil when no histories were recorded.
	History *History `json:"history,omitempty"`
	// Baseline is the file that the known failures are from.
	Baseline string `json:"baseline,omitempty"`
	// Interrupted is true when the run was ended before it had asked everything.
	Interrupted bool `json:"interrupted,omitempty"`
	// Ended says why, also where the run gave the target up by itself.
	Ended string `json:"ended,omitempty"`
	// Left lists what the run made and could not remove.
	Left []string `json:"left,omitempty"`
	// Uncertain lists what may have been made: the connection died before the answer came.
	Uncertain []string `json:"uncertain,omitempty"`
	// JSONFile is where the run writes its JSON report, "" for nowhere: from it a failure can be shown again.
	JSONFile string `json:"-"`
}

// Throttled is how many answers said that there were too many requests, and how long the run waited for that.
type Throttled struct {
	Answers int     `json:"answers"`
	Seconds float64 `json:"seconds"`
}

// Settings are what a target file said that decides how checks go.
type Settings struct {
	Consistency Consistency `json:"consistency"`
	Hooks       []Hook      `json:"hooks,omitempty"`
}

// Consistency says how soon the target shows what it was told.
type Consistency struct {
	Within    time.Duration `json:"within"` // nanoseconds
	Successes int           `json:"successes"`
}

// Hook is a hook that the user lent.
type Hook struct {
	ID  string `json:"id"`
	URL string `json:"url,omitempty"`
}

// Result is the outcome of one requirement's check.
type Result struct {
	Requirement string  `json:"requirement"`
	Operation   string  `json:"operation,omitempty"`
	Level       string  `json:"level"`
	Basis       string  `json:"basis"`
	Text        string  `json:"text"`
	Source      string  `json:"source"`
	Outcome     Outcome `json:"outcome"`
	// Reason says why an outcome is neither pass nor a violation.
	Reason   string    `json:"reason,omitempty"`
	Findings []Finding `json:"findings,omitempty"`
	// Known is the baseline's entry for this requirement.
	Known *Known `json:"known,omitempty"`
	// Required is true when it had to be measured, and was not.
	Required bool `json:"required,omitempty"`
	// Stale is true when the baseline expects a failure that did not happen.
	Stale    bool    `json:"stale,omitempty"`
	Seconds  float64 `json:"seconds"`
	Attempts int     `json:"attempts"`
	// Listened is true when the check waited for deliveries: its outcome does not follow from the exchanges alone.
	Listened  bool       `json:"listened,omitempty"`
	Exchanges []Exchange `json:"exchanges,omitempty"`
}

// Finding is one violation.
type Finding struct {
	Want string `json:"want"`
	Got  string `json:"got"`
	// Exchange is the one that shows it.
	Exchange *Exchange `json:"exchange,omitempty"`
	// Question is the open question that was asked when it was found, "" where the check of the requirement found it. Whatever the answer
	// is, this is none.
	Question string `json:"question,omitempty"`
}

// Known is a known failure.
type Known struct {
	Reason  string `json:"reason"`
	Link    string `json:"link,omitempty"`
	Expires string `json:"expires,omitempty"` // date, yyyy-mm-dd
}

// Question is the target's answer to one open question.
type Question struct {
	ID     string `json:"id"`
	Text   string `json:"text"`
	Answer string `json:"answer,omitempty"` // "" when it could not be observed
	Seen   int    `json:"seen,omitempty"`   // times that the answer was observed
	// Default is the answer that the mock gives.
	Default string `json:"default"`
	// Observed says what was seen, when that is none of the known answers or could not be found out.
	Observed string `json:"observed,omitempty"`
	// Evidence is the exchange that shows the answer, the last one of the probe.
	Evidence  *Exchange  `json:"evidence,omitempty"`
	Exchanges []Exchange `json:"exchanges,omitempty"`
}

// Exchange is one request and its answer, redacted.
type Exchange struct {
	Operation string            `json:"operation,omitempty"`
	Setup     bool              `json:"setup,omitempty"`    // with the state provider, not with the target
	Received  bool              `json:"received,omitempty"` // sent by the target, to the suite's receiver
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Header    map[string]string `json:"header,omitempty"`
	Body      string            `json:"body,omitempty"`
	// Status is 0 when no answer came; Err says why.
	Status         int               `json:"status"`
	ResponseHeader map[string]string `json:"responseHeader,omitempty"`
	ResponseBody   string            `json:"responseBody,omitempty"`
	// Cut is true when the answer is too long to be here whole, or is no text: it cannot be judged again.
	Cut          bool      `json:"cut,omitempty"`
	Err          string    `json:"err,omitempty"`
	Failure      string    `json:"failure,omitempty"` // the kind of Err: not-sent, timed-out or broken
	At           time.Time `json:"at"`
	Milliseconds float64   `json:"milliseconds"`
	// Settled is how many searches for an agreement ended here, on a target that may take its time.
	Settled int `json:"settled,omitempty"`
}

// Count is how many results have an outcome.
func (r *Report) Count(o Outcome) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Outcome == o {
			n++
		}
	}
	return n
}

// Compared is how many requirements were held against the target.
func (r *Report) Compared() int { return r.Count(Pass) + r.Count(Fail) + r.Count(Warn) }

// Conclude derives the verdict from the results.
func (r *Report) Conclude() {
	r.Verdict, r.Why = r.verdict()
}

func (r *Report) verdict() (Verdict, string) {
	fails, stale := r.unexpected()
	switch {
	case fails+r.Exploration.Failures()+r.History.Failures() > 0:
		return Violates, ""
	case stale > 0:
		return Violates, "the baseline expects a failure that did not happen"
	case len(r.Left) > 0:
		return LeftBehind, "something that the run made could not be removed"
	case r.Ended != "":
		return Unmeasured, r.Ended
	case r.Interrupted:
		return Unmeasured, "the run was interrupted"
	case r.Compared() == 0:
		return Unmeasured, "nothing was compared"
	case r.Count(Error) > 0:
		return Unmeasured, "some checks could not find out"
	case r.required() > 0:
		return Unmeasured, fmt.Sprintf("%d of the requirements that are required are unverified", r.required())
	case r.Compared() < r.Least:
		return Unmeasured, fmt.Sprintf("%d requirements were measured, and %d are required", r.Compared(), r.Least)
	default:
		return Conforms, ""
	}
}

// required counts what had to be measured and was not.
func (r *Report) required() int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Required {
			n++
		}
	}
	return n
}

// handful reports whether less was measured than was left unverified: that nothing violates says little then.
func (r *Report) handful() bool { return r.Compared() < r.Count(Unverified) }

// known counts the violations that the baseline knows, by outcome.
func (r *Report) known() map[Outcome]int {
	all := map[Outcome]int{}
	for i := range r.Results {
		if result := &r.Results[i]; result.Known != nil && (result.Outcome == Fail || result.Outcome == Warn) {
			all[result.Outcome]++
		}
	}
	return all
}

// unexpected counts the failures that no baseline knows, and the known ones that did not happen.
func (r *Report) unexpected() (fails, stale int) {
	for i := range r.Results {
		switch result := &r.Results[i]; {
		case result.Stale:
			stale++
		case result.Outcome == Fail && result.Known == nil:
			fails++
		}
	}
	return fails, stale
}
