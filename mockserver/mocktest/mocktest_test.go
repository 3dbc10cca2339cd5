package mocktest_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

// call sends a request with the bench's token and returns status and body.
func call(t *testing.T, b *mocktest.Bench, method, url, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token "+b.Token)
	req.Header.Set("Content-Type", "application/json")
	answer, err := b.Client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func listed(t *testing.T, b *mocktest.Bench, hook int) (ids []string) {
	t.Helper()
	_, body := call(t, b, http.MethodGet, fmt.Sprintf("%s/hooks/%d/incomings", b.MakecomURL, hook), "")
	var list struct{ Incomings []struct{ ID string } }
	if err := json.Unmarshal([]byte(body), &list); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	for _, i := range list.Incomings {
		ids = append(ids, i.ID)
	}
	return ids
}

func TestBenchPlaysBothAPIs(t *testing.T) {
	b := mocktest.Start(t)
	hook := b.NewHook(queue.Settings{Name: "Orders"})
	ids := hook.Deliver(map[string]int{"order": 1}, "text")
	if status, body := call(t, b, http.MethodPost, hook.URL, `{"order":2}`); status != http.StatusOK || body != "Accepted" {
		t.Errorf("delivery: %d %s", status, body)
	}
	if got := listed(t, b, hook.ID); len(got) != 3 || got[0] != ids[0] || got[1] != ids[1] {
		t.Errorf("the queue holds %q, delivered were %q", got, ids)
	}
	if begun := hook.Begin(); begun[0] != ids[0] {
		t.Errorf("began %q", begun)
	}
	_, body := call(t, b, http.MethodDelete, fmt.Sprintf("%s/hooks/%d/incomings", b.MakecomURL, hook.ID), `{"ids":["`+ids[0]+`"]}`)
	if !strings.Contains(body, "being processed") {
		t.Errorf("deletion of an item in processing: %s", body)
	}
	if left := hook.Finish(); len(left) != 1 || hook.Status().Queued != 2 {
		t.Errorf("%q left, %d remain", left, hook.Status().Queued)
	}
	_, rule := b.NewDefinition(b.Sink("shop", sink.Answer{Status: http.StatusTeapot}), "ACTIVITIES")
	logged := b.Fire(rule, "A1", map[string]string{"name": "x"})
	if logged == nil || len(b.Received("shop")) != 1 {
		t.Fatalf("logged %+v, received %+v", logged, b.Received("shop"))
	}
	url := fmt.Sprintf("%s/webhook_requests/show?token=%s&webhook_request_identifier=number=%d", b.CrmcomURL, b.Token, logged.Number)
	if _, body := call(t, b, http.MethodGet, url, ""); !strings.Contains(body, `"REJECTED"`) {
		t.Errorf("show: %s", body)
	}
}

// Days pass in no time, for the world and for whatever waits in the test.
func TestThreeDaysInsideSynctest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mocktest.Start(t)
		hook := b.NewHook(queue.Settings{Processing: queue.Schedule{Every: 24 * time.Hour, MaxResults: 1}})
		hook.Deliver("a", "b", "c", "d")
		began := b.Now()
		<-time.After(3 * 24 * time.Hour)
		if got := listed(t, b, hook.ID); len(got) != 1 {
			t.Errorf("%d items are left after %s", len(got), b.Now().Sub(began))
		}
	})
}

func TestAdvanceRunsWhatBecameDue(t *testing.T) {
	b := mocktest.Start(t)
	b.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	hook := b.NewHook(queue.Settings{Processing: queue.Schedule{Every: 15 * time.Minute, MaxResults: 1}})
	hook.Deliver("a", "b", "c")
	if now := b.Advance(30 * time.Minute); !now.Equal(time.Date(2026, 1, 1, 0, 30, 0, 0, time.UTC)) || hook.Status().Queued != 1 {
		t.Errorf("at %s %d items are left", now, hook.Status().Queued)
	}
}

func TestFaultsReachTheClient(t *testing.T) {
	b := mocktest.Start(t)
	b.Faults(fault.Rule{Operation: "listHooks", First: 1, Reset: true}, fault.Rule{Operation: "listHooks", First: 1, Truncate: 5})
	for _, want := range []error{io.EOF, io.ErrUnexpectedEOF} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.MakecomURL+"/hooks?teamId=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Token "+b.Token)
		answer, err := b.Client.Do(req)
		if err == nil {
			_, err = io.ReadAll(answer.Body)
			_ = answer.Body.Close()
		}
		if !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	b.Verify(mocktest.AtLeast(2, journal.Filter{Fault: "*"}), mocktest.Never(journal.Filter{Status: http.StatusOK, Fault: "status"}))
}

// recorder is a test that fails without failing this one.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Error(args ...any) { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *recorder) Errorf(f string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(f, args...))
}

func TestVerifyFailsTheTest(t *testing.T) {
	r := &recorder{TB: t}
	b := mocktest.Start(r)
	listed(t, b, 654)
	b.Verify(mocktest.Exactly(1, journal.Filter{Operation: "listHookIncomings"}))
	b.VerifyInOrder(mocktest.AtLeast(1, journal.Filter{Method: "GET"}), mocktest.AtMost(0, journal.Filter{Method: "GET"}))
	if r.errors != nil {
		t.Errorf("satisfied expectations fail: %q", r.errors)
	}
	b.Verify(mocktest.Exactly(2, journal.Filter{Operation: "listHookIncomings"}), mocktest.Never(journal.Filter{Status: 500}))
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "1 of 2 expectations unsatisfied") {
		t.Errorf("got %q", r.errors)
	}
}

func TestABreachOfTheDocumentFailsTheTest(t *testing.T) {
	r := &recorder{TB: t}
	t.Run("inner", func(t *testing.T) {
		r.TB = t
		mocktest.Start(r).World().NoteViolation("listHooks: hooks is missing")
	})
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "listHooks: hooks is missing") {
		t.Errorf("got %q", r.errors)
	}
}

func TestForkAtGoesOnFromAMoment(t *testing.T) {
	b := mocktest.Start(t)
	b.Hook(654).Begin()
	moment := b.World().Moment()
	b.Hook(654).Finish()
	b.Hook(654).Deliver(1, 2, 3)
	if got := b.ForkAt("then", moment).Hook(654).Status(); got.Queued != 2 || got.Processing != 1 {
		t.Errorf("the copy begins with %+v", got)
	}
}

func TestForkAndResetAreWorldsOfTheirOwn(t *testing.T) {
	b := mocktest.Start(t)
	b.Hook(654).Deliver("a")
	fork := b.Fork("elsewhere")
	fork.Hook(654).Deliver("b")
	if here, there := len(listed(t, b, 654)), len(listed(t, fork, 654)); here != 3 || there != 4 {
		t.Errorf("%d items here, %d in the fork", here, there)
	}
	b.Reset()
	if got := len(listed(t, b, 654)); got != 2 {
		t.Errorf("%d items after the reset", got)
	}
}

func TestWaitReturnsOnTime(t *testing.T) {
	b := mocktest.Start(t)
	var group sync.WaitGroup
	group.Go(func() { listed(t, b, 654) })
	if got := b.Wait(1, journal.Filter{Operation: "listHookIncomings"}, time.Minute); len(got) != 1 {
		t.Errorf("got %d", len(got))
	}
	group.Wait()
}

func TestOnLoopbackTakesAnyClient(t *testing.T) {
	b := mocktest.Start(t, mocktest.OnLoopback(), mocktest.With(mockserver.WithDeclaredTokens()))
	b.Client = http.DefaultClient
	if got := listed(t, b, 654); len(got) != 2 {
		t.Errorf("got %q", got)
	}
	if status, body := call(t, b, http.MethodGet, b.ControlURL+"/clock", ""); status != http.StatusOK {
		t.Errorf("control: %d %s", status, body)
	}
}

func TestAnotherTestOfTheSameNameGetsAnotherWorld(t *testing.T) {
	s, err := mocktest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a, b := mocktest.Start(t, mocktest.On(s)), mocktest.Start(t, mocktest.On(s))
	if a.Token == b.Token {
		t.Errorf("both are %s", a.Token)
	}
	a.Hook(654).Deliver("a")
	if got := listed(t, b, 654); len(got) != 2 {
		t.Errorf("the other world holds %q", got)
	}
}

// What a test imports ends up in its binary: neither the command line nor metrics.
func TestImportsAreHeldDown(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, foreign := range []string{"spf13/", "prometheus/", "VictoriaMetrics/", "understudy/conformance", "porcupine", "pgregory.net", "tools/", "understudy/cmd"} {
		for dep := range strings.Lines(string(out)) {
			if strings.Contains(dep, foreign) {
				t.Errorf("mocktest depends on %s", strings.TrimSpace(dep))
			}
		}
	}
}
