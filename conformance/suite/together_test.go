package suite

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// gate lets nothing through before so many requests wait, and answers the last one first.
type gate struct {
	mu      sync.Mutex
	waiting []chan struct{}
	size    int
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	mine := make(chan struct{})
	g.mu.Lock()
	if g.waiting = append(g.waiting, mine); len(g.waiting) == g.size {
		for _, other := range slices.Backward(g.waiting) {
			close(other)
		}
		g.waiting = nil
	}
	g.mu.Unlock()
	select {
	case <-mine:
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(r.URL.Path)), Request: r}, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// looks reads so many things, and says of each what it wants.
func looks(s *Session, n int) (all []func(context.Context) error) {
	for i := range n {
		all = append(all, func(ctx context.Context) error {
			e, err := s.Do(ctx, &Request{Method: http.MethodGet, Path: fmt.Sprint("/", i)})
			if err != nil {
				return err
			}
			return e.Want("what is there", i%2 == 0, true)
		})
	}
	return all
}

// TestWhatIsDoneTogetherIsRecordedInItsOrder has three requests answered only when all of them are under way. Each is recorded in its
// place, and so are the violations.
func TestWhatIsDoneTogetherIsRecordedInItsOrder(t *testing.T) {
	const things = 3
	document, err := ParseDocument([]byte(`{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {}}`))
	if err != nil {
		t.Fatal(err)
	}
	s := NewRun(Config{BaseURL: "http://target", Workers: things, Transport: &gate{size: things}}, document).Session("x", 0)
	err = s.Together(t.Context(), looks(s, things)...)
	var paths []string
	for _, e := range s.Exchanges() {
		paths = append(paths, string(e.ResponseBody))
	}
	if got := strings.Join(paths, " "); got != "/0 /1 /2" {
		t.Errorf("recorded %q", got)
	}
	found := Violations(err)
	if len(found) != 1 || found[0].Exchange != s.Exchanges()[1] {
		t.Errorf("got %v, want one violation, of the second request", err)
	}
}

// TestOneWorkerDoesOneThingAtATime never has two requests under way.
func TestOneWorkerDoesOneThingAtATime(t *testing.T) {
	under, most := 0, 0
	var mu sync.Mutex
	s := NewRun(Config{Workers: 1}, nil).Session("x", 0)
	thing := func(context.Context) error {
		mu.Lock()
		defer mu.Unlock()
		under++
		most = max(most, under)
		mu.Unlock()
		mu.Lock()
		under--
		return nil
	}
	if err := s.Together(t.Context(), thing, thing, thing, thing); err != nil || most != 1 {
		t.Errorf("%d at a time, %v; want 1", most, err)
	}
}

func TestAPanicInOneThingIsAnErrorOfAll(t *testing.T) {
	s := NewRun(Config{Workers: 2}, nil).Session("x", 0)
	done := false
	err := s.Together(t.Context(), func(context.Context) error { panic("broken") }, func(context.Context) error {
		done = true
		return nil
	})
	if !errors.Is(err, ErrPanic) || !done {
		t.Errorf("got %v, %v; want %v, and the other one done", err, done, ErrPanic)
	}
}

// TestStatesThatAreSetUpTogether takes back exactly those that came about, in any order, and notes none as left.
func TestStatesThatAreSetUpTogether(t *testing.T) {
	refused := &Unavailable{State: "x"}
	for name, fails := range map[string]int{"all": -1, "one is refused": 1} {
		t.Run(name, func(t *testing.T) {
			p := &counted{fails: fails, err: refused, there: map[int]bool{}}
			run := NewRun(Config{Workers: 4, Mode: Owned, States: p}, nil)
			s := run.Session("x", 0)
			states, err := s.SetupAll(t.Context(), "x", []map[string]any{{"n": 0}, {"n": 1}, {"n": 2}})
			if (fails >= 0) != errors.Is(err, refused) {
				t.Fatalf("got %v", err)
			}
			for i, st := range states {
				if (st == nil) != (i == fails) || st != nil && st.Values["n"] != i {
					t.Errorf("state %d is %v", i, st)
				}
			}
			s.Close(t.Context())
			if len(p.there) > 0 || len(run.Left()) > 0 {
				t.Errorf("%v are still there, left are %v", p.there, run.Left())
			}
		})
	}
}

// counted is a provider that knows what it has set up.
type counted struct {
	fails int
	err   error

	mu    sync.Mutex
	there map[int]bool
}

func (p *counted) Setup(_ context.Context, _ *Session, name string, params map[string]any) (*State, error) {
	n, _ := params["n"].(int)
	if n == p.fails {
		return nil, p.err
	}
	p.mark(n, true)
	return &State{Name: name, Values: params, Undo: func(context.Context) error { p.mark(n, false); return nil }}, nil
}

func (p *counted) mark(n int, there bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if delete(p.there, n); there {
		p.there[n] = true
	}
}
