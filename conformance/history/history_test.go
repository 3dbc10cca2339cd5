package history_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

var (
	sum   = &contract.Requirement{ID: "toy/sum/lost", Level: contract.Must}
	fresh = &contract.Requirement{ID: "toy/sum/fresh", Level: contract.Must}
)

// toy counts what its clients add. Its model is an int.
type toy struct {
	world func() *counter
	unfit string
}

type total struct{ n int }

func (toy) Draw(explore.Chooser, int) explore.Command { return explore.Of("sum") }

func (toy) Fit(_ int, c explore.Command) (explore.Command, bool) { return c, true }

func (toy) Reads(c explore.Command) bool { return c.Verb == "sum" }

func (toy) Looks(int) []explore.Command { return nil }

func (toy) Step(n int, c explore.Command, a *total) (int, error) {
	if c.Verb == "add" {
		return n + 1, nil
	}
	if a != nil && a.n != n {
		return n, &suite.Violation{Want: "another", Got: "sum"}
	}
	return n, nil
}

func (toy) Survey(context.Context, *suite.Session, contract.Dialect) (int, []string, error) {
	return 0, nil, nil
}

func (y toy) Open(context.Context, *suite.Session, int) (explore.World[total], error) {
	return y.world(), nil
}

func (y toy) OpenShared(context.Context, *suite.Session, int) (history.World[total], error) {
	return y.world(), nil
}

func (toy) Workload(_ explore.Chooser, _ int, p history.Plan, _ int) (history.Workload, bool) {
	c := history.Workload{After: []explore.Command{explore.Of("sum")}}
	for range p.Clients {
		c.Clients = append(c.Clients, []explore.Command{explore.Of("add"), explore.Of("sum"), explore.Of("add")})
	}
	return c, true
}

func (toy) Account(_ int, events []history.Event[total]) history.Account {
	a := history.Account{}
	for _, e := range events {
		switch {
		case e.Command.Verb == "add" && e.Answer != nil:
			a.Acknowledged++
		case e.Answer != nil:
			a.Lost = a.Acknowledged - e.Answer.n
		}
	}
	return a
}

// Deviations are an addition that is lost, and a sum that is one behind.
func (toy) Deviations() []history.Deviation[int, total] {
	return []history.Deviation[int, total]{
		{Breaks: sum, Next: func(n int, c explore.Command, _ *total) []int {
			if c.Verb != "add" {
				return nil
			}
			return []int{n}
		}},
		{Breaks: fresh, Next: func(n int, c explore.Command, a *total) []int {
			if c.Verb != "sum" || a.n != n-1 {
				return nil
			}
			return []int{n}
		}},
	}
}

func (toy) Asks() []*contract.Question { return nil }

func (toy) Shared(n int) int { return n }

func (y toy) Unfit(int) string { return y.unfit }

// counter is a world. Silent, it does not answer the second addition, which it carries out unless it drops it.
type counter struct {
	mu     sync.Mutex
	n      int
	adds   int
	silent bool
	drops  bool
	fails  error
}

func (w *counter) Ready(c explore.Command, _ *total) (explore.Command, bool) { return c, true }
func (w *counter) Name(*total)                                               {}

func (w *counter) Do(_ context.Context, c explore.Command) (*total, error) {
	if c.Verb == "sum" {
		w.mu.Lock()
		defer w.mu.Unlock()
		return &total{w.n}, w.fails
	}
	return w.add()
}

func (w *counter) add() (*total, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.adds++
	unanswered := w.silent && w.adds == 2
	if !unanswered || !w.drops {
		w.n++
	}
	if unanswered {
		return nil, suite.ErrNoAnswer
	}
	return &total{}, nil
}

func record(t *testing.T, y history.Subject[int, total], p history.Plan) (*history.Result, error) {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return history.Run(t.Context(), suite.NewRun(suite.Config{BaseURL: server.URL}, nil), y, p)
}

func TestAnHonestCounterIsLegal(t *testing.T) {
	r, err := record(t, toy{world: func() *counter { return &counter{} }}, history.Plan{})
	if err != nil || r.Verdicts[history.Legal] != history.DefaultRounds || len(r.Findings) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
	if want := history.DefaultRounds * history.DefaultClients * 2; r.Account.Acknowledged != want || r.Account.Lost != 0 {
		t.Errorf("%+v, want %d", r.Account, want)
	}
}

func TestUnknownOutcomesStayUnknown(t *testing.T) {
	for _, drops := range []bool{true, false} {
		r, err := record(t, toy{world: func() *counter { return &counter{silent: true, drops: drops} }}, history.Plan{Rounds: 5})
		if err != nil || r.Verdicts[history.Legal] != 5 || r.Unanswered != 5 {
			t.Errorf("drops %t: %+v, %v", drops, r, err)
		}
	}
}

func TestWhatCannotBeJudged(t *testing.T) {
	var unavailable *suite.Unavailable
	if _, err := record(t, toy{unfit: "it tells no ids"}, history.Plan{}); !errors.As(err, &unavailable) || unavailable.Reason != "it tells no ids" {
		t.Errorf("unfit: %v", err)
	}
	r, err := record(t, toy{world: func() *counter { return &counter{n: 1} }}, history.Plan{})
	if err != nil || !errors.Is(r.Stopped, history.ErrSequential) || r.Rounds != 0 {
		t.Errorf("one client alone: %+v, %v", r, err)
	}
	r, err = record(t, toy{world: func() *counter { return &counter{fails: suite.ErrBudget} }}, history.Plan{})
	if err != nil || !errors.Is(r.Stopped, suite.ErrBudget) {
		t.Errorf("budget: %+v, %v", r, err)
	}
	r, err = record(t, toy{world: func() *counter { return &counter{fails: history.ErrLost} }}, history.Plan{Rounds: 3})
	if err != nil || r.Stopped != nil || r.Lost != 3 {
		t.Errorf("lost: %+v, %v", r, err)
	}
}

// forgetful is a toy that, with several clients, forgets the additions of all but the first.
type forgetful struct{ toy }

func (forgetful) OpenShared(context.Context, *suite.Session, int) (history.World[total], error) {
	return &meeting{counter: &counter{}, here: make(chan struct{}, 2)}, nil
}

// meeting loses an addition when two are under way: each reads, waits for the other a moment at most, and writes.
type meeting struct {
	*counter
	here chan struct{}
}

func (w *meeting) Do(ctx context.Context, c explore.Command) (*total, error) {
	if c.Verb == "sum" {
		return w.counter.Do(ctx, c)
	}
	w.mu.Lock()
	seen := w.n
	w.mu.Unlock()
	select {
	case w.here <- struct{}{}:
		timer := time.NewTimer(time.Millisecond)
		defer timer.Stop()
		<-timer.C
		<-w.here
	case <-ctx.Done():
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n = seen + 1
	return &total{}, nil
}

func TestALostUpdateIsIllegal(t *testing.T) {
	r, err := record(t, forgetful{}, history.Plan{Rounds: 3})
	if err != nil || len(r.Findings) != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	f := r.Findings[0]
	if !slices.Equal(f.Blame.Suspects, []*contract.Requirement{sum}) || f.Blame.Partly || f.Histories != 3 || f.Account.Lost == 0 || !strings.Contains(f.Page, "<html") || len(f.Lines) != 13 {
		t.Errorf("%d histories point at %+v; lost %d, %d lines\n%s", f.Histories, f.Blame, f.Account.Lost, len(f.Lines), strings.Join(f.Lines, "\n"))
	}
	known, err := record(t, forgetful{}, history.Plan{Rounds: 3, Ignore: func(r *contract.Requirement) bool { return r == sum }})
	if err != nil || len(known.Findings) != 0 || known.Verdicts[history.Illegal] == 0 {
		t.Errorf("known: %+v, %v", known, err)
	}
}

func TestPowerGrowsWithTheRounds(t *testing.T) {
	p := history.Power{Shown: 50, Rounds: 100}
	if p.In(0) != 0 || p.In(1) != 0.5 || p.In(2) != 0.75 || (history.Power{}).In(3) != 0 {
		t.Errorf("%v %v %v", p.In(0), p.In(1), p.In(2))
	}
}
