package suite

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

const shelf = `
openapi: 3.0.3
info: {title: Shelf, version: "1"}
paths:
  /books:
    get:
      operationId: list
      parameters:
        - {name: limit, in: query, schema: {type: integer}}
        - {name: offset, in: query, schema: {type: integer}}
      responses: {'200': {description: The books.}}
    post:
      operationId: add
      requestBody:
        required: true
        content: {application/json: {schema: {type: object, required: [title], properties: {title: {type: string}, pages: {type: integer}}}}}
      responses: {'200': {description: Added.}}
`

// shelfServer refuses every request with a fault. What it does with bodies that have one is for the case to say.
type shelfServer struct {
	onBad func(w http.ResponseWriter, s *shelfServer)
	mu    sync.Mutex
	books int
	asked []string
}

func (s *shelfServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, _ := io.ReadAll(r.Body) // what is cut off is no title
	s.asked = append(s.asked, r.Method)
	switch {
	case r.Method == http.MethodGet && strings.Contains(r.URL.RawQuery, "o"):
		w.WriteHeader(http.StatusBadRequest)
	case r.Method == http.MethodGet || string(body) == `{"title":"right"}`:
		w.WriteHeader(http.StatusOK)
	case s.onBad != nil:
		s.onBad(w, s)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
}

// requests gives what was asked so far. The server may still be at work on a connection that the check gave up.
func (s *shelfServer) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

// sendBadInput runs the check against the server.
func (s *shelfServer) sendBadInput(t *testing.T, mode Mode, seed uint64) error {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	document, err := ParseDocument([]byte(shelf))
	if err != nil {
		t.Fatal(err)
	}
	run := NewRun(Config{BaseURL: server.URL, Mode: mode, Seed: seed}, document)
	t.Cleanup(run.Close)
	run.Ledger.Mint("/books")
	session := run.Session("shelf", 0)
	return session.WantBadInputHarmless(t.Context(), BadInput{
		Operations: []string{"list", "add"},
		Given:      func(string) map[string]any { return map[string]any{"title": "book"} },
		Prepare:    func(*Request) {},
		Look: func(context.Context) (any, error) {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.books, nil
		},
		Right: func(ctx context.Context, operation string) error {
			r := &Request{Operation: operation, Method: http.MethodGet, Path: "/books"}
			if operation == "add" {
				r.Method, r.Body = http.MethodPost, []byte(`{"title":"right"}`)
			}
			e, err := session.Do(ctx, r)
			return errors.Join(err, session.NeedAccepted(e))
		},
	})
}

func TestBadInputIsHarmless(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		onBad func(http.ResponseWriter, *shelfServer)
		want  string
	}{
		"refused": {nil, ""},
		"fails":   {func(w http.ResponseWriter, _ *shelfServer) { w.WriteHeader(http.StatusBadGateway) }, "502"},
		"cut":     {func(http.ResponseWriter, *shelfServer) { panic(http.ErrAbortHandler) }, "a connection that dies without an answer, each of 9 times"},
		"changes": {func(w http.ResponseWriter, s *shelfServer) { s.books++ }, "as before"},
		"cut once": {func(w http.ResponseWriter, s *shelfServer) {
			if slices.Index(s.asked, http.MethodPost) == len(s.asked)-1 { // the first change
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(http.StatusBadRequest)
		}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &shelfServer{onBad: c.onBad}
			found := Violations(s.sendBadInput(t, Owned, 7))
			if (len(found) > 0) != (c.want != "") || len(found) > 0 && !strings.Contains(found[0].Error(), c.want) {
				t.Errorf("found %v, want %q", found, c.want)
			}
			if asked := s.requests(); len(asked) > mostBadInput+2*breaksAgain+4 {
				t.Errorf("%d requests", len(asked))
			}
		})
	}
}

func TestBadInputKeepsToTheMode(t *testing.T) {
	t.Parallel()
	s := &shelfServer{}
	if err := s.sendBadInput(t, ReadOnly, 7); err != nil {
		t.Error(err)
	}
	if asked := s.requests(); slices.Contains(asked, http.MethodPost) || len(asked) < 3 {
		t.Errorf("sent %v", asked)
	}
}
