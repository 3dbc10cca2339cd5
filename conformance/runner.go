package conformance

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// attempts is how often a check is arranged afresh because connections die under it.
const attempts = 8

// runner is one run against one target.
type runner struct {
	options  options
	target   Target
	catalog  *suite.Catalog
	document *suite.Document
	model    history.Model // nil for an API that has none
	run      *suite.Run
	started  time.Time
	down     error // why the target cannot be reached at all
	required requirement
	adapts   bool                // how many checks run at a time is for the run to find out
	logins   int                 // tokens that the run took
	costs    map[string]priority // of the checks, as far as they are known
	// priorities are the costs when the requests are counted, nil otherwise.
	priorities map[string]priority

	// turn lets the checks that must be alone wait until they are.
	turn sync.RWMutex

	mu sync.Mutex
	// beside are findings that are not of a requirement's own check: what the OpenAPI document has against answers to any check, and what
	// was found when open questions were asked.
	beside map[*contract.Requirement][]report.Finding
}

// fits reports what the target and the options name that the API does not have.
func fits(t Target, o options, api *contract.API) error {
	if err := t.claims(api); err != nil {
		return err
	}
	if err := o.baseline.check(api); err != nil {
		return err
	}
	return o.selectsAny(api)
}

// open prepares a run. Its errors are the user's to correct.
func open(ctx context.Context, t Target, o options) (*runner, error) {
	c, err := o.catalog(t.API)
	if err != nil {
		return nil, err
	}
	given := t.Workers > 0
	if t, err = t.complete(c.Delivers); err != nil {
		return nil, err
	}
	if err := errors.Join(t.lends(c), fits(t, o, c.API)); err != nil {
		return nil, err
	}
	if o.runID == "" {
		o.runID = suite.NewRunID()
	}
	if err := suite.CheckRunID(o.runID); err != nil {
		return nil, configError("%w", err)
	}
	document, err := suite.ParseDocument(c.API.Document)
	if err != nil {
		return nil, err
	}
	r := &runner{options: o, target: t, catalog: c, started: time.Now(), beside: map[*contract.Requirement][]report.Finding{}}
	if err := t.endsBefore(document, c.API); err != nil {
		return nil, err
	}
	r.document, r.adapts = document, !given && t.Workers == workersNear
	if r.required, err = o.required(t, c.API); err != nil {
		return nil, err
	}
	if r.costs, err = priorities(c.API.Name); err != nil {
		return nil, err
	}
	if t.MaxRequests > 0 {
		r.priorities = r.costs
	}
	if r.model, _ = c.Model.(history.Model); r.model == nil && o.beyond() {
		return nil, configError("api %s has no model to explore it with, or to judge histories by; its catalog may bring one that history.Of makes", c.API.Name)
	}
	r.run = suite.NewRun(r.config(), document)
	if o.transport == nil {
		r.down = reachable(ctx, t.URL)
	}
	return r, nil
}

func (r *runner) config() suite.Config {
	t := r.target
	c := suite.Config{
		BaseURL: t.URL, Token: t.Token, Mode: t.Mode,
		States: r.states(), Effect: r.catalog.Effect, Accepted: r.catalog.Accepted, Neutral: r.catalog.Neutral, Gives: r.catalog.Gives, Lent: r.catalog.Lent,
		Seed: r.options.seed, RunID: r.options.runID, Version: Version(),
		Workers: t.Workers, Rate: t.Rate, MaxRequests: t.MaxRequests, Timeout: t.Timeout,
		Consistency: suite.Consistency(t.Consistency),
		Login:       suite.Login(t.Login),
		Receiver:    t.Receiver.config(),
		Transport:   r.options.transport,
		Notice:      r.options.notice,
	}
	c.Receiver.Listener = r.options.listener
	if r.options.replay != nil {
		c.Wait, c.Settled = noWait, r.options.replay.settled
	}
	return c
}

// offers are the ways of setting states up that somebody programmed.
func (r *runner) offers(extra map[string]any) []suite.Provider {
	s := r.target.States
	var all []suite.Provider
	if s.URL != "" {
		all = append(all, &suite.StateURL{URL: s.URL, Headers: s.Headers, Extra: extra})
	}
	if len(s.Command) > 0 {
		all = append(all, &suite.Command{Args: s.Command, Extra: extra})
	}
	return all
}

// offered are the same in one, nil for none.
func (r *runner) offered() suite.Provider {
	if all := r.offers(r.extra()); len(all) > 0 {
		return suite.FirstOf(all...)
	}
	return nil
}

// extra goes into the params of every state.
func (r *runner) extra() map[string]any {
	if r.target.States.Params != nil {
		return r.target.States.Params
	}
	return map[string]any{"token": r.target.Token}
}

// states lines up the ways of setting up states that the target offers, the most capable first.
func (r *runner) states() suite.Provider {
	s := r.target.States
	extra := r.extra()
	all := r.offers(extra)
	if r.options.replay != nil {
		all = append([]suite.Provider{r.options.replay}, all...)
	}
	if s.lend() && r.catalog.Lend != nil {
		all = append(all, r.catalog.Lend(s.loan()))
	}
	if len(all) == 0 {
		return nil
	}
	return suite.FirstOf(all...)
}

func (s States) lend() bool { return len(s.Hooks)+len(s.Requests)+len(s.Definitions) > 0 }

func (s States) loan() suite.Loan {
	l := suite.Loan{IDs: s.Requests, Groups: s.Definitions}
	for _, h := range s.Hooks {
		l.IDs = append(l.IDs, h.ID)
		l.URLs = append(l.URLs, h.URL)
	}
	return l
}

// check runs one check and says what became of it.
func (r *runner) check(ctx context.Context, c *suite.Check) report.Result {
	result := describe(c.Requirement)
	if outcome, reason := r.without(c); outcome != "" {
		result.Outcome, result.Reason = outcome, reason
		return result
	}
	begun := time.Now()
	s, err := r.verify(ctx, c)
	if s == nil {
		result.Outcome, result.Reason = judge(c.Requirement, err)
		return result
	}
	result.Attempts, result.Listened = s.Attempts(), s.Listened()
	result.Seconds = time.Since(begun).Seconds()
	result.Outcome, result.Reason = judge(c.Requirement, cutOff(ctx, err))
	result.Reason = r.run.Redactor.Text(result.Reason)
	result.Findings = findings(r.run.Redactor, err)
	result.Exchanges = transcriptTo(cmp.Or(r.options.answers, longest), r.run.Redactor, s.Exchanges())
	r.note(s.Exchanges())
	return result
}

// verify runs a check when its turn has come. Without a session, the error says why it was not run.
func (r *runner) verify(ctx context.Context, c *suite.Check) (*suite.Session, error) {
	first := r.options.first(c.Requirement.ID)
	return r.whileAdmitted(ctx, func(offset int, alone bool) (*suite.Session, error) {
		return r.verifyOnce(ctx, c, first+offset, c.Alone || alone)
	})
}

func (r *runner) verifyOnce(ctx context.Context, c *suite.Check, first int, alone bool) (*suite.Session, error) {
	defer r.take(alone)()
	if err := errors.Join(ended(ctx), r.affordable(c)); err != nil {
		return nil, err
	}
	last := (first/attempts + 1) * attempts
	return r.run.Attempt(ctx, c.Requirement.ID, first, last, suite.Contrasted(c.Verify))
}

// without says why a check is not run, "" when it is.
func (r *runner) without(c *suite.Check) (report.Outcome, string) {
	switch {
	case !r.options.checks || !r.options.selects(c.Requirement.ID):
		return report.Skipped, "not selected"
	case slices.Contains(r.target.Unclaimed, c.Requirement.Group()):
		return report.NotClaimed, "the target does not claim " + c.Requirement.Group()
	case c.Untestable != "":
		return report.Untestable, c.Untestable
	default:
		return "", ""
	}
}

// take waits for the check's turn and returns what ends it.
func (r *runner) take(alone bool) (release func()) {
	if alone {
		r.turn.Lock()
		return r.turn.Unlock
	}
	r.turn.RLock()
	return r.turn.RUnlock
}

// note keeps what the OpenAPI document has against the exchanges, for the requirement that speaks of it.
func (r *runner) note(exchanges []*suite.Exchange) {
	for _, e := range exchanges {
		if e.Schema == nil {
			continue
		}
		requirement := r.catalog.Schema[e.Operation]
		if e.Refused() {
			requirement = r.catalog.ErrorSchema
		}
		if requirement != nil {
			r.find(requirement, schemaFinding(r.run.Redactor, e))
		}
	}
}

// mostBeside is enough to see what is wrong: the same fault tends to show in every answer.
const mostBeside = 3

// find keeps a finding that is not of the requirement's own check.
func (r *runner) find(requirement *contract.Requirement, f report.Finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.beside[requirement]) < mostBeside {
		r.beside[requirement] = append(r.beside[requirement], f)
	}
}

// documentWanted is what such a finding says that it wanted.
const documentWanted = "an answer that follows the OpenAPI document"

// isBeside reports whether a finding is not of the requirement's own check.
func isBeside(f report.Finding) bool { return f.Want == documentWanted || f.Question != "" }

func schemaFinding(redactor *suite.Redactor, e *suite.Exchange) report.Finding {
	return report.Finding{
		Want:     documentWanted,
		Got:      redactor.Text(e.Schema.Error()),
		Exchange: redacted(redactor, e),
	}
}

// withBeside adds what was found beside the checks to the results that speak of it.
func (r *runner) withBeside(results []report.Result) {
	for i := range results {
		result := &results[i]
		found := r.beside[r.catalog.API.Requirement(result.Requirement)]
		if len(found) == 0 || result.Outcome == report.Skipped || result.Outcome == report.NotClaimed {
			continue
		}
		result.Findings = append(slices.DeleteFunc(result.Findings, isBeside), found...)
		result.Reason = ""
		result.Outcome = violated(result.Level)
	}
}

func violated(level string) report.Outcome {
	if level == string(contract.Must) {
		return report.Fail
	}
	return report.Warn
}

// report sums the run up.
func (r *runner) report(ctx context.Context, results []report.Result, questions []report.Question, x *report.Exploration, h *report.History) *report.Report {
	r.withBeside(results)
	for i := range results {
		r.options.baseline.mark(&results[i], r.started)
		r.required.mark(&results[i])
	}
	sum := sha256.Sum256(r.catalog.API.Document)
	out := &report.Report{
		API: r.catalog.API.Name, Title: r.catalog.API.Title, Target: r.run.Redactor.Text(r.target.URL), Mode: string(r.target.Mode),
		Settings: r.settings(), Seed: r.options.seed, RunID: r.options.runID, Version: Version(), Document: hex.EncodeToString(sum[:]),
		Started: r.started.UTC(), Seconds: time.Since(r.started).Seconds(),
		Requests: r.run.Requests(), SetupRequests: r.run.SetupRequests(), Throttled: throttled(r.run.Throttled()),
		Results: results, Least: r.required.least, Questions: questions, Exploration: x, History: h, Baseline: r.options.baseline.name(), Interrupted: ctx.Err() != nil, Ended: r.ended(ctx), Left: r.clean(r.run.Left()), Uncertain: r.clean(r.run.Uncertain()),
	}
	out.Conclude()
	return out
}

func throttled(t suite.Throttled) *report.Throttled {
	if t.Answers == 0 {
		return nil
	}
	return &report.Throttled{Answers: t.Answers, Seconds: t.Waited.Seconds()}
}

// ended is why the run asked no more before it had asked everything, "" where that is not so.
func (r *runner) ended(ctx context.Context) string {
	var late *deadlineError
	switch {
	case errors.As(context.Cause(ctx), &late):
		return late.Error()
	case ctx.Err() != nil:
		return errInterrupted.Error()
	case r.run.GivenUp() != nil:
		return r.run.Redactor.Text(r.run.GivenUp().Error())
	}
	return ""
}

func (r *runner) settings() report.Settings {
	s := report.Settings{Consistency: report.Consistency(r.target.Consistency)}
	for _, h := range r.target.States.Hooks {
		s.Hooks = append(s.Hooks, report.Hook(h))
	}
	return s
}

// clean blots secrets out of every text.
func (r *runner) clean(texts []string) []string {
	var all []string
	for _, what := range texts {
		all = append(all, r.run.Redactor.Text(what))
	}
	return all
}
