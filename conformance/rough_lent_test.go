package conformance_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// TestRoughTargetsWithLentHooks is TestRoughTargets without a provider-state URL: what the run needs it delivers itself, to
// the addresses of hooks that it was lent.
func TestRoughTargetsWithLentHooks(t *testing.T) {
	all := conditions()
	for i := range all {
		all[i].name, all[i].given = "lent hooks, "+all[i].name, lendHooks
	}
	roughTable(t, all, 50, makecom.Contract.Name)
}

// lendHooks makes two hooks and lends them instead of the provider-state URL. Items of somebody else wait on the second.
func lendHooks(t *testing.T, vendor http.Handler, target *conformance.Target) {
	t.Helper()
	target.States = conformance.States{Hooks: []conformance.Hook{newHook(t, vendor, target.Token), newHook(t, vendor, target.Token)}}
	for range 3 {
		send(t, vendor, target.States.Hooks[1].URL, `{"somebody":"else"}`)
	}
}

func newHook(t *testing.T, vendor http.Handler, token string) conformance.Hook {
	t.Helper()
	body, err := json.Marshal(map[string]any{"state": "a hook", "params": map[string]any{"token": token}, "action": "setup"})
	if err != nil {
		t.Fatal(err)
	}
	var made struct {
		ID  json.Number `json:"hookId"`
		URL string      `json:"hookUrl"`
	}
	if err := json.Unmarshal(send(t, vendor, "http://127.0.0.1:1/_understudy/v1/provider-states", string(body)), &made); err != nil {
		t.Fatal(err)
	}
	return conformance.Hook{ID: made.ID.String(), URL: made.URL}
}

// send posts to the vendor itself, past whatever stands before it.
func send(t *testing.T, vendor http.Handler, address, body string) []byte {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, address, bytes.NewBufferString(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	vendor.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", address, w.Code, w.Body)
	}
	return w.Body.Bytes()
}
