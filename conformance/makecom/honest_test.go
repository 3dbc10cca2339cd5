package makecom_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
)

// target serves a handler that has the alternative's addresses, and describes it as a target.
func target(t *testing.T, h http.Handler) conformance.Target {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return conformance.Target{
		API: "makecom", URL: s.URL + "/api/v2", Token: "demo",
		States: conformance.States{URL: s.URL + "/states"},
	}
}

func verify(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), target, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAnHonestServerPasses(t *testing.T) {
	r := verify(t, target(t, server.New(server.Options{})))
	for _, result := range r.Results {
		if result.Outcome != report.Pass {
			t.Errorf("%s: %s %s %+v", result.Requirement, result.Outcome, result.Reason, result.Findings)
		}
	}
	for _, q := range r.Questions {
		if q.Answer == "" {
			t.Errorf("%s: no answer: %s", q.ID, q.Observed)
		}
	}
	if r.Verdict != report.Conforms || r.Requests == 0 || r.Requests > 685 {
		t.Errorf("verdict %s after %d requests", r.Verdict, r.Requests)
	}
}

func TestEveryRequirementHasOneCheck(t *testing.T) {
	conformance.Test(t, target(t, server.New(server.Options{})))
}

func TestTheAlternativesDefectsAreCaught(t *testing.T) {
	for _, broken := range server.Defects() {
		if !strings.HasPrefix(broken.Violates, "makecom/") {
			continue
		}
		t.Run(string(broken.Defect), func(t *testing.T) {
			r := verify(t, target(t, server.New(server.Options{Defect: broken.Defect})), conformance.OnlyChecks())
			if got := outcome(t, r, broken.Violates); got.Outcome != report.Fail {
				t.Errorf("%s: %s", broken.Violates, got.Outcome)
			}
		})
	}
}

// outcome finds one result.
func outcome(t *testing.T, r *report.Report, id string) *report.Result {
	t.Helper()
	for i := range r.Results {
		if r.Results[i].Requirement == id {
			return &r.Results[i]
		}
	}
	t.Fatalf("the report has no %s", id)
	return nil
}
