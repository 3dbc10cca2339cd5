package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/shown"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Explore adds an exploration to the run: random sequences of commands, each answer compared with a small reference model.
// Disagreements are shrunk to the few commands that matter.
func Explore() Option { return func(o *options) { o.explore = true } }

// Rounds is how many sequences are explored, and how many histories recorded; 0 for a default of each.
func Rounds(n int) Option { return func(o *options) { o.rounds = n } }

// runExploration plays random sequences.
func (r *runner) runExploration(ctx context.Context, d contract.Dialect) *report.Exploration {
	switch {
	case !r.options.explore:
		return nil
	}
	result, err := r.model.Explore(ctx, r.run, explore.Plan{Seed: r.options.seed, Rounds: r.options.rounds, Dialect: d, Ignore: r.known})
	if err != nil {
		return &report.Exploration{Stopped: r.run.Redactor.Text(err.Error()), Findings: []report.Sequence{}}
	}
	return r.explorationReport(ctx, d, result)
}

// beyond reports whether the run goes beyond one check per sentence.
func (o options) beyond() bool { return o.explore || o.concurrent }

// observed asks the open questions that the model depends on once more, one after the other: checks that run side by side may
// have disturbed the first answers.
func (r *runner) observed(ctx context.Context) contract.Dialect {
	d := contract.Dialect{}
	for i := range r.catalog.Probes {
		p := &r.catalog.Probes[i]
		if slices.Contains(r.target.Unclaimed, p.Question.Group()) || !slices.Contains(r.model.Asks(), p.Question) {
			continue
		}
		if q := r.probe(ctx, p); q.Answer != "" {
			d[q.ID] = q.Answer
		}
	}
	return d
}

// known reports whether the baseline has a requirement: it need not be found again.
func (r *runner) known(requirement *contract.Requirement) bool {
	result := report.Result{Requirement: requirement.ID}
	r.options.baseline.mark(&result, r.started)
	return result.Known != nil
}

func (r *runner) explorationReport(ctx context.Context, d contract.Dialect, x *explore.Result) *report.Exploration {
	out := &report.Exploration{
		Rounds: x.Rounds, Replays: x.Replays, Commands: x.Commands, Gaps: r.clean(x.Gaps), Findings: []report.Sequence{},
	}
	if x.Stopped != nil {
		out.Stopped = r.run.Redactor.Text(x.Stopped.Error())
	}
	for i := range x.Findings {
		f := &x.Findings[i]
		s := r.sequence(f)
		if f.Violation.Requirement == nil && f.Confirmed {
			r.attribute(ctx, d, f, &s)
		}
		out.Findings = append(out.Findings, s)
	}
	return out
}

// attribute looks whether a disagreement that no sentence covers is another answer to an open question than the one observed: the same
// sequence agrees with the model when that answer is taken for the target's.
func (r *runner) attribute(ctx context.Context, d contract.Dialect, f *explore.Finding, s *report.Sequence) {
	for _, q := range r.model.Asks() {
		said := d[q.ID]
		if said == "" {
			said = q.Default()
		}
		for _, answer := range q.Answers {
			if answer.Name == said {
				continue
			}
			other := maps.Clone(d)
			other[q.ID] = answer.Name
			if again, err := r.model.Replay(ctx, r.run, other, f.Commands); err == nil && again == nil {
				s.Question = q.ID
				s.Text = fmt.Sprintf("The documents leave this open: %s The target answered %q when it was asked, and here it does %q.", q.Text, said, answer.Name)
				return
			}
		}
	}
}

// noSentence is what stands where a requirement would.
const noSentence = "No sentence of the documents covers this; the target answers otherwise than it did when it was asked before, or than the rest of the contract lets one expect."

// sequence copies a finding into the report.
func (r *runner) sequence(f *explore.Finding) report.Sequence {
	v := f.Violation
	out := report.Sequence{
		Text: noSentence, Outcome: report.Warn,
		Want: r.run.Redactor.Text(v.Want), Got: r.run.Redactor.Text(v.Got),
		From: f.From, Round: f.Round, Exchanges: transcript(r.run.Redactor, f.Exchanges),
	}
	for _, c := range f.Commands {
		out.Commands = append(out.Commands, c.String())
	}
	for _, r := range f.Also {
		if r != nil {
			out.Also = append(out.Also, r.ID)
		}
	}
	if v.Requirement != nil {
		out.Requirement, out.Level, out.Text = v.Requirement.ID, string(v.Requirement.Level), v.Requirement.Text
		out.Outcome = violated(out.Level)
	}
	if !f.Confirmed {
		out.Outcome, out.Reason = report.Unverified, "it showed once and not again on a fresh world"
	}
	out.Script = report.Script(r.run.Redactor.Text(r.target.URL), out.Exchanges)
	out.GoTest = r.run.Redactor.Text(r.target.goTest(&out))
	return out
}

// goTest is a test that plays a sequence again.
func (t Target) goTest(s *report.Sequence) string {
	var b strings.Builder
	fmt.Fprintf(&b, "// TestSequence wants %s, and got %s when it was found.\n", shown.Line(s.Want), shown.Line(s.Got))
	fmt.Fprintf(&b, "func TestSequence(t *testing.T) {\n\tconformance.TestSequence(t, conformance.Target{\n")
	fmt.Fprintf(&b, "\t\tAPI: %q, URL: os.Getenv(\"UNDERSTUDY_URL\"), Token: os.Getenv(\"UNDERSTUDY_TOKEN\"), Mode: %q,\n", t.API, t.Mode)
	fmt.Fprintf(&b, "\t\tStates: %s,\n\t}, %s)\n}\n", t.States.literal(), shown.Go("\n"+strings.Join(s.Commands, "\n")+"\n"))
	return b.String()
}

// literal is the way to the states as Go.
func (s States) literal() string {
	var members []string
	if s.URL != "" {
		members = append(members, "URL: "+strconv.Quote(s.URL))
	}
	if len(s.Command) > 0 {
		members = append(members, fmt.Sprintf("Command: %#v", s.Command))
	}
	if len(s.Hooks) > 0 {
		members = append(members, fmt.Sprintf("Hooks: %#v", s.Hooks))
	}
	return "conformance.States{" + strings.Join(members, ", ") + "}"
}

// TestSequence plays a sequence of commands, written as an exploration reports it, and fails the test when an answer disagrees with
// the model.
func TestSequence(t *testing.T, target Target, sequence string, opts ...Option) {
	t.Helper()
	commands, err := explore.Parse(sequence)
	if err != nil {
		t.Fatalf("sequence: %v", err)
	}
	finding, err := playSequence(t.Context(), target, commands, newOptions(opts))
	switch {
	case err != nil:
		t.Fatal(err)
	case finding != nil:
		t.Errorf("after %d commands: want %s\ngot  %s", len(finding.Commands), finding.Violation.Want, finding.Violation.Got)
	}
}

func playSequence(ctx context.Context, target Target, commands []explore.Command, o options) (*explore.Finding, error) {
	o.explore = true
	r, err := open(ctx, target, o)
	if err != nil {
		return nil, err
	}
	defer r.run.Close()
	if err := r.enter(ctx); err != nil {
		return nil, err
	}
	defer r.logOut(ctx)
	return r.model.Replay(ctx, r.run, r.observed(ctx), commands)
}
