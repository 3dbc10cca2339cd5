package control_test

import (
	"bufio"
	"context"
	"net/http"
	"strings"
	"testing"
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
