package mocktest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

// backlog is the code under test of these examples: it asks Make how many deliveries wait.
func backlog(ctx context.Context, client *http.Client, baseURL, token string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, baseURL+"/hooks/654/incomings/stats", nil)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Token "+token)
	answer, err := client.Do(req)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("stats: %s", answer.Status)
	}
	var body struct{ IncomingStat struct{ Queue int } }
	err = json.NewDecoder(answer.Body).Decode(&body)
	return body.IncomingStat.Queue, err
}

// A test gets a world, puts it into a state, and hands its addresses to the code under test.
func ExampleStart() {
	t := newT() // in a test: the *testing.T
	defer t.end()

	bench := mocktest.Start(t)
	bench.Hook(654).Deliver(map[string]any{"order": 1})

	waiting, err := backlog(t.Context(), bench.Client, bench.MakecomURL, bench.Token)
	fmt.Println(waiting, err)
	// Output: 3 <nil>
}

// Errors come on demand, in the vendor's own words.
func ExampleBench_Faults() {
	t := newT()
	defer t.end()

	bench := mocktest.Start(t)
	bench.Faults(fault.Rule{Operation: "getHookIncomingStats", First: 1, Status: http.StatusTooManyRequests})

	for range 2 {
		waiting, err := backlog(t.Context(), bench.Client, bench.MakecomURL, bench.Token)
		fmt.Println(waiting, err)
	}
	// Output:
	// 0 stats: 429 Too Many Requests
	// 2 <nil>
}

// A refusal says what came closest, and what differs.
func ExampleBench_Verify() {
	t := newT()
	defer t.end()

	bench := mocktest.Start(t)
	_, _ = backlog(t.Context(), bench.Client, bench.MakecomURL, bench.Token)

	bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: "getHookIncomingStats"}))
	bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: "getHookIncomingStats", Status: http.StatusNotFound}))
	// Output:
	// 1 of 1 expectations unsatisfied
	// 1. want exactly 1 of operation getHookIncomingStats, status 404: found 0
	//    near: #1 GET /api/v2/hooks/654/incomings/stats → 200
	//          status: want 404, got 200
}

// The world's clock stands still until it is told to go on, and then what became due has happened.
func ExampleBench_Advance() {
	t := newT()
	defer t.end()

	bench := mocktest.Start(t)
	bench.Freeze(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
	hook := bench.NewHook(queue.Settings{Processing: queue.Schedule{Every: 15 * time.Minute, MaxResults: 2}})
	hook.Deliver("a", "b", "c")

	fmt.Println(bench.Advance(15*time.Minute).Format(time.TimeOnly), hook.Status().Queued)
	// Output: 09:15:00 1
}

// TestExampleThreeDays is an example too, but synctest wants a real test: the code under test waits three days, the mock
// lives through them, and the test is over in about a millisecond.
func TestExampleThreeDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bench := mocktest.Start(t)
		hook := bench.NewHook(queue.Settings{Processing: queue.Schedule{Every: time.Hour, MaxResults: 1}})
		hook.Deliver("a", "b")
		<-time.After(72 * time.Hour)
		if left := hook.Status().Queued; left != 0 {
			t.Errorf("%d deliveries are left after three days", left)
		}
	})
}

// stub stands in for the *testing.T that an example does not have. It prints what a test would log.
type stub struct {
	testing.TB
	ctx      context.Context
	cancel   context.CancelFunc
	cleanups []func()
}

func newT() *stub {
	ctx, cancel := context.WithCancel(context.Background())
	return &stub{ctx: ctx, cancel: cancel}
}

func (*stub) Helper()                    {}
func (*stub) Name() string               { return "Example" }
func (s *stub) Context() context.Context { return s.ctx }
func (s *stub) Cleanup(f func())         { s.cleanups = append(s.cleanups, f) }
func (*stub) Error(args ...any)          { fmt.Println(args...) }
func (*stub) Errorf(f string, a ...any)  { fmt.Println(strings.TrimSpace(fmt.Sprintf(f, a...))) }
func (*stub) Fatalf(f string, a ...any)  { fmt.Fprintf(os.Stderr, f, a...); os.Exit(1) }

func (s *stub) end() {
	s.cancel()
	for i := len(s.cleanups) - 1; i >= 0; i-- {
		s.cleanups[i]()
	}
}
