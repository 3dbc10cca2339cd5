package outsider_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/outsider"
	"github.com/understudy-mock/understudy/internal/sweep"
)

type object = map[string]any

// exchange is one call of the server with a bug, which may change it before the honest server sees it, and its answer after.
type exchange struct {
	*bug

	method, path string
	query        url.Values
	header       http.Header
	body         []byte
	members      object // of the body, nil where it is no object; what is changed here is sent
	chunked      bool   // the body came without its length
	lost         bool   // a delivery that is answered like any other, and goes nowhere

	status int
	text   []byte
	answer object // nil where it is no object; what is changed here is answered
	id     string // x-request-id of the answer
	asked  []any  // ids of a deletion, where others are sent

	honest http.Handler
	begun  http.Header // of the answer, before anybody looked at the call
}

// bug is what a server does wrong.
type bug struct {
	name, api     string
	breaks        string // the requirement that has to be found violated, "" for any
	before, after func(*exchange)

	mu       sync.Mutex
	count    map[string]int
	kept     map[string]any
	provided []provided
}

func (b *bug) wrong(honest http.Handler) http.Handler {
	b.count, b.kept = map[string]int{}, map[string]any{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		e := &exchange{
			bug: b, method: r.Method, path: r.URL.Path, query: r.URL.Query(), header: r.Header.Clone(),
			body: body, members: parsed(body), chunked: r.ContentLength < 0, honest: honest, begun: w.Header().Clone(),
		}
		answer := e.wronged(r)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(e.status)
		_, _ = w.Write(e.text)
	})
}

// wronged lets the bug have its way, but for the provider of states.
func (e *exchange) wronged(r *http.Request) *httptest.ResponseRecorder {
	provides := r.URL.Path == "/prepare"
	if !provides {
		e.let(e.before, r.URL)
	}
	if e.lost {
		e.path = "/post/nowhere"
	}
	answer := e.ask(r, r.URL.RawQuery)
	e.status, e.text, e.answer, e.id = answer.Code, answer.Body.Bytes(), parsed(answer.Body.Bytes()), answer.Header().Get("X-Request-Id")
	switch {
	case provides:
		e.provide(e.members, e.answer)
	case e.lost:
		granted(e, "Accepted")
	default:
		e.let(e.after, nil)
	}
	return answer
}

// let runs one half of the bug and writes what it changed. An address is that of a call that was not sent yet.
func (e *exchange) let(f func(*exchange), at *url.URL) {
	if f == nil {
		return
	}
	query, sent, answered := e.query.Encode(), written(e.members), written(e.answer)
	func() {
		e.mu.Lock()
		defer e.mu.Unlock() // also where the connection ends here
		f(e)
	}()
	if now := written(e.members); !bytes.Equal(sent, now) {
		e.body = now
	}
	if now := written(e.answer); !bytes.Equal(answered, now) && e.answer != nil {
		e.text = now
	}
	if at != nil && e.query.Encode() != query {
		at.RawQuery = e.query.Encode()
	}
}

// drops ends the connection without an answer.
func drops(*exchange) { panic(http.ErrAbortHandler) }

// fails is an answer of a server that broke.
func fails(e *exchange) { e.status, e.answer, e.text = 500, nil, []byte("oops") }

func (e *exchange) ask(r *http.Request, query string) *httptest.ResponseRecorder {
	inner := r.Clone(r.Context())
	inner.Method, inner.URL.Path, inner.URL.RawPath, inner.URL.RawQuery, inner.Header = e.method, e.path, "", query, e.header
	inner.Body, inner.ContentLength = io.NopCloser(bytes.NewReader(e.body)), int64(len(e.body))
	answer := httptest.NewRecorder()
	maps.Copy(answer.Header(), e.begun)
	e.honest.ServeHTTP(answer, inner)
	return answer
}

// other is the answer to another call of the honest server.
func (e *exchange) other(method, path string, query url.Values) object {
	r := httptest.NewRequestWithContext(context.Background(), method, path+"?"+query.Encode(), nil)
	r.Header = e.header.Clone()
	answer := httptest.NewRecorder()
	e.honest.ServeHTTP(answer, r)
	return parsed(answer.Body.Bytes())
}

func parsed(text []byte) object {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var o object
	if d.Decode(&o) != nil {
		return nil
	}
	return o
}

func written(o object) []byte {
	text, _ := json.Marshal(o)
	return text
}

func (e *exchange) isList() bool  { return e.method == "GET" && strings.HasSuffix(e.path, "/incomings") }
func (e *exchange) isStats() bool { return e.method == "GET" && strings.HasSuffix(e.path, "/stats") }
func (e *exchange) isDelete() bool {
	return e.method == "DELETE" && strings.HasSuffix(e.path, "/incomings")
}

func (e *exchange) isDetail() bool {
	return e.method == "GET" && strings.Contains(e.path, "/incomings/") && !e.isStats()
}
func (e *exchange) arrives() bool { return strings.HasPrefix(e.path, "/post/") }
func (e *exchange) hook() string  { return hookOf.FindString(e.path) }
func (e *exchange) all() bool     { return e.members["all"] == true }
func (e *exchange) ids() []any    { ids, _ := e.members["ids"].([]any); return ids }
func (e *exchange) items() []any  { items, _ := e.answer["incomings"].([]any); return items }
func (e *exchange) does(op string) bool {
	return e.path == "/crmapi/rest/v2/webhook_requests/"+op
}

func (e *exchange) ok() bool {
	status, _ := e.answer["status"].(object)
	return status["code"] == "OK"
}
func (e *exchange) record() object    { one, _ := e.answer["data"].(object); return one }
func (e *exchange) records() []any    { all, _ := e.answer["data"].([]any); return all }
func (e *exchange) has(p string) bool { return e.query.Get(p) != "" }

var (
	hookOf = regexp.MustCompile(`/hooks/[0-9]+`)
	glued  = regexp.MustCompile(`(/hooks/[0-9]+)[^0-9/][^/]*`)
)

func each(all []any, f func(object)) {
	for _, one := range all {
		if o, ok := one.(object); ok {
			f(o)
		}
	}
}

// granted answers what the honest server did not.
func granted(e *exchange, answer string) {
	e.status, e.answer, e.text = 200, parsed([]byte(answer)), []byte(answer)
}

func planted() []*bug {
	return slices.Concat(plantedMake(), plantedMakeBreaks(), plantedMakeValues(), plantedMakeQueue(), plantedMakeDelete(), plantedMakeStates(), plantedCRM(), plantedCRMResends(), plantedCRMBreaks())
}

func text(v any) string { s, _ := v.(string); return s }

// violated lists the requirements that a run found violated.
func violated(r *report.Report) (ids []string) {
	for i := range r.Results {
		if o := r.Results[i].Outcome; o == report.Fail || o == report.Warn {
			ids = append(ids, r.Results[i].Requirement)
		}
	}
	return ids
}

// A server with a bug that does nothing is honest: what the others are found out by is no doing of the test's.
func TestNoBugIsNoticed(t *testing.T) {
	for api := range paths() {
		b := &bug{name: "nothing", api: api, before: func(*exchange) {}, after: func(*exchange) {}}
		verify(t, api, start(t, outsider.Options{Wrong: b.wrong}), conformance.Seed(7))
	}
}

// TestBugsOfAnotherServerAreNoticed plants bugs in a server that shares no code with the mock, none of them one of the mock's own broken
// vendors. The checks alone have to notice each.
func TestBugsOfAnotherServerAreNoticed(t *testing.T) {
	t.Parallel()
	for _, b := range sweep.Of(planted(), 4) {
		t.Run(b.api+" "+b.name, func(t *testing.T) {
			t.Parallel()
			url := start(t, outsider.Options{Wrong: b.wrong})
			r, err := conformance.Run(t.Context(), target(b.api, url), conformance.Seed(7))
			if err != nil {
				t.Fatal(err)
			}
			if by := violated(r); len(by) == 0 || b.breaks != "" && !slices.Contains(by, b.breaks) {
				t.Errorf("not noticed (%s), but found violated: %q; %s", b.breaks, by, report.Summary(r))
			}
		})
	}
}
