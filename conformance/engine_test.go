package conformance

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const tinyDocument = `{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {/x: {get: {operationId: getX, responses: {"200": {description: ok,
  content: {application/json: {schema: {type: object, properties: {n: {type: integer}}}}}}}}}}}`

// tiny is an API of one MUST and one SHOULD, whose checks do as they are told.
func tiny(must, should func(context.Context, *suite.Session) error) *suite.Catalog {
	m := &contract.Requirement{ID: "tiny/x/must", Operation: "getX", Level: contract.Must, Text: "It MUST."}
	s := &contract.Requirement{ID: "tiny/x/should", Operation: "getX", Level: contract.Should, Text: "It SHOULD."}
	return &suite.Catalog{
		API:    &contract.API{Name: "tiny", Document: []byte(tinyDocument), Requirements: []*contract.Requirement{m, s}},
		Checks: []suite.Check{{Requirement: m, Verify: must}, {Requirement: s, Verify: should}},
		Schema: map[string]*contract.Requirement{"getX": m},
	}
}

func pass(context.Context, *suite.Session) error { return nil }

func failing(err error) func(context.Context, *suite.Session) error {
	return func(context.Context, *suite.Session) error { return err }
}

// runTiny runs the checks against a server that answers body.
func runTiny(t *testing.T, c *suite.Catalog, body string, o ...Option) *report.Report {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(s.Close)
	r, err := open(t.Context(), Target{API: "tiny", URL: s.URL}, newOptions(append(o, Catalogs(c))))
	if err != nil {
		t.Fatal(err)
	}
	return r.everything(t.Context())
}

func TestOutcomes(t *testing.T) {
	violation := &suite.Violation{Want: "a", Got: "b"}
	missing := &suite.Unavailable{State: "a hook", Reason: "none"}
	for name, c := range map[string]struct {
		must, should error
		outcome      [2]report.Outcome
		verdict      report.Verdict
	}{
		"all green":                 {nil, nil, [2]report.Outcome{report.Pass, report.Pass}, report.Conforms},
		"must violated":             {violation, nil, [2]report.Outcome{report.Fail, report.Pass}, report.Violates},
		"should violated":           {nil, violation, [2]report.Outcome{report.Pass, report.Warn}, report.Conforms},
		"violation in joined":       {errors.Join(missing, violation), nil, [2]report.Outcome{report.Fail, report.Pass}, report.Violates},
		"state missing":             {missing, nil, [2]report.Outcome{report.Unverified, report.Pass}, report.Conforms},
		"nothing compared":          {missing, missing, [2]report.Outcome{report.Unverified, report.Unverified}, report.Unmeasured},
		"set-up error is no defect": {errors.New("the provider broke"), nil, [2]report.Outcome{report.Error, report.Pass}, report.Unmeasured},
		"budget spent":              {suite.ErrBudget, nil, [2]report.Outcome{report.Unverified, report.Pass}, report.Conforms},
		"connection kept dying":     {&suite.Interrupted{Exchange: &suite.Exchange{}, Err: errors.New("reset")}, nil, [2]report.Outcome{report.Unverified, report.Pass}, report.Conforms},
		"violation beats error":     {violation, errors.New("broke"), [2]report.Outcome{report.Fail, report.Error}, report.Violates},
	} {
		t.Run(name, func(t *testing.T) {
			r := runTiny(t, tiny(failing(c.must), failing(c.should)), `{}`)
			got := [2]report.Outcome{r.Results[0].Outcome, r.Results[1].Outcome}
			if got != c.outcome || r.Verdict != c.verdict {
				t.Errorf("want %v and %s, got %v and %s %s", c.outcome, c.verdict, got, r.Verdict, r.Why)
			}
		})
	}
}

func TestAPanicIsAnErrorOfTheSuite(t *testing.T) {
	c := tiny(func(context.Context, *suite.Session) error { panic("oops") }, pass)
	r := runTiny(t, c, `{}`)
	if r.Results[0].Outcome != report.Error || !strings.Contains(r.Results[0].Reason, "oops") {
		t.Errorf("%s %q", r.Results[0].Outcome, r.Results[0].Reason)
	}
}

// ask sends the one request of the tiny API.
func ask(ctx context.Context, s *suite.Session) error {
	_, err := s.Do(ctx, &suite.Request{Operation: "getX", Method: http.MethodGet, Path: "/x"})
	return err
}

func TestAnAnswerAgainstTheDocumentFailsTheRequirementThatSpeaksOfIt(t *testing.T) {
	r := runTiny(t, tiny(pass, ask), `{"n":"one"}`)
	if r.Results[0].Outcome != report.Fail || r.Results[1].Outcome != report.Pass {
		t.Fatalf("%+v", r.Results)
	}
	if got := r.Results[0].Findings[0].Got; !strings.Contains(got, "/n") || !strings.Contains(got, "integer") {
		t.Errorf("the finding does not say what is wrong: %s", got)
	}
}

func TestABaselineExpectsItsFailures(t *testing.T) {
	violation := &suite.Violation{Want: "a", Got: "b"}
	known := func(expires string) *Baseline {
		return &Baseline{Known: []KnownFailure{{Requirement: "tiny/x/must", Reason: "ticket 7", Expires: expires}}}
	}
	for name, c := range map[string]struct {
		must     error
		baseline *Baseline
		verdict  report.Verdict
	}{
		"still fails":     {violation, known(""), report.Conforms},
		"passes now":      {nil, known(""), report.Violates},
		"expired":         {violation, known("2020-01-01"), report.Violates},
		"not yet expired": {violation, known("9999-01-01"), report.Conforms},
	} {
		t.Run(name, func(t *testing.T) {
			r := runTiny(t, tiny(failing(c.must), pass), `{}`, Known(c.baseline))
			if r.Verdict != c.verdict {
				t.Errorf("want %s, got %s %s", c.verdict, r.Verdict, r.Why)
			}
		})
	}
}

func TestABaselineIsChecked(t *testing.T) {
	for name, k := range map[string]KnownFailure{
		"no requirement":                 {Requirement: "tiny/x/gone", Reason: "r"},
		"known[0].reason: it is missing": {Requirement: "tiny/x/must"},
		"want a date such as":            {Requirement: "tiny/x/must", Reason: "r", Expires: "soon"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := open(t.Context(), Target{API: "tiny", URL: "http://127.0.0.1:1"}, newOptions([]Option{Catalogs(tiny(pass, pass)), Known(&Baseline{Known: []KnownFailure{k}})}))
			if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), name) {
				t.Errorf("got %v", err)
			}
		})
	}
}
