package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// recorder is a proxy that remembers what went through to the vendor: calls and deliveries, not the set-up of states.
type recorder struct {
	http.Handler
	mu   sync.Mutex
	sent []sent
}

type sent struct{ method, path, rest string }

func (r *recorder) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return // the client went away
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	if !strings.HasPrefix(req.URL.Path, "/_understudy/") {
		r.mu.Lock()
		r.sent = append(r.sent, sent{req.Method, req.URL.Path, req.URL.Query().Encode() + " " + string(body)})
		r.mu.Unlock()
	}
	r.Handler.ServeHTTP(w, req)
}

// property is what the world holds that the run did not make.
type property struct {
	Makecom struct {
		Hooks []struct {
			ID        int              `json:"id"`
			Incomings []map[string]any `json:"incomings"`
		} `json:"hooks"`
	} `json:"makecom"`
	Crmcom struct {
		Requests []map[string]any `json:"requests"`
	} `json:"crmcom"`
}

// world reads what the world of the runs below holds, by the mock's export.
func world(t *testing.T, mock http.Handler) (p property) {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/_understudy/v1/worlds/demo", http.NoBody)
	r.Header.Set("Accept", "application/json")
	mock.ServeHTTP(w, r)
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v %.200s", w.Code, err, w.Body)
	}
	return p
}

// touch opens the world.
func touch(t *testing.T, mock http.Handler) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1/api/v2/hooks/654/incomings/stats", http.NoBody)
	r.Header.Set("Authorization", "Token demo")
	mock.ServeHTTP(httptest.NewRecorder(), r)
}

// TestSafety records every request of every check and probe of both APIs in each mode. Hook 654 is lent.
func TestSafety(t *testing.T) {
	for _, api := range conformance.APIs() {
		for _, mode := range []suite.Mode{suite.ReadOnly, suite.Owned, suite.Disposable} {
			t.Run(api+"/"+string(mode), func(t *testing.T) {
				mock := newMock(t)
				touch(t, mock)
				before := world(t, mock)
				proxy := &recorder{Handler: mock}
				r := run(t, lent(serve(t, proxy), api, mode))
				for _, s := range proxy.sent {
					if harm := before.harm(s, mode); harm != "" {
						t.Errorf("%s: %s %s %.300s", harm, s.method, s.path, s.rest)
					}
				}
				if r.Requests < 5 || len(proxy.sent) < r.Requests/2 {
					t.Errorf("%d requests, of which the proxy saw %d", r.Requests, len(proxy.sent))
				}
				if len(r.Left) > 0 {
					t.Errorf("left behind: %q", r.Left)
				}
				wantKept(t, before, world(t, mock), mode)
			})
		}
	}
}

// lent makes a target of either API out of one of Make's, with every way to set states up.
func lent(target conformance.Target, api string, mode suite.Mode) conformance.Target {
	target.API, target.Mode, target.Token = api, mode, "demo"
	if api == "crmcom" {
		target.URL = strings.TrimSuffix(target.URL, "/api/v2") + crmcom.BasePath
		target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"}
		target.Receiver = conformance.Receiver{Wait: time.Second}
		return target
	}
	target.States.Hooks = []conformance.Hook{{ID: "654"}}
	return target
}

var (
	hookPath = regexp.MustCompile(`^/api/v2/hooks/([^/]*)/`)
	reading  = regexp.MustCompile(`/webhook_requests/(show|list)/?$`)
)

// harm says what is wrong with a request, "" when nothing is.
func (p property) harm(s sent, mode suite.Mode) string {
	crm := strings.HasPrefix(s.path, crmcom.BasePath)
	switch {
	case s.method == http.MethodGet && (!crm || reading.MatchString(s.path)) && !strings.HasPrefix(s.path, "/wh/"):
		return ""
	case mode == suite.ReadOnly:
		return "it changes something"
	case crm:
		return p.harmCrmcom(s)
	}
	return p.harmMakecom(s, mode)
}

func (p property) harmCrmcom(s sent) string {
	for _, request := range p.Crmcom.Requests {
		number, err := json.Marshal(request["number"])
		named := regexp.MustCompile(`number"?[=:] *"?` + string(number) + `\b`)
		if id, ok := request["id"].(string); err != nil || !ok || strings.Contains(s.rest, id) || named.MatchString(s.rest) {
			return "it names a request of somebody else"
		}
	}
	return ""
}

func (p property) harmMakecom(s sent, mode suite.Mode) string {
	for _, hook := range p.Makecom.Hooks {
		id, err := json.Marshal(hook.ID)
		if at := hookPath.FindStringSubmatch(s.path); err != nil || at == nil || at[1] != string(id) {
			continue
		}
		theirs := slices.ContainsFunc(hook.Incomings, func(item map[string]any) bool {
			id, ok := item["id"].(string)
			return !ok || strings.Contains(s.rest, id)
		})
		switch {
		case hook.ID != 654:
			return "the hook was not lent"
		case mode == suite.Owned && (theirs || strings.Contains(s.rest, `"all"`)):
			return "it may delete what waits there"
		}
	}
	return ""
}

// wantKept compares what others have in the world. A hook that was lent as disposable may have been emptied.
func wantKept(t *testing.T, before, after property, mode suite.Mode) {
	t.Helper()
	if len(before.Makecom.Hooks) < 2 || len(before.Crmcom.Requests) < 3 {
		t.Fatalf("the base world holds too little to lose: %+v", before)
	}
	for i, hook := range before.Makecom.Hooks {
		if hook.ID == 654 && mode == suite.Disposable {
			before.Makecom.Hooks[i].Incomings, after.Makecom.Hooks[i].Incomings = nil, nil
		}
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("the world (-before +after):\n%s", diff)
	}
}
