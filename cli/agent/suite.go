package agent

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
)

const (
	// mostFindings is how many results are listed at once.
	mostFindings = 10
	// mostLeft is how much of what is left behind is listed; the report has all.
	mostLeft = 20
	// mostReports is how many runs are kept for findings and as resources.
	mostReports = 8
)

// reports are the latest runs.
type reports struct {
	mu  sync.Mutex
	all []*report.Report
}

func (r *reports) keep(run *report.Report) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = append(r.all, run)
	if extra := len(r.all) - mostReports; extra > 0 {
		r.all = append([]*report.Report(nil), r.all[extra:]...)
	}
}

func (r *reports) run(id string) (*report.Report, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, run := range r.all {
		if run.RunID == id {
			return run, nil
		}
	}
	return nil, fmt.Errorf("run: there is no %q (any more; the latest %d are kept); call verify", id, mostReports)
}

type verifyIn struct {
	API          string            `json:"api" jsonschema:"name of the API"`
	URL          string            `json:"url,omitempty" jsonschema:"base URL of the target; absent: the mock itself, in a world of its own"`
	Token        string            `json:"token,omitempty" jsonschema:"credential that may read and write"`
	Anonymous    bool              `json:"anonymous,omitempty" jsonschema:"the target wants no credential"`
	StateURL     string            `json:"stateUrl,omitempty" jsonschema:"the target's provider-state URL; without one, what needs a state is unverified"`
	StateHeaders map[string]string `json:"stateHeaders,omitempty" jsonschema:"headers sent to stateUrl, such as its credential; the mock's own gets its control token"`
	Mode         string            `json:"mode,omitempty" jsonschema:"read-only, owned or disposable; absent: owned on loopback, read-only beyond"`
	Run          string            `json:"run,omitempty" jsonschema:"regular expression of the ids to check; absent: all"`
	Seed         uint64            `json:"seed,omitempty" jsonschema:"seed of the choices and shapes of what is sent; absent: 1"`
}

type verifyOut struct {
	Run      string            `json:"run" jsonschema:"id of the run, for findings and for the resource of its report"`
	Verdict  string            `json:"verdict" jsonschema:"conforms, violates, unmeasured or left-behind"`
	Why      string            `json:"why,omitempty"`
	Outcomes map[string]int    `json:"outcomes"`
	Answers  map[string]string `json:"answers" jsonschema:"how the target answers the open questions"`
	Left     []string          `json:"left,omitempty" jsonschema:"what could not be removed, the first of it; the report has all"`
	findingsOut
}

type findingsIn struct {
	Run     string `json:"run" jsonschema:"id of a run of verify"`
	Outcome string `json:"outcome,omitempty" jsonschema:"fail, warn, unverified, error, pass and so on; absent: fail, warn and error"`
	Offset  int    `json:"offset,omitempty" jsonschema:"how many to pass over"`
}

type findingsOut struct {
	Findings []finding `json:"findings"`
	Found    int       `json:"found" jsonschema:"how many there are in all"`
}

type finding struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
	Text    string `json:"text" jsonschema:"the sentence"`
	Reason  string `json:"reason,omitempty"`
	Want    string `json:"want,omitempty"`
	Got     string `json:"got,omitempty"`
	Request string `json:"request,omitempty" jsonschema:"the request that shows it"`
}

func (s *server) addSuiteTools(to *mcp.Server) {
	addTool(s, to, &mcp.Tool{
		Name: verifyTool,
		Description: "Hold an implementation to the contract: a check per requirement and a probe per open question. " +
			"It changes only what it made itself, and removes it again. What cannot be brought about is unverified, neither right nor wrong.",
	}, s.verify)
	addTool(s, to, &mcp.Tool{
		Name:        "findings",
		Description: fmt.Sprintf("List what a run of verify found, %d results at a time.", mostFindings),
		Annotations: &mcp.ToolAnnotations{ReadOnlyHint: true},
	}, s.findings)
}

func (s *server) verify(ctx context.Context, call *mcp.CallToolRequest, in verifyIn) (*mcp.CallToolResult, verifyOut, error) {
	target, err := s.target(in)
	if err != nil {
		return nil, verifyOut{}, err
	}
	checks, done := s.checks(in.API), 0
	going := follow(ctx, call, checks, "looking at the target")
	defer going.stop()
	step := func(r *report.Result) {
		done++
		going.reached(done, fmt.Sprintf("%s: %s", r.Requirement, r.Outcome))
	}
	options := []conformance.Option{conformance.Catalogs(s.Catalogs...), conformance.Seed(max(in.Seed, 1))}
	if in.Run != "" {
		pattern, err := regexp.Compile(in.Run)
		if err != nil {
			return nil, verifyOut{}, fmt.Errorf("run: %w", err)
		}
		options = append(options, conformance.Select(pattern))
	}
	r, err := conformance.Run(ctx, target, append(options, conformance.Progress(step))...)
	if err != nil {
		return nil, verifyOut{}, errors.New(s.named(err.Error()))
	}
	s.reports.keep(r)
	return nil, s.summary(r), nil
}

// checks is how many an API has.
func (s *server) checks(api string) int {
	for _, c := range s.Catalogs {
		if c.API.Name == api {
			return len(c.Checks)
		}
	}
	return 0
}

func (s *server) target(in verifyIn) (conformance.Target, error) {
	api, err := s.api(in.API)
	if err != nil {
		return conformance.Target{}, err
	}
	t := conformance.Target{API: in.API, URL: in.URL, Token: in.Token, Anonymous: in.Anonymous, Mode: suite.Mode(in.Mode), States: conformance.States{URL: in.StateURL, Headers: in.StateHeaders}}
	if in.URL == "" {
		t.URL, t.Token = s.Origin+api.Contract.BasePath, cmp.Or(in.Token, "verify")
		t.States.URL = cmp.Or(in.StateURL, s.Control+"/provider-states")
	}
	if s.ControlToken != "" && t.States.URL == s.Control+"/provider-states" {
		t.States.Headers = maps.Clone(t.States.Headers)
		if t.States.Headers == nil {
			t.States.Headers = map[string]string{}
		}
		t.States.Headers["Authorization"] = "Bearer " + s.ControlToken
	}
	for _, at := range []struct{ name, address string }{{"url", t.URL}, {"stateUrl", t.States.URL}} {
		if u, err := url.Parse(at.address); at.address != "" && (err != nil || u.Host == "") {
			return t, fmt.Errorf("%s: %q is no address; give scheme and host, such as %s%s", at.name, beginning(at.address, mostCall), s.Origin, api.Contract.BasePath)
		}
		if at.address != "" && !s.Remote && !conformance.OnLoopback(at.address) {
			return t, fmt.Errorf("%s: %s is not on this machine, and this server may not call it; start understudy mcp with --remote", at.name, at.address)
		}
	}
	return t, nil
}

func (s *server) summary(r *report.Report) verifyOut {
	out := verifyOut{
		Run: r.RunID, Verdict: string(r.Verdict), Why: short(s.named(r.Why)), Left: r.Left[:min(len(r.Left), mostLeft)],
		Outcomes: map[string]int{}, Answers: map[string]string{}, findingsOut: s.list(r, "", 0),
	}
	for _, outcome := range report.Outcomes() {
		if n := r.Count(outcome); n > 0 {
			out.Outcomes[string(outcome)] = n
		}
	}
	for i := range r.Questions {
		if q := &r.Questions[i]; q.Answer != "" {
			out.Answers[q.ID] = q.Answer
		}
	}
	return out
}

func (s *server) findings(_ context.Context, _ *mcp.CallToolRequest, in findingsIn) (*mcp.CallToolResult, findingsOut, error) {
	r, err := s.reports.run(in.Run)
	if err != nil {
		return nil, findingsOut{}, err
	}
	if in.Offset < 0 {
		return nil, findingsOut{}, fmt.Errorf("offset: must not be negative, found %d", in.Offset)
	}
	if in.Outcome != "" && !slices.Contains(report.Outcomes(), report.Outcome(in.Outcome)) {
		return nil, findingsOut{}, fmt.Errorf("outcome: there is no %q; take one of %v", in.Outcome, report.Outcomes())
	}
	return nil, s.list(r, in.Outcome, in.Offset), nil
}

// list are the results with an outcome, "" for those that somebody has to look at.
func (s *server) list(r *report.Report, outcome string, offset int) findingsOut {
	out := findingsOut{Findings: []finding{}}
	for i := range r.Results {
		result := &r.Results[i]
		bad := result.Outcome == report.Fail || result.Outcome == report.Warn || result.Outcome == report.Error
		if outcome == "" && !bad || outcome != "" && string(result.Outcome) != outcome {
			continue
		}
		if out.Found++; out.Found > offset && len(out.Findings) < mostFindings {
			out.Findings = append(out.Findings, s.found(result))
		}
	}
	return out
}

// mostText bounds each text of a finding.
const mostText = 1000

func (s *server) found(result *report.Result) finding {
	f := finding{ID: result.Requirement, Outcome: string(result.Outcome), Text: result.Text, Reason: short(s.named(result.Reason))}
	if len(result.Findings) > 0 {
		first := result.Findings[0]
		f.Want, f.Got = short(first.Want), short(first.Got)
		if x := first.Exchange; x != nil {
			f.Request = short(strings.TrimSpace(fmt.Sprintf("%s %s %s", x.Method, x.URL, x.Body)))
		}
	}
	return f
}

func short(text string) string { return beginning(text, mostText) }

// beginning is at most so many bytes of a text.
func beginning(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// reportResource is the whole report of a run.
func (s *server) reportResource(_ context.Context, uri string) ([]byte, error) {
	r, err := s.reports.run(strings.TrimPrefix(uri, reportsURI))
	if err != nil {
		return nil, errors.Join(errNoResource, err)
	}
	return json.Marshal(r)
}
