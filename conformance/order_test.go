package conformance_test

import (
	"flag"
	"runtime"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// every thins the mutants out on which few requests are tried: 1 for all of them.
var every = flag.Int("every", 6, "try few requests on every n-th mutant")

// catches reports whether a run of so many requests notices a mutant.
func catches(t *testing.T, m *mutant.Mutant, requests int, opts ...conformance.Option) bool {
	t.Helper()
	mock, err := mocktest.NewServer(mockserver.WithMutant(m.ID))
	if err != nil {
		t.Error(err)
		return false
	}
	defer func() { _ = mock.Close() }() // nothing is left to lose
	target := at(mock.URL)
	if target.API = m.API(); target.API == crmcom.Contract.Name {
		target.URL = mock.URL + crmcom.BasePath
		target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"}
	}
	target.Mode, target.Workers, target.MaxRequests = suite.Owned, 1, requests
	r, err := conformance.Run(t.Context(), target, append(opts, conformance.OnlyChecks(), conformance.Transport(mock.Client.Transport))...)
	if err != nil {
		t.Error(err)
		return false
	}
	if r.Requests > requests {
		t.Errorf("%s: %d requests instead of %d", m.ID, r.Requests, requests)
	}
	return r.Count(report.Fail)+r.Count(report.Warn) > 0
}

// caught counts the mutants of an API that runs of so many requests notice.
func caught(t *testing.T, mutants []*mutant.Mutant, requests int, opts ...conformance.Option) int {
	t.Helper()
	var mu sync.Mutex
	n := 0
	queue := make(chan *mutant.Mutant)
	var done sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		done.Go(func() {
			for m := range queue {
				if catches(t, m, requests, opts...) {
					mu.Lock()
					n++
					mu.Unlock()
				}
			}
		})
	}
	for _, m := range mutants {
		queue <- m
	}
	close(queue)
	done.Wait()
	return n
}

// TestFewRequestsAreSpentWell wants the order that comes from the kill matrix to catch clearly more than the order of the
// requirements does, also on a sample.
func TestFewRequestsAreSpentWell(t *testing.T) {
	sweep.Skip(t)
	for _, api := range conformance.APIs() {
		t.Run(api, func(t *testing.T) {
			var mutants []*mutant.Mutant
			for i, m := range catalog.New(mockserver.APIs()...).All() {
				if m.API() == api && m.Needs == mutant.Checks && i%*every == 0 {
					mutants = append(mutants, m)
				}
			}
			const requests = 50 // a ninth of a full run; it was 30 before checks had positive controls, which nearly doubled a run
			plain, ordered := caught(t, mutants, requests, conformance.Plain()), caught(t, mutants, requests)
			t.Logf("%d requests catch %d of %d mutants in the order of the kill matrix, %d in that of the requirements", requests, ordered, len(mutants), plain)
			if 4*ordered < 5*plain || 3*ordered < len(mutants) {
				t.Errorf("of %d mutants %d are caught, and %d in the order of the requirements", len(mutants), ordered, plain)
			}
		})
	}
}
