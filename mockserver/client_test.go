package mockserver_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// client sends requests to a mock of its own and holds every answer against the OpenAPI document.
type client struct {
	t      *testing.T
	mock   *mockserver.Server
	url    string
	token  string
	router routers.Router
}

type answer struct {
	Status int
	Header http.Header
	Body   string
}

func newClient(t *testing.T, options ...mockserver.Option) *client {
	t.Helper()
	mock, err := mockserver.New(append(options, mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(server.Close)
	return &client{t: t, mock: mock, url: server.URL, token: "demo", router: documentRouter(t, server.URL)}
}

func documentRouter(t *testing.T, url string) routers.Router {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(makecom.Contract.Document)
	if err != nil {
		t.Fatal(err)
	}
	doc.Servers = openapi3.Servers{{URL: url + makecom.BasePath}}
	doc.Paths.Delete("/wh/{udid}")
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// request builds a request with the client's token, and a JSON body where one is given.
func (c *client) request(method, path, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Token "+c.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (c *client) do(method, path, body string) answer {
	c.t.Helper()
	return c.send(c.request(method, path, body))
}

func (c *client) send(r *http.Request) answer {
	c.t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	c.validate(r, res, body)
	return answer{res.StatusCode, res.Header, string(body)}
}

// validate holds an answer against the document, where the document has the operation.
func (c *client) validate(r *http.Request, res *http.Response, body []byte) {
	c.t.Helper()
	route, params, err := c.router.FindRoute(r)
	if err != nil || res.StatusCode == http.StatusServiceUnavailable { // the latter is the mock's own: it dropped the world
		return
	}
	err = openapi3filter.ValidateResponse(c.t.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 res.StatusCode,
		Header:                 res.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		c.t.Errorf("%s %s: the answer does not follow the document: %v", r.Method, r.URL, err)
	}
}

// refuses reports whether the document itself refuses a request.
func (c *client) documentRefuses(r *http.Request) error {
	c.t.Helper()
	route, params, err := c.router.FindRoute(r)
	if err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(c.t.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc},
	})
}

func (c *client) world() *world.World {
	c.t.Helper()
	w, err := c.mock.Worlds().Find(c.token)
	if err != nil {
		c.t.Fatal(err)
	}
	return w
}

// begin starts the processing of an item.
func (c *client) begin(hookID int, id string) {
	c.t.Helper()
	if _, err := c.world().Do(queue.Begin{HookID: hookID, IDs: []string{id}}); err != nil {
		c.t.Fatal(err)
	}
}

// queued lists the ids of a queue.
func (c *client) queued(hookID string) []string {
	c.t.Helper()
	var list struct{ Incomings []struct{ ID string } }
	c.decode(c.do(http.MethodGet, "/api/v2/hooks/"+hookID+"/incomings", ""), &list)
	ids := []string{}
	for _, i := range list.Incomings {
		ids = append(ids, i.ID)
	}
	return ids
}

func (c *client) decode(a answer, to any) {
	c.t.Helper()
	if a.Status != http.StatusOK {
		c.t.Fatalf("status %d: %s", a.Status, a.Body)
	}
	if err := json.Unmarshal([]byte(a.Body), to); err != nil {
		c.t.Fatalf("%v in %s", err, a.Body)
	}
}

// wantJSON compares an answer with the JSON that is expected, whatever the order of members.
func (c *client) wantJSON(a answer, status int, want string) {
	c.t.Helper()
	if a.Status != status {
		c.t.Errorf("status %d, want %d", a.Status, status)
	}
	var gotValue, wantValue any
	if err := json.Unmarshal([]byte(want), &wantValue); err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal([]byte(a.Body), &gotValue); err != nil {
		c.t.Fatalf("%v in %s", err, a.Body)
	}
	if diff := cmp.Diff(wantValue, gotValue); diff != "" {
		c.t.Errorf("body (-want +got):\n%s", diff)
	}
}

func wantStatus(t *testing.T, a answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("status %d, want %d: %s", a.Status, status, a.Body)
	}
}

func grant(scopes []string) world.Grant { return world.Grant{Scopes: scopes} }

//nolint:gochecknoglobals // a constant, as far as the language lets a time be one
var frozen = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
