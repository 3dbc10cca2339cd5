// Package audit stands between a run of the suite and the mock, so that tests can hold what a run did against what it may do.
// It knows no API.
package audit

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Call is one request to the vendor.
type Call struct {
	Method, Path string
	Rest         string // query and body
}

// Recorder passes requests on and remembers the vendor's: calls and deliveries, not the set-up of states.
type Recorder struct {
	Vendor http.Handler

	mu    sync.Mutex
	calls []Call
}

// ServeHTTP passes a request on.
func (r *Recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the client went away
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	if !strings.HasPrefix(req.URL.Path, "/_understudy/") {
		r.note(Call{req.Method, req.URL.Path, req.URL.Query().Encode() + " " + string(body)})
	}
	r.Vendor.ServeHTTP(w, req)
}

func (r *Recorder) note(c Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, c)
}

// Calls lists what went through so far.
func (r *Recorder) Calls() []Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Call(nil), r.calls...)
}

// World reads what a world of the mock holds into v.
func World(tb testing.TB, mock http.Handler, world string, v any) {
	tb.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(tb.Context(), http.MethodGet, "http://127.0.0.1/_understudy/v1/worlds/"+world, http.NoBody)
	r.Header.Set("Accept", "application/json")
	mock.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), v); err != nil || w.Code != http.StatusOK {
		tb.Fatalf("world %s: %d %v %.200s", world, w.Code, err, w.Body)
	}
}
