package conformance_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// recorded writes a report as JSON and reads it back.
func recorded(t *testing.T, r *report.Report) *report.Report {
	t.Helper()
	var b bytes.Buffer
	if err := r.WriteJSON(&b); err != nil {
		t.Fatal(err)
	}
	back, err := report.ReadJSON(&b)
	if err != nil {
		t.Fatal(err)
	}
	return back
}

func replay(t *testing.T, r *report.Report) *report.Report {
	t.Helper()
	again, err := conformance.Replay(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// judged are the outcomes and findings of a report.
func judged(r *report.Report) map[string][]string {
	all := map[string][]string{"verdict": {string(r.Verdict)}}
	for _, result := range r.Results {
		said := []string{string(result.Outcome)}
		for _, f := range result.Findings {
			said = append(said, f.Want, f.Got)
		}
		all[result.Requirement] = said
	}
	return all
}

// delivering is the same server as a target of the API that delivers.
func delivering(target conformance.Target) conformance.Target {
	target.API, target.URL = crmcom.Contract.Name, strings.TrimSuffix(target.URL, "/api/v2")+crmcom.BasePath
	return target
}

func TestAReplayComesToTheSameVerdicts(t *testing.T) {
	alternative := func(d server.Defect) http.Handler {
		return server.New(server.Options{Token: "a-token-that-is-secret", Defect: d})
	}
	runs := map[string]func(*testing.T) *report.Report{
		"the mock": func(t *testing.T) *report.Report {
			t.Helper()
			return run(t, serve(t, newMock(t)))
		},
		"a violation": func(t *testing.T) *report.Report {
			t.Helper()
			target := serve(t, alternative(server.DeletesProcessing))
			target.States.URL = strings.TrimSuffix(target.URL, "/api/v2") + "/states"
			return run(t, target)
		},
		"a stateless answerer": func(t *testing.T) *report.Report {
			t.Helper()
			return run(t, stateless(serve(t, parrot())))
		},
		"a lent hook": func(t *testing.T) *report.Report {
			t.Helper()
			target := serve(t, newMock(t))
			target.States = conformance.States{Hooks: []conformance.Hook{{ID: "654"}}}
			target.Mode = suite.Owned
			return run(t, target)
		},
		"dying connections": func(t *testing.T) *report.Report {
			t.Helper()
			backend := httptest.NewServer(newMock(t))
			t.Cleanup(backend.Close)
			_, address := startProxy(t, backend.Listener.Addr().String(), 11)
			return run(t, at(address))
		},
		"the mock, which delivers": func(t *testing.T) *report.Report {
			t.Helper()
			return run(t, delivering(serve(t, newMock(t))))
		},
		"a violation in what is delivered": func(t *testing.T) *report.Report {
			t.Helper()
			target := delivering(serve(t, alternative(server.WrongHMAC)))
			target.States.URL = strings.TrimSuffix(target.URL, crmcom.BasePath) + "/states"
			return run(t, target)
		},
		"a slow target": func(t *testing.T) *report.Report {
			t.Helper()
			target := serve(t, &lagging{Handler: newMock(t), lag: 20 * time.Millisecond, reads: map[string]*read{}})
			target.Consistency = conformance.Consistency{Within: 200 * time.Millisecond, Successes: 2}
			target.Workers = 32
			return run(t, target)
		},
	}
	for name, record := range runs {
		t.Run(name, func(t *testing.T) {
			r := recorded(t, record(t))
			if diff := cmp.Diff(judged(r), judged(replay(t, r))); diff != "" {
				t.Errorf("first the run, then the replay:\n%s", diff)
			}
		})
	}
}

func TestAReplayBelievesTheExchangesNotTheOutcomes(t *testing.T) {
	r := recorded(t, run(t, serve(t, newMock(t)), conformance.OnlyChecks()))
	for i := range r.Results {
		result := &r.Results[i]
		switch result.Requirement {
		case "makecom/list/limit":
			result.Outcome, result.Findings = report.Fail, []report.Finding{{Want: "a", Got: "b"}}
		case "makecom/stats/queue":
			for j := range result.Exchanges {
				result.Exchanges[j].ResponseBody = strings.ReplaceAll(result.Exchanges[j].ResponseBody, `"queue":12`, `"queue":13`)
			}
		}
	}
	r.Conclude()
	again := judged(replay(t, r))
	if got := again["makecom/list/limit"][0]; got != "pass" {
		t.Errorf("an outcome that the exchanges do not bear out was kept: %s", got)
	}
	if got := again["makecom/stats/queue"][0]; got != "fail" {
		t.Errorf("a violation in the exchanges was not seen: %s", got)
	}
}
