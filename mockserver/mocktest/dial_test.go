package mocktest_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// elsewhere is a mock that a bench can reach over the network alone.
func elsewhere(t *testing.T, options ...mockserver.Option) string {
	t.Helper()
	s, err := mocktest.NewLoopbackServer(append(options, mockserver.WithMaxWorlds(100))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s.URL
}

func ids(requirements []*contract.Requirement) (ids []string) {
	for _, r := range requirements {
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	return ids
}

// everything is what every method of a bench comes to, apart from ids and addresses.
func everything(t *testing.T, b *mocktest.Bench) []string {
	t.Helper()
	var seen []string
	see := func(format string, args ...any) { seen = append(seen, fmt.Sprintf(format, args...)) }
	at := time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC)
	b.Freeze(at)
	hook := b.NewHook(queue.Settings{ID: 700, UDID: "mine", Name: "Orders", Limit: 5, KeepMethod: true, Processing: queue.Schedule{Every: time.Hour, MaxResults: 1}})
	items := hook.Deliver(map[string]any{"n": 1}, "two", 3)
	see("%d delivered to %d %s", len(items), hook.ID, strings.TrimPrefix(hook.URL, b.URL)[:9])
	see("begun %t, finished %t", hook.Begin(items[2])[0] == items[2], hook.Finish()[0] == items[2])
	see("%+v", b.Hook(700).Status())
	see("%s %s", b.Advance(time.Hour), b.Now())
	see("%d left", b.Hook(700).Status().Queued)
	hook.Enable(false)
	status, text := call(t, b, http.MethodPost, hook.URL, `{}`)
	see("%d %s", status, text)
	hook.Enable(true)
	_, listing := call(t, b, http.MethodGet, b.MakecomURL+"/hooks/700/incomings", "")
	see("%t", strings.Contains(listing, items[1]))
	b.Faults(fault.Rule{Operation: "listHookIncomings", First: 1, Status: http.StatusServiceUnavailable})
	status, _ = call(t, b, http.MethodGet, b.MakecomURL+"/hooks/700/incomings", "")
	see("%d", status)
	b.RateLimit(1)
	for range 2 {
		status, _ = call(t, b, http.MethodGet, b.MakecomURL+"/hooks/700/incomings", "")
		see("%d", status)
	}
	b.RateLimit(0)
	b.Dialect(contract.Dialect{"makecom/list/includes-processing": "no"})
	b.Vary(7)
	definition, rule := b.NewDefinition(b.Sink("shop", sink.Answer{Status: http.StatusTeapot, Body: []byte("short")}), "ACTIVITIES")
	see("%s %t %s", definition.URL, definition.Effective, rule.Entity)
	logged := b.Fire(rule, "A1", map[string]any{"amount": 1})
	see("%s %s %d %s", logged.Entity, logged.EntityID, logged.Received.Status, logged.Data)
	for _, d := range b.Received("shop") {
		see("%s %d %s", d.Method, d.Status, d.Header.Get("Content-Type"))
	}
	for _, e := range b.Journal(journal.Filter{Operation: "listHookIncomings", Status: http.StatusOK}) {
		see("#%d %s %s %s %d %v", e.Number, e.API, e.Request.Method, e.Request.Path, e.Response.Status, ids(e.Requirements))
	}
	see("%d", len(b.Wait(1, journal.Filter{Operation: "ingest", Body: map[string]any{}}, time.Minute)))
	b.Verify(mocktest.AtLeast(1, journal.Filter{Fault: "status 503"}), mocktest.Never(journal.Filter{Operation: "deleteHookIncomings", Body: map[string]any{"all": true}}))
	see("%t", len(b.Coverage().ReachedIDs()) > 3)
	fork := b.Fork(b.Token[:min(len(b.Token), 20)] + "-fork")
	fork.Hook(700).Deliver("more")
	see("%d here, %d in the fork", hook.Status().Queued, fork.Hook(700).Status().Queued)
	b.Control(http.MethodDelete, "/journal", nil, nil)
	see("%d", len(b.Journal(journal.Filter{})))
	b.Reset()
	see("%d", b.Hook(654).Status().Queued)
	return seen
}

func TestABenchElsewhereDoesEverything(t *testing.T) {
	here := everything(t, mocktest.Start(t, mocktest.OnLoopback()))
	there := everything(t, mocktest.Dial(t, elsewhere(t)))
	if diff := cmp.Diff(here, there); diff != "" {
		t.Errorf("-here +elsewhere:\n%s", diff)
	}
	if len(here) < 20 {
		t.Errorf("only %q", here)
	}
}

func TestReplayOfABenchElsewhere(t *testing.T) {
	replays := map[string]*bytes.Buffer{"here": {}, "elsewhere": {}}
	for name, b := range map[string]*mocktest.Bench{"here": mocktest.Start(t), "elsewhere": mocktest.Dial(t, elsewhere(t))} {
		b.Freeze(time.Date(2026, 1, 1, 9, 0, 0, 0, time.UTC))
		b.NewHook(queue.Settings{}).Deliver("a")
		listed(t, b, 656)
		b.WriteReplay(replays[name], journal.Filter{}, "go")
	}
	for name, text := range replays {
		if !strings.Contains(text.String(), `{"data":["a"]}`) || !strings.Contains(text.String(), `/incomings", []string{"Authorization"`) {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestDialTakesTheAddressOfTheControlAPIAndItsToken(t *testing.T) {
	url := elsewhere(t, mockserver.WithControl(control.Options{Token: "secret"}))
	b := mocktest.Dial(t, url+"/_understudy/v1/", mocktest.ControlToken("secret"))
	if got := listed(t, b, 654); len(got) != 2 {
		t.Errorf("got %q", got)
	}
}

func TestDialInAWorldThatStays(t *testing.T) {
	url := elsewhere(t)
	t.Run("first", func(t *testing.T) {
		mocktest.Dial(t, url, mocktest.InWorld("shared")).Hook(654).Deliver("a")
	})
	if got := listed(t, mocktest.Dial(t, url, mocktest.InWorld("shared")), 654); len(got) != 3 {
		t.Errorf("got %q", got)
	}
}

func TestDroppedWithTheTest(t *testing.T) {
	url := elsewhere(t)
	token := ""
	t.Run("inner", func(t *testing.T) { token = mocktest.Dial(t, url).Token })
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/_understudy/v1/worlds", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(answer.Body); err != nil || token == "" || text.String() != "{\"worlds\":[]}\n" {
		t.Errorf("%v %s", err, text.String())
	}
}

// failing is a test whose failures are looked at.
type failing struct {
	recorder
	fatal string
}

func (f *failing) Fatalf(format string, args ...any) {
	f.fatal = fmt.Sprintf(format, args...)
	panic(f)
}
func (f *failing) Fatal(args ...any) { f.fatal = fmt.Sprint(args...); panic(f) }

// refusal is why a call fails its test.
func refusal(t *testing.T, call func(*failing)) string {
	t.Helper()
	f := &failing{recorder: recorder{TB: t}}
	func() {
		defer func() {
			if got := recover(); got != nil && got != any(f) {
				panic(got)
			}
		}()
		call(f)
	}()
	return f.fatal
}

func TestDialSaysWhatStandsInTheWay(t *testing.T) {
	url := elsewhere(t, mockserver.WithControl(control.Options{Token: "secret"}))
	declared := elsewhere(t, mockserver.WithDeclaredTokens())
	for _, test := range []struct {
		name string
		call func(*failing)
		want string
	}{
		{"no address", func(f *failing) { mocktest.Dial(f, "8654") }, "is no address of a mock"},
		{"a vendor's address", func(f *failing) { mocktest.Dial(f, url+"/api/v2") }, "leave out the path"},
		{"nothing there", func(f *failing) { mocktest.Dial(f, "http://127.0.0.1:1") }, "connection refused"},
		{"no token", func(f *failing) { mocktest.Dial(f, url) }, "the control token is missing or wrong"},
		{"declared tokens", func(f *failing) { mocktest.Dial(f, declared) }, "name one by mocktest.InWorld"},
		{"its world", func(f *failing) { mocktest.Dial(f, url, mocktest.ControlToken("secret")).World() }, "use Control"},
		{"its handler", func(f *failing) { mocktest.Dial(f, url, mocktest.OnLoopback()) }, "options of Start"},
		{"time that goes back", func(f *failing) { mocktest.Start(f).Advance(-time.Second) }, `"-1s" must not be negative`},
		{"a schedule that goes back", func(f *failing) {
			mocktest.Start(f).NewHook(queue.Settings{Processing: queue.Schedule{Every: -time.Minute}})
		}, `"-1m0s" must not be negative`},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := refusal(t, test.call); !strings.Contains(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestMisspeltExpectationsAreRefusedElsewhereToo(t *testing.T) {
	url := elsewhere(t)
	for name, call := range map[string]func(*mocktest.Bench){
		"verify":  func(b *mocktest.Bench) { b.Verify(mocktest.Never(journal.Filter{Operation: "deleteIncomings"})) },
		"journal": func(b *mocktest.Bench) { b.Journal(journal.Filter{Requirement: "makecom/delete/id"}) },
	} {
		t.Run(name, func(t *testing.T) {
			got := refusal(t, func(f *failing) { call(mocktest.Dial(f, url)) })
			if !strings.Contains(got, "there is no ") || !strings.Contains(got, "delete") {
				t.Errorf("got %q", got)
			}
		})
	}
}

// joined runs tests of this package in another process, on a mock that the environment names.
func joined(t *testing.T, url, pattern string) (string, error) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	run := exec.CommandContext(t.Context(), self, "-test.run", pattern, "-test.v") //nolint:gosec // this very test
	run.Env = append(os.Environ(), mocktest.Join+"="+url)
	out, err := run.CombinedOutput()
	return string(out), err
}

func TestStartJoinsTheMockOfTheEnvironment(t *testing.T) {
	pattern := "^(TestBenchPlaysBothAPIs|TestAdvanceRunsWhatBecameDue|TestForkAndResetAreWorldsOfTheirOwn|TestWaitReturnsOnTime|TestAnotherTestOfTheSameNameGetsAnotherWorld|TestVerifyFailsTheTest)$"
	out, err := joined(t, elsewhere(t), pattern)
	if err != nil || strings.Count(out, "\n--- PASS: ") < 5 {
		t.Errorf("%v\n%s", err, out)
	}
	broken := elsewhere(t, mockserver.WithMutant("makecom/delete/processing-refused/deleted"))
	if out, err := joined(t, broken, "^TestBenchPlaysBothAPIs$"); err == nil {
		t.Errorf("a broken vendor is not met:\n%s", out)
	}
}

func TestWhatCannotJoinStaysAndSaysSo(t *testing.T) {
	out, err := joined(t, "http://127.0.0.1:1", "^(TestThreeDaysInsideSynctest|TestOnLoopbackTakesAnyClient)$")
	if err != nil || !strings.Contains(out, "because it runs inside testing/synctest") || !strings.Contains(out, "because its server has options of its own") {
		t.Errorf("%v\n%s", err, out)
	}
	if out, err := joined(t, "http://127.0.0.1:1", "^TestAdvanceRunsWhatBecameDue$"); err == nil {
		t.Errorf("nobody is there, and it passes:\n%s", out)
	}
}
