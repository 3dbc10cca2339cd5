package control_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// misspelt sends a deletion with a parameter, a header and a member that nobody reads.
func misspelt(m mock) {
	m.t.Helper()
	req := m.request(http.MethodDelete, "/api/v2/hooks/654/incomings?confrmed=true", `{"all":true,"colour":"red"}`)
	req.Header.Set("Authorization", "Token demo")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", "7")
	m.send(req)
}

func TestTheJournalTellsWhatNobodyRead(t *testing.T) {
	m := start(t)
	misspelt(m)
	const want = "[map[in:query name:confrmed] map[in:header name:Idempotency-Key] map[in:body name:colour]]"
	if got := m.entry("?unread=true"); fmt.Sprint(got["unread"]) != want || got["request"] == nil {
		t.Errorf("unread %v, want %s", got["unread"], want)
	}
	if got := m.entry("?unread=true&brief=true"); fmt.Sprint(got["unread"]) != want || fmt.Sprint(got["request"], got["response"]) != "map[] map[]" && got["request"] != nil {
		t.Errorf("in short: %v", got)
	}
	if got := m.entry(""); got["unread"] != nil {
		t.Errorf("nobody asked for %v", got["unread"])
	}
}

// entry is the only one of a journal.
func (m mock) entry(query string) map[string]any {
	m.t.Helper()
	entries, _ := m.control(http.MethodGet, "/worlds/demo/journal"+query, nil).object()["entries"].([]any)
	if len(entries) != 1 {
		m.t.Fatalf("journal%s has %d entries", query, len(entries))
	}
	entry, _ := entries[0].(map[string]any)
	return entry
}

func TestTheJournalIsSearchedByText(t *testing.T) {
	m := start(t)
	misspelt(m)
	m.make("demo", http.MethodGet, "/hooks/654/incomings/stats", nil)
	for text, want := range map[string]int{
		"COLOUR": 1, "confirmation": 1, "confrmed": 1, "idempotency-key: 7": 1, "all-unconfirmed": 1, "406": 1, "incomingstat": 1, "654": 2, "": 2,
		"nowhere": 0, "token demo": 0, // redacted
	} {
		entries, _ := m.control(http.MethodGet, "/worlds/demo/journal?text="+strings.ReplaceAll(text, " ", "%20"), nil).object()["entries"].([]any)
		if len(entries) != want {
			t.Errorf("%q is in %d exchanges, want %d", text, len(entries), want)
		}
	}
}

func TestEventsTellWhatNobodyRead(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	lines := eventStream(t, m, "demo", "")
	next(t, lines, ": the events")
	misspelt(m)
	if got := next(t, lines, "data: "); !strings.Contains(got, `{"in":"header","name":"Idempotency-Key"}`) {
		t.Errorf("the event is %s", got)
	}
}

// A query stands in the journal byte for byte. A path has its usual spelling, which filters and replays look for.
func TestTheJournalKeepsAQueryAsItWasSent(t *testing.T) {
	for _, query := range []string{"a;b", "a;b=c&d=%3b;%3B", ";", "confirmed=true;", "a=%2e%2E", "pg%5blimit%5D=1", "&&"} {
		for _, path := range []string{"/api/v2/hooks/654/incomings/stats", "/%61pi/v2/hooks/654/incomings/%73tats"} {
			m := start(t)
			r := m.request(http.MethodGet, path+"?"+query, nil)
			r.Header.Set("Authorization", "Token demo")
			m.send(r)
			if got := m.entry("?unread=true"); got["query"] != query || got["path"] != "/api/v2/hooks/654/incomings/stats" {
				t.Errorf("%s?%s is kept as %v?%v", path, query, got["path"], got["query"])
			}
		}
	}
	m := start(t)
	r := m.request(http.MethodGet, "/api/v2/hooks/654/incomings/stats?a;b=c", nil)
	r.Header.Set("Authorization", "Token demo")
	m.send(r)
	if got := fmt.Sprint(m.entry("?unread=true")["unread"]); got != "[map[in:query name:a;b]]" {
		t.Errorf("nobody read %s", got)
	}
}
