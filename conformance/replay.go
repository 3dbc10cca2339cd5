package conformance

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Replay judges a recorded run again, offline: every check runs on the exchanges that the report holds instead of on the
// target. What a check would have to send and the report does not hold makes it an error.
//
// Results without exchanges are taken over as they are, and so are those for which the run listened for deliveries: what did
// not come is in no exchange. So are those with an answer that was too long to be recorded whole.
func Replay(ctx context.Context, recorded *report.Report, opts ...Option) (*report.Report, error) {
	tape := newTape(recorded)
	target := Target{API: recorded.API, URL: recorded.Target, Token: suite.Redacted, Mode: suite.Mode(recorded.Mode), Workers: 1, Consistency: Consistency(recorded.Settings.Consistency)}
	for _, h := range recorded.Settings.Hooks {
		target.States.Hooks = append(target.States.Hooks, Hook(h))
	}
	if err := suite.CheckRunID(recorded.RunID); err != nil {
		return nil, configError("this report cannot be judged again: %w", err)
	}
	o := newOptions(append(opts, Seed(recorded.Seed), RunID(recorded.RunID), Transport(tape)))
	o.replay = tape
	r, err := open(ctx, target, o)
	if err != nil {
		return nil, err
	}
	return r.rejudge(ctx, recorded), nil
}

// rejudge runs the checks whose exchanges are recorded.
func (r *runner) rejudge(ctx context.Context, recorded *report.Report) *report.Report {
	again := *recorded
	again.Results = slices.Clone(recorded.Results)
	for i := range again.Results {
		result := &again.Results[i]
		r.findAgain(result)
		if c := r.catalog.Check(result.Requirement); c != nil && replayable(result) {
			fresh := r.check(ctx, c)
			fresh.Known, fresh.Stale, fresh.Seconds = result.Known, result.Known != nil && fresh.Outcome == report.Pass, result.Seconds
			*result = fresh
		} else {
			r.noteRecorded(result.Exchanges)
		}
	}
	for i := range recorded.Questions {
		r.noteRecorded(recorded.Questions[i].Exchanges)
	}
	r.withBeside(again.Results)
	again.Conclude()
	return &again
}

// findAgain takes over what was found when open questions were asked: no check sends that again.
func (r *runner) findAgain(result *report.Result) {
	for _, f := range result.Findings {
		if f.Question != "" {
			r.find(r.catalog.API.Requirement(result.Requirement), f)
		}
	}
}

// replayable reports whether a result rests on exchanges that a tape can give again.
func replayable(r *report.Result) bool {
	return len(r.Exchanges) > 0 && !r.Listened && !slices.ContainsFunc(r.Exchanges, func(e report.Exchange) bool { return e.Cut })
}

// noteRecorded holds recorded exchanges against the OpenAPI document.
func (r *runner) noteRecorded(exchanges []report.Exchange) {
	for i := range exchanges {
		if exchanges[i].Cut {
			continue
		}
		e := recordedExchange(&exchanges[i])
		e.Schema = r.document.Validate(context.Background(), e)
		r.note([]*suite.Exchange{e})
	}
}

func recordedExchange(e *report.Exchange) *suite.Exchange {
	out := &suite.Exchange{
		Operation: e.Operation, Setup: e.Setup, Method: e.Method, URL: e.URL, Body: []byte(e.Body),
		Status: e.Status, ResponseHeader: http.Header{}, ResponseBody: []byte(e.ResponseBody), At: e.At,
	}
	for name, value := range e.ResponseHeader {
		out.ResponseHeader.Set(name, value)
	}
	if e.Err != "" {
		out.Err = suite.Failure(e.Failure).Again(e.Err)
	}
	return out
}

// tape answers the requests of each check with what a report recorded, in the order of the record.
type tape struct {
	mu       sync.Mutex
	left     map[string][]*report.Exchange // by requirement id
	ended    map[string]int                // searches that ended with the last exchange taken
	attempts map[string]int
	redactor suite.Redactor
}

func newTape(r *report.Report) *tape {
	t := &tape{left: map[string][]*report.Exchange{}, ended: map[string]int{}, attempts: map[string]int{}}
	for i := range r.Results {
		result := &r.Results[i]
		t.attempts[result.Requirement] = max(result.Attempts-1, 0)
		for j := range result.Exchanges {
			if e := &result.Exchanges[j]; !e.Setup || !suite.TearsDown([]byte(e.Body)) {
				t.left[result.Requirement] = append(t.left[result.Requirement], e)
			}
		}
	}
	return t
}

// byCheck reads the requirement out of a User-Agent.
var byCheck = lazyregexp.New(`\((.+)\)$`)

// RoundTrip answers a request of a check.
func (t *tape) RoundTrip(r *http.Request) (*http.Response, error) {
	data, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	named := byCheck().FindStringSubmatch(r.UserAgent())
	if named == nil {
		return nil, fmt.Errorf("a replay takes the check from the User-Agent, and %q names none", r.UserAgent())
	}
	e := t.take(named[1], func(e *report.Exchange) bool {
		return !e.Setup && e.Method == r.Method && e.URL == t.redactor.Text(r.URL.String()) && e.Body == t.redactor.Text(body(longest, data))
	})
	if e == nil {
		return nil, fmt.Errorf("%w: %s %s", suite.ErrRecordEnds, r.Method, r.URL)
	}
	if e.Err != "" {
		return nil, suite.Failure(e.Failure).Again(e.Err)
	}
	answer := recordedExchange(e)
	return &http.Response{StatusCode: e.Status, Header: answer.ResponseHeader, Body: io.NopCloser(strings.NewReader(e.ResponseBody)), Request: r}, nil
}

// take uses up the next exchange of a check, if it fits.
func (t *tape) take(id string, fits func(*report.Exchange) bool) *report.Exchange {
	t.mu.Lock()
	defer t.mu.Unlock()
	left := t.left[id]
	if len(left) == 0 || !fits(left[0]) {
		return nil
	}
	t.left[id] = left[1:]
	t.ended[id] = left[0].Settled
	return left[0]
}

// settled reports whether one more search of a check ended with the last exchange taken.
func (t *tape) settled(id string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended[id]--
	return t.ended[id] >= 0
}

// Setup answers a change of state with what was recorded.
func (t *tape) Setup(_ context.Context, s *suite.Session, name string, params map[string]any) (*suite.State, error) {
	fits := func(e *report.Exchange) bool { return e.Setup && suite.SetsUp([]byte(e.Body), name) }
	e := t.take(s.ID(), fits)
	for e != nil && (e.Failure == string(suite.NotSent) || e.Status == http.StatusTooManyRequests) {
		e = t.take(s.ID(), fits) // the provider was asked again
	}
	if e == nil {
		return nil, &suite.Unavailable{State: name, Reason: "it was not available when the run was recorded", Unknown: true}
	}
	return suite.RecordedState(name, params, recordedExchange(e))
}

// noWait lets a replay go on at once.
func noWait(ctx context.Context, _ time.Duration) error { return ctx.Err() }
