package proof_test

import (
	"flag"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// choices lets rapid make a model's choices, so that it can shrink them.
type choices struct{ t *rapid.T }

func (c choices) IntN(n int) int { return rapid.IntRange(0, n-1).Draw(c.t, "choice") }

// machine is one run of the mock beside the model.
type machine[S, A any] struct {
	model explore.Model[S, A]
	world explore.World[A]
	state S
	done  []explore.Command
}

// start opens a fresh world on a fresh mock.
func (v vendor[S, A]) start(t *rapid.T, d contract.Dialect, opts ...mockserver.Option) (*machine[S, A], *suite.Session) {
	run := v.newRun(t, append(opts, mockserver.WithDialect(d))...)
	s := run.Session("machine", 0)
	start, _, err := v.model.Survey(t.Context(), s, d)
	if err != nil {
		t.Fatalf("survey: %v", err)
	}
	w, err := v.model.Open(t.Context(), s, start)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return &machine[S, A]{model: v.model, world: w, state: start}, s
}

// draw carries out one command that makes sense.
func (m *machine[S, A]) draw(t *rapid.T) {
	c, ok := m.model.Fit(m.state, m.model.Draw(choices{t}, m.state))
	if !ok {
		t.Skip("no such command now")
	}
	m.do(t, c)
}

// do carries a command out on both and compares.
func (m *machine[S, A]) do(t *rapid.T, c explore.Command) {
	m.done = append(m.done, c)
	answer, err := m.world.Do(t.Context(), c)
	if err != nil {
		t.Fatalf("%s: %v", c, err)
	}
	next, err := m.model.Step(m.state, c, answer)
	if err != nil {
		t.Fatalf("%v\nafter\n%s", err, explore.Text(m.done))
	}
	m.state = next
}

// agrees is the property that the mock answers as the model expects, whatever is drawn.
func (v vendor[S, A]) agrees(opts ...mockserver.Option) func(*rapid.T) {
	return func(t *rapid.T) {
		m, s := v.start(t, drawn(v.catalog.API, choices{t}), opts...)
		defer s.Close(t.Context())
		t.Repeat(map[string]func(*rapid.T){"command": m.draw})
		for _, look := range m.model.Looks(m.state) {
			m.do(t, look)
		}
	}
}

// set changes a flag of rapid's for the length of a test. Flags are the only way to tell rapid.
func set(t *testing.T, name, value string) {
	t.Helper()
	f := flag.Lookup("rapid." + name).Value
	was := f.String()
	t.Cleanup(func() { _ = f.Set(was) }) // it was accepted before
	if err := f.Set(value); err != nil {
		t.Fatal(err)
	}
}

func TestTheMockIsTheModel(t *testing.T) {
	t.Run("makecom", func(t *testing.T) { machines(t, makeVendor()) })
	t.Run("crmcom", func(t *testing.T) { machines(t, crmVendor()) })
}

func machines[S, A any](t *testing.T, v vendor[S, A]) {
	t.Helper()
	for name, seed := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			set(t, "seed", strconv.FormatUint(seed, 10))
			if !sweep.Whole() && !testing.Short() {
				set(t, "checks", "25")
			}
			rapid.Check(t, v.agrees())
		})
	}
}

// TestTheMachineNotices proves that the property can fail, on mocks that break one sentence each.
func TestTheMachineNotices(t *testing.T) {
	t.Run("makecom", func(t *testing.T) {
		notices(t, makeVendor(), "makecom/delete/gone/resurrected", "makecom/list/sort-dir/within-the-page")
	})
	t.Run("crmcom", func(t *testing.T) {
		notices(t, crmVendor(), "crmcom/delete/gone/undone-by-the-next", "crmcom/delete/gone/stays")
	})
}

func notices[S, A any](t *testing.T, v vendor[S, A], mutants ...string) {
	t.Helper()
	for _, id := range mutants {
		t.Run(id, func(t *testing.T) {
			set(t, "seed", "1")
			set(t, "checks", "1000") // a fifth of them with -short
			set(t, "shrinktime", "0s")
			set(t, "nofailfile", "true")
			told := &listener{T: t}
			rapid.Check(told, v.agrees(mockserver.WithMutant(id)))
			if !strings.Contains(told.text, "want ") {
				t.Fatalf("nothing was noticed: %s", told.text)
			}
		})
	}
}

// listener hears what rapid would fail a test with.
type listener struct {
	*testing.T
	failed bool
	text   string
}

func (l *listener) Errorf(format string, args ...any) {
	l.failed = true
	l.text += fmt.Sprintf(format, args...)
}

func (l *listener) Logf(format string, args ...any) { l.text += fmt.Sprintf(format+"\n", args...) }
func (l *listener) Fatalf(f string, args ...any)    { l.Errorf(f, args...) }
func (l *listener) FailNow()                        { l.failed = true }
func (l *listener) Failed() bool                    { return l.failed }
