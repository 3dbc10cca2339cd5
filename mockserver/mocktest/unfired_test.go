package mocktest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

// logger is a test whose log is looked at, and whose end comes when it is asked for.
type logger struct {
	recorder
	lines []string
	ends  []func()
}

func (l *logger) Logf(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}
func (l *logger) Cleanup(end func()) { l.ends = append(l.ends, end) }

func (l *logger) end() {
	for i := len(l.ends) - 1; i >= 0; i-- {
		l.ends[i]()
	}
}

func TestFaultsThatNeverFiredAreLogged(t *testing.T) {
	url := elsewhere(t)
	for name, start := range map[string]func(*logger) *mocktest.Bench{
		"here":      func(l *logger) *mocktest.Bench { return mocktest.Start(l) },
		"elsewhere": func(l *logger) *mocktest.Bench { return mocktest.Dial(l, url) },
	} {
		t.Run(name, func(t *testing.T) {
			l := &logger{recorder: recorder{TB: t}}
			b := start(l)
			b.Faults(fault.Rule{Operation: "listHooks", Status: http.StatusBadGateway}) // replaced before it could fire
			b.Faults(fault.Rule{Operation: "listHookIncomings", First: 1, Status: http.StatusBadGateway}, fault.Rule{Operation: "deleteHookIncomings", Reset: true})
			listed(t, b, 654)
			l.end()
			got := strings.Join(l.lines, "\n")
			for _, want := range []string{"faults[0] (listHooks: status 502) never fired", "faults[1] (deleteHookIncomings: reset) never fired: no request of deleteHookIncomings reached it"} {
				if !strings.Contains(got, want) {
					t.Errorf("the log lacks %q:\n%s", want, got)
				}
			}
			if strings.Contains(got, "listHookIncomings") || l.errors != nil {
				t.Errorf("got %s, %q", got, l.errors)
			}
		})
	}
}

func TestFaultsThatFiredAreNotLogged(t *testing.T) {
	l := &logger{recorder: recorder{TB: t}}
	b := mocktest.Start(l)
	b.Faults(fault.Rule{Operation: "listHookIncomings", First: 1, Status: http.StatusBadGateway})
	listed(t, b, 654)
	b.Faults()
	l.end()
	if l.lines != nil || l.errors != nil {
		t.Errorf("got %q %q", l.lines, l.errors)
	}
}

func TestVerifyAsksForEveryFault(t *testing.T) {
	l := &logger{recorder: recorder{TB: t}}
	b := mocktest.Start(l)
	b.Verify(mocktest.EveryFault())
	b.Faults(fault.Rule{Operation: "listHookIncomings", Every: 2, Status: http.StatusBadGateway})
	listed(t, b, 654)
	b.Verify(mocktest.Exactly(1, journal.Filter{Operation: "listHookIncomings"}), mocktest.EveryFault())
	want := []string{
		"1 of 1 expectations unsatisfied\n1. want every fault to fire: the world has no faults",
		"1 of 2 expectations unsatisfied\n2. want every fault to fire: faults[0] (listHookIncomings: status 502) never fired: it befalls every 2. request, and 1 reached it",
	}
	for i, text := range want {
		if i >= len(l.errors) || l.errors[i] != text {
			t.Errorf("want %q, got %q", text, l.errors)
		}
	}
	if status, _ := call(t, b, http.MethodGet, b.MakecomURL+"/hooks/654/incomings", ""); status != http.StatusBadGateway {
		t.Fatalf("status %d", status)
	}
	l.errors = nil
	b.VerifyInOrder(mocktest.EveryFault(), mocktest.AtLeast(1, journal.Filter{Fault: "*"}))
	if l.errors != nil {
		t.Errorf("got %q", l.errors)
	}
}

func TestEveryFaultStandsAlone(t *testing.T) {
	for name, e := range map[string]journal.Expectation{
		"a bound":      {EveryFault: true, Never: true},
		"an operation": {EveryFault: true, Filter: journal.Filter{Operation: "listHooks"}},
		"a body":       {EveryFault: true, Filter: journal.Filter{Body: map[string]any{}}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := refusal(t, func(f *failing) { mocktest.Start(f).Verify(e) }); !strings.Contains(got, "everyFault excludes everything else") {
				t.Errorf("got %q", got)
			}
		})
	}
	if _, err := journal.New(journal.DefaultLimits()).Verify(false, mocktest.EveryFault()); err == nil {
		t.Error("a journal alone tells")
	}
}

func TestTooManyAreNamed(t *testing.T) {
	l := &logger{recorder: recorder{TB: t}}
	b := mocktest.Start(l)
	for range 3 {
		listed(t, b, 654)
	}
	b.Verify(mocktest.AtMost(1, journal.Filter{Operation: "listHookIncomings"}))
	line := "GET /api/v2/hooks/654/incomings → 200"
	if want := fmt.Sprintf("found 3: #1 %[1]s; #2 %[1]s; #3 %[1]s", line); len(l.errors) != 1 || !strings.Contains(l.errors[0], want) {
		t.Errorf("got %q", l.errors)
	}
}
