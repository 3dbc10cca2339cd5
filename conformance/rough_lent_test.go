package conformance_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// TestRoughTargetsWithLentHooks is TestRoughTargets without a provider-state URL: what the run needs it delivers itself, to
// the addresses of hooks that it was lent.
func TestRoughTargetsWithLentHooks(t *testing.T) {
	all := conditions()
	for i := range all {
		all[i].name, all[i].given, all[i].after = "lent hooks, "+all[i].name, lendHooks, wantTidy
	}
	roughTable(t, sweep.Of(all, 2), 50, makecom.Contract.Name)
}

// ofOthers is how many items of somebody else wait on the second hook.
const ofOthers = 3

// lendHooks makes two hooks and lends them instead of the provider-state URL. Items of somebody else wait on the second.
func lendHooks(t *testing.T, vendor http.Handler, target *conformance.Target) {
	t.Helper()
	target.States = conformance.States{Hooks: []conformance.Hook{newHook(t, vendor, target.Token), newHook(t, vendor, target.Token)}}
	for range ofOthers {
		send(t, vendor, target.States.Hooks[1].URL, `{"somebody":"else"}`)
	}
}

// wantTidy wants nothing of the run's on the hooks that the report does not speak of.
func wantTidy(t *testing.T, vendor http.Handler, target conformance.Target, r *report.Report) {
	t.Helper()
	told := strings.Join(r.Left, "\n")
	for _, what := range r.Left {
		t.Logf("seed %d: left behind: %s", r.Seed, what)
	}
	for i, hook := range target.States.Hooks {
		var list struct{ Incomings []struct{ ID string } }
		if err := json.Unmarshal(ask(t, vendor, target, "/hooks/"+hook.ID+"/incomings"), &list); err != nil {
			t.Fatal(err)
		}
		if len(list.Incomings) > i*ofOthers && !strings.Contains(told, "hook "+hook.ID) {
			t.Errorf("seed %d: %d items are on hook %s, and the report tells of %q", r.Seed, len(list.Incomings), hook.ID, told)
		}
		if len(list.Incomings) < i*ofOthers {
			t.Errorf("seed %d: items of somebody else are gone from hook %s", r.Seed, hook.ID)
		}
	}
}

// ask reads from the vendor itself.
func ask(t *testing.T, vendor http.Handler, target conformance.Target, path string) []byte {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target.URL+path, http.NoBody)
	r.Header.Set("Authorization", "Token "+target.Token)
	return answer(t, vendor, r)
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
	return answer(t, vendor, r)
}

func answer(t *testing.T, vendor http.Handler, r *http.Request) []byte {
	t.Helper()
	w := httptest.NewRecorder()
	vendor.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", r.URL, w.Code, w.Body)
	}
	return w.Body.Bytes()
}
