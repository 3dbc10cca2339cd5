package control_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

// eventStream opens the events of a world, behind the exchange named, and returns its lines.
func eventStream(t *testing.T, m mock, world, after string) *bufio.Scanner {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req := m.request(http.MethodGet, "/_understudy/v1/worlds/"+world+"/events", nil).WithContext(ctx)
	if after != "" {
		req.Header.Set("Last-Event-ID", after)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	if got := answer.Header.Get("Content-Type"); answer.StatusCode != http.StatusOK || got != "text/event-stream" {
		t.Fatalf("status %d, content type %q", answer.StatusCode, got)
	}
	return bufio.NewScanner(answer.Body)
}

// next reads lines until one starts with the prefix.
func next(t *testing.T, lines *bufio.Scanner, prefix string) string {
	t.Helper()
	for lines.Scan() {
		if rest, found := strings.CutPrefix(lines.Text(), prefix); found {
			return rest
		}
	}
	t.Fatalf("the stream ended before a line %q: %v", prefix, lines.Err())
	return ""
}

func TestEventsTellOfExchangesAndCommands(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	lines := eventStream(t, m, "demo", "")
	next(t, lines, ": the events")
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/654/begin", `{"count":1}`)
	if got := next(t, lines, "event: "); got != "command" {
		t.Errorf("event %q, want command", got)
	}
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	if got := next(t, lines, "event: "); got != "reset" {
		t.Errorf("event %q, want reset", got)
	}
}

func TestEventsMakeNoWorldAndRefuseWhatTheyCannotRead(t *testing.T) {
	m := start(t)
	m.control(http.MethodGet, "/worlds/nobody/events", nil).refused(http.StatusNotFound, "unknown-world", "world")
	m.control(http.MethodGet, "/worlds/nobody/state", nil).refused(http.StatusNotFound, "unknown-world", "world")
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	req := m.request(http.MethodGet, "/_understudy/v1/worlds/demo/events", nil)
	req.Header.Set("Last-Event-ID", "yesterday")
	m.send(req).refused(http.StatusBadRequest, "bad-value", "Last-Event-ID")
	m.control(http.MethodGet, "/worlds/demo/state?limit=100000", nil).refused(http.StatusBadRequest, "bad-value", "limit")
}

// Whoever lost the stream comes back behind the last exchange that was seen, and is given every one after it, once.
func TestEventsGoOnBehindAnExchange(t *testing.T) {
	m := start(t)
	for range 4 {
		m.queue("demo", "654")
	}
	lines := eventStream(t, m, "demo", "2")
	m.queue("demo", "654")
	for _, want := range []string{"3", "4", "5"} {
		if got := next(t, lines, "id: "); got != want {
			t.Fatalf("exchange %s, want %s", got, want)
		}
	}
}

// A reader is given a bounded number at a time, the latest, and is told how many it missed.
func TestEventsTellHowManyWereMissed(t *testing.T) {
	m := start(t)
	for range 600 {
		m.queue("demo", "654")
	}
	lines := eventStream(t, m, "demo", "1")
	if got := next(t, lines, "data: "); got != `{"count":99}` {
		t.Errorf("the first event is %s, want that 99 of 599 were skipped", got)
	}
	if got := next(t, lines, "id: "); got != "101" {
		t.Errorf("the first exchange is %s, want 101", got)
	}
}

func TestEventsAskForTheControlToken(t *testing.T) {
	m := start(t, mockserver.WithControl(control.Options{Token: "s3cret"}))
	m.queue("demo", "654") // makes the world
	for _, given := range []string{"", "Bearer s3cre"} {
		req := m.request(http.MethodGet, "/_understudy/v1/worlds/demo/events", nil)
		if given != "" {
			req.Header.Set("Authorization", given)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close() // it does not end where it is given
		if answer.StatusCode != http.StatusUnauthorized {
			t.Errorf("the events are answered with %d to %q", answer.StatusCode, given)
		}
	}
}

// Whoever looks at a world that somebody deletes learns of it at once, not with the next sign of life.
func TestEventsEndWithTheirWorld(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	lines := eventStream(t, m, "demo", "")
	next(t, lines, ": the events")
	began := time.Now()
	m.control(http.MethodDelete, "/worlds/demo", nil)
	for lines.Scan() {
	}
	if took := time.Since(began); took > control.Heartbeat/2 {
		t.Errorf("the stream ended after %s", took)
	}
}

// A schedule goes on while somebody watches, although nobody calls: the stream has it happen and tells of it, once.
func TestEventsTellOfWhatTimeMadeHappen(t *testing.T) {
	m := start(t)
	hook := m.hook(object{"processing": object{"mode": "scheduled", "every": "10ms", "maxResults": 1}})
	lines := eventStream(t, m, "demo", "")
	next(t, lines, ": the events")
	m.deliver(hook.HookID, object{"data": []int{1}})
	for next(t, lines, "event: ") != "moved" { // the command comes first
	}
	if got := next(t, lines, "data: "); !strings.HasPrefix(got, `{"moment":`) {
		t.Errorf("moved carries %s", got)
	}
}
