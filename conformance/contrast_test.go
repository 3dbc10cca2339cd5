package conformance_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/receiver"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// refusal is one answer to everything.
type refusal struct {
	status int
	media  string
	body   string
}

func (r refusal) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", r.media)
	w.Header().Set("X-Request-Id", strings.Repeat("0123456789abcdef", 2))
	w.WriteHeader(r.status)
	_, _ = fmt.Fprint(w, r.body)
}

// refusalsWanted are, for each API, the answers that some check wants to a call which is wrong.
func refusalsWanted() map[string][]refusal {
	const jsonMedia, textMedia = "application/json; charset=utf-8", "text/plain"
	made := func(status int, code string) refusal {
		return refusal{status, jsonMedia, fmt.Sprintf(`{"message":"Confirmation Required","detail":"no","code":%q,"suberrors":[]}`, code)}
	}
	enveloped := func(status int) refusal {
		return refusal{status, jsonMedia, `{"status":{"code":"COM.CRM.EXCEPTIONS.NOEXCEPTION","message":"no","description":"no"}}`}
	}
	return map[string][]refusal{
		"makecom": {
			made(400, "SC400"), made(400, "IM005"), made(401, "SC401"), made(403, "SC403"), made(404, "SC404"), made(406, "IM004"),
			{400, textMedia, "Queue is full."},
			{410, textMedia, "Webhook not found."},
			{413, textMedia, "too large"},
		},
		"crmcom": {enveloped(200), enveloped(400), enveloped(401), enveloped(404)},
	}
}

// TestARefusalOfEverythingIsNoPass runs every check and probe on a target that gives each refusal that one of them wants, but to
// every call, while its states can be set up: nothing may be found right, and no question answered.
func TestARefusalOfEverythingIsNoPass(t *testing.T) {
	t.Parallel()
	for _, c := range []*suite.Catalog{makecom.Catalog(), crmcom.Catalog()} {
		for _, r := range refusalsWanted()[c.API.Name] {
			t.Run(fmt.Sprintf("%s/%d %s", c.API.Name, r.status, r.body), func(t *testing.T) {
				t.Parallel()
				wantNothingFound(t, c, refusing(t, c, r), "demo")
			})
		}
	}
}

// TestAWrongCredentialIsNoPass does the same with a credential that the target refuses. Tokens that states give are good ones.
func TestAWrongCredentialIsNoPass(t *testing.T) {
	t.Parallel()
	refused := map[string]refusal{"makecom": refusalsWanted()["makecom"][2], "crmcom": refusalsWanted()["crmcom"][0]}
	for _, c := range []*suite.Catalog{makecom.Catalog(), crmcom.Catalog()} {
		t.Run(c.API.Name, func(t *testing.T) {
			t.Parallel()
			wantNothingFound(t, c, refusingToken(t, refused[c.API.Name]), wrongToken)
		})
	}
}

const wrongToken = "a-wrong-one"

// refusingToken is a mock that refuses one token, wherever a call carries it.
func refusingToken(t *testing.T, r refusal) http.Handler {
	t.Helper()
	mock := inProcess(t)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body) // what cannot be read carries nothing
		req.Body = io.NopCloser(bytes.NewReader(body))
		if strings.Contains(req.Header.Get("Authorization")+req.URL.RawQuery+string(body), wrongToken) {
			r.ServeHTTP(w, req)
			return
		}
		mock.ServeHTTP(w, req)
	})
}

// refusing is a mock that refuses every call of the API, whatever it is, while its states can be set up.
func refusing(t *testing.T, c *suite.Catalog, r refusal) http.Handler {
	t.Helper()
	mock := inProcess(t)
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, c.API.BasePath) || strings.HasPrefix(req.URL.Path, "/wh/") {
			r.ServeHTTP(w, req)
			return
		}
		mock.ServeHTTP(w, req)
	})
}

func inProcess(t *testing.T, opts ...mockserver.Option) http.Handler {
	t.Helper()
	mock, err := mockserver.New(opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { mock.Close() })
	return mock
}

// wantNothingFound runs everything in a catalog by itself: the engine would have ended the run before the first check.
func wantNothingFound(t *testing.T, c *suite.Catalog, target http.Handler, token string) {
	t.Helper()
	server := httptest.NewServer(target)
	t.Cleanup(server.Close)
	document, err := suite.ParseDocument(c.API.Document)
	if err != nil {
		t.Fatal(err)
	}
	run := suite.NewRun(suite.Config{
		BaseURL: server.URL + c.API.BasePath, Token: token, Mode: suite.Owned, Effect: c.Effect, Accepted: c.Accepted,
		States:   &suite.StateURL{URL: server.URL + "/_understudy/v1/provider-states", Extra: map[string]any{"token": "demo"}},
		Receiver: receiver.Config{Wait: 20 * time.Millisecond},
		Patience: 10 * time.Millisecond, // a 429 of everything needs no more
	}, document)
	defer run.Close()
	for _, check := range c.Checks {
		if check.Verify == nil || check.Requirement == makeapi.AuthReadScope && token != "demo" {
			continue // that one works with tokens of its own
		}
		s, err := run.Attempt(t.Context(), check.Requirement.ID, 0, 1, suite.Contrasted(check.Verify))
		if err == nil && calledTheAPI(s) {
			t.Errorf("%s passes", check.Requirement.ID)
		}
	}
	for _, probe := range c.Probes {
		answer := ""
		s, err := run.Attempt(t.Context(), probe.Question.ID, 0, 1, suite.Contrasted(func(ctx context.Context, s *suite.Session) (err error) {
			answer, err = probe.Observe(ctx, s)
			return err
		}))
		if err == nil && calledTheAPI(s) && probe.Question.Allows(answer) {
			t.Errorf("%s is answered: %s", probe.Question.ID, answer)
		}
	}
}

// calledTheAPI reports whether a session called the API at all. What states and the receiver show rests on no refusal.
func calledTheAPI(s *suite.Session) bool {
	return slices.ContainsFunc(s.Exchanges(), func(e *suite.Exchange) bool { return e.Operation != "" })
}
