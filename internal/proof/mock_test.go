package proof_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// vendor is an API whose mock is held against a model.
type vendor[S, A any] struct {
	catalog *suite.Catalog
	path    string // under which the API answers
	model   history.Subject[S, A]
	busy    string // under the path: what others read meanwhile, %s being their token
}

func makeVendor() vendor[makecom.State, makecom.Answer] {
	return vendor[makecom.State, makecom.Answer]{catalog: makecom.Catalog(), path: "/api/v2", busy: "/hooks/654/incomings?token=%s", model: makecom.Subject{}}
}

func crmVendor() vendor[crmcom.State, crmcom.Answer] {
	return vendor[crmcom.State, crmcom.Answer]{
		catalog: crmcom.Catalog(), path: "/crmapi/rest/v2", busy: "/webhook_requests/list?token=%s", model: crmcom.Subject{},
	}
}

// inMemory carries requests to a handler without a network.
type inMemory struct{ handler http.Handler }

func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	served := r.Clone(r.Context())
	served.RequestURI, served.RemoteAddr = r.URL.RequestURI(), "127.0.0.1:1"
	if served.Host == "" {
		served.Host = r.URL.Host
	}
	if served.Body == nil {
		served.Body = http.NoBody
	}
	m.handler.ServeHTTP(answer, served)
	response := answer.Result()
	response.Request = r
	return response, nil
}

// newRun is a run against a fresh mock without a network.
func (v vendor[S, A]) newRun(t fataler, opts ...mockserver.Option) *suite.Run {
	t.Helper()
	const origin = "http://127.0.0.1:8654"
	return v.runAt(t, origin, suite.Config{Seed: 1, Transport: inMemory{mock(t, opts...)}})
}

func mock(t fataler, opts ...mockserver.Option) http.Handler {
	t.Helper()
	handler, err := mockserver.New(opts...)
	if err != nil {
		t.Fatalf("mock: %v", err)
	}
	return handler
}

// runAt is a run against a mock at an origin.
func (v vendor[S, A]) runAt(t fataler, origin string, c suite.Config) *suite.Run {
	t.Helper()
	document, err := suite.ParseDocument(v.catalog.API.Document)
	if err != nil {
		t.Fatalf("document: %v", err)
	}
	c.BaseURL, c.Token, c.Mode, c.Effect = origin+v.path, "demo", suite.Owned, v.catalog.Effect
	c.States = &suite.StateURL{
		URL: origin + "/_understudy/v1/provider-states", Extra: map[string]any{"token": "demo"},
	}
	return suite.NewRun(c, document)
}

// fataler is what *testing.T and *rapid.T have in common here.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
	Context() context.Context
}

// seeds are two that stay and one that nobody has seen, by the name of the test.
func seeds(t *testing.T) map[string]uint64 {
	t.Helper()
	fresh := rand.Uint64() //nolint:gosec // the choice of a test, not a secret
	return map[string]uint64{"1": 1, "2": 2, fmt.Sprintf("fresh seed %d", fresh): fresh}
}

// drawn is a dialect made of any legal answers.
func drawn(api *contract.API, from explore.Chooser) contract.Dialect {
	d := contract.Dialect{}
	for _, q := range api.Questions {
		d[q.ID] = q.Answers[from.IntN(len(q.Answers))].Name
	}
	return d
}
