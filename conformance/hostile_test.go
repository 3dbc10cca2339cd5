package conformance_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

// hostile answers every request in one bad way, after a first few that let the run begin.
func hostile(t *testing.T, answer http.HandlerFunc) *report.Report {
	t.Helper()
	target := httptest.NewServer(answer)
	t.Cleanup(func() {
		target.CloseClientConnections()
		target.Close()
	})
	began := time.Now()
	r, err := conformance.Run(t.Context(), conformance.Target{API: "makecom", URL: target.URL, Token: "demo", Timeout: 300 * time.Millisecond},
		conformance.Deadline(3*time.Second))
	if took := time.Since(began); took > 60*time.Second {
		t.Errorf("it took %s", took)
	}
	if err != nil {
		t.Logf("refused at the start: %v", err)
		return nil
	}
	return r
}

// Whatever a target answers, a run ends, says what it is worth, and never conforms.
func TestRunsEndOnHostileTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("each of them takes seconds")
	}
	for name, answer := range map[string]http.HandlerFunc{
		"endless body": func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write(make([]byte, 1<<16))
			}
		},
		"large bodies": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"incomings":["` + strings.Repeat("x", 7<<20) + `"]}`))
		},
		"many values": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = w.Write([]byte(`{"incomings":[` + strings.Repeat("1,", 3<<20) + `1]}`))
		},
		"large head": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 100 {
				w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 90_000))
			}
		},
		"always 429": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) },
		"429 until the year 9999": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"429 for longer than a number holds": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "9223372036854775807")
			w.WriteHeader(http.StatusTooManyRequests)
		},
		"slow drip": func(w http.ResponseWriter, r *http.Request) {
			for tick := time.NewTicker(50 * time.Millisecond); r.Context().Err() == nil; <-tick.C {
				_, _ = w.Write([]byte(" "))
				_ = http.NewResponseController(w).Flush()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := hostile(t, answer)
			if r != nil && r.Verdict == report.Conforms {
				t.Errorf("%s: %s", r.Verdict, r.Why)
			}
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			if m.HeapInuse > 400<<20 {
				t.Errorf("%d MB in use", m.HeapInuse>>20)
			}
		})
	}
}
