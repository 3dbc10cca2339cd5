package conformance_test

import (
	"flag"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// rough is how often each rough target is verified, each time with another seed: once in CI, fifty times by make rough.
var rough = flag.Int("rough", 1, "runs against each rough target")

// isCall tells the API's own calls from deliveries and from the set-up of states.
func isCall(r *http.Request) bool {
	return strings.HasPrefix(r.URL.Path, "/api/") || strings.HasPrefix(r.URL.Path, crmcom.BasePath)
}

// resetting closes one connection in twenty, before or after it has done what it was asked.
func resetting(h http.Handler, seed uint64) http.Handler {
	var mu sync.Mutex
	source := rand.New(rand.NewPCG(seed, 5))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		dies, done := source.IntN(20) == 0, source.IntN(2) == 0
		mu.Unlock()
		if !dies || !isCall(r) {
			h.ServeHTTP(w, r)
			return
		}
		if done {
			h.ServeHTTP(httptest.NewRecorder(), r)
		}
		panic(http.ErrAbortHandler)
	})
}

// TestRoughTargets wants no violation from an honest vendor behind a bad line.
func TestRoughTargets(t *testing.T) {
	for name, behind := range map[string]func(http.Handler, uint64) http.Handler{
		"resets": resetting,
		"429":    func(h http.Handler, _ uint64) http.Handler { return throttle(h, 100) },
		"late": func(h http.Handler, _ uint64) http.Handler {
			return &lagging{Handler: h, lag: 30 * time.Millisecond, reads: map[string]*read{}}
		},
	} {
		for _, api := range conformance.APIs() {
			t.Run(name+"/"+api, func(t *testing.T) {
				for i := range *rough {
					seed := uint64(i + 1)
					target := lent(serve(t, behind(newMock(t), seed)), api, suite.Owned)
					target.States.Hooks = nil
					if name == "late" {
						target.Consistency.Within = 400 * time.Millisecond
						target.Unclaimed = []string{"http"} // a read that is answered from before is not counted by any limit
					}
					wantNoViolation(t, run(t, target, conformance.Seed(seed), conformance.OnlyChecks()))
				}
			})
		}
	}
}

func wantNoViolation(t *testing.T, r *report.Report) {
	t.Helper()
	for i := range r.Results {
		if result := &r.Results[i]; result.Outcome == report.Fail || result.Outcome == report.Warn {
			t.Errorf("seed %d: %s: %s: %+v", r.Seed, result.Requirement, result.Outcome, result.Findings[0])
		}
	}
	if r.Count(report.Pass) < len(r.Results)/2 {
		t.Errorf("seed %d: %s %s: %s", r.Seed, r.Verdict, r.Why, report.Summary(r))
	}
}
