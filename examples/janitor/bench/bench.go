// Package bench gives the janitor's tests a vendor: the one that the environment names, or a mock in their own process.
package bench

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/janitor"
	"github.com/understudy-mock/understudy/mockserver"
)

// Bench is one hook in a world of its own.
type Bench struct {
	janitor.Queue
	t       testing.TB
	control string // of the hook's world
	address string // where the hook takes deliveries
}

// Start makes a hook with nothing in its queue.
func Start(tb testing.TB) *Bench {
	tb.Helper()
	base, control := os.Getenv("UNDERSTUDY_URL"), os.Getenv("UNDERSTUDY_CONTROL_URL")
	if base == "" {
		mock, err := mockserver.New()
		if err != nil {
			tb.Fatal(err)
		}
		server := httptest.NewServer(mock)
		tb.Cleanup(server.Close)
		base, control = server.URL+"/api/v2", server.URL+"/_understudy/v1"
	}
	token := strings.NewReplacer("/", "-", " ", "-").Replace(tb.Name())
	b := &Bench{Queue: janitor.Queue{Client: http.DefaultClient, BaseURL: base, Token: token}, t: tb, control: control + "/worlds/" + token + "/makecom/hooks"}
	b.create()
	return b
}

// Deliver sends data to the hook's own address, as a sender would, and returns the items' ids.
func (b *Bench) Deliver(n int) []string {
	b.t.Helper()
	ids := make([]string, n)
	for i := range ids {
		answer := b.send(b.address, map[string]any{"order": i})
		_ = answer.Body.Close() // nothing is read from it
		ids[i] = answer.Header.Get("x-request-id")
	}
	return ids
}

// Hold begins the processing of an item, so that it cannot be deleted.
func (b *Bench) Hold(id string) {
	b.t.Helper()
	b.post(b.hook()+"/begin", map[string]any{"ids": []string{id}}, nil)
}

// Another is a second hook of the same world.
func (b *Bench) Another() *Bench {
	b.t.Helper()
	other := *b
	other.create()
	return &other
}

func (b *Bench) create() {
	b.t.Helper()
	var made struct {
		HookID  int    `json:"hookId"`
		HookURL string `json:"hookUrl"`
	}
	b.post(b.control, map[string]any{}, &made)
	b.HookID, b.address = made.HookID, made.HookURL
}

func (b *Bench) hook() string { return b.control + "/" + strconv.Itoa(b.HookID) }

func (b *Bench) post(url string, body, to any) {
	b.t.Helper()
	answer := b.send(url, body)
	defer func() { _ = answer.Body.Close() }() // it was only read
	if answer.StatusCode >= http.StatusBadRequest {
		b.t.Fatalf("POST %s: %s", url, answer.Status)
	}
	if to == nil {
		return
	}
	if err := json.NewDecoder(answer.Body).Decode(to); err != nil {
		b.t.Fatal(err)
	}
}

func (b *Bench) send(url string, body any) *http.Response {
	b.t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		b.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, url, bytes.NewReader(text))
	if err != nil {
		b.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	answer, err := b.Client.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}
