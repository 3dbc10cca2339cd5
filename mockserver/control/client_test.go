package control_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver"
)

// object is a JSON object as a test writes and reads it.
type object = map[string]any

// mock is a running mock and the way to it.
type mock struct {
	t   *testing.T
	url string
}

func start(t *testing.T, options ...mockserver.Option) mock {
	t.Helper()
	server, err := mockserver.New(append(options, mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	listening := httptest.NewServer(server)
	t.Cleanup(listening.Close)
	return mock{t, listening.URL}
}

// answer is what came back.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	text   []byte
}

// control calls the control API. A body that is a string is sent as it is.
func (m mock) control(method, path string, body any) answer {
	m.t.Helper()
	return m.send(m.request(method, "/_understudy/v1"+path, body))
}

// make calls Make's API with a token.
func (m mock) make(token, method, path string, body any) answer {
	m.t.Helper()
	r := m.request(method, "/api/v2"+path, body)
	r.Header.Set("Authorization", "Token "+token)
	r.Header.Set("Content-Type", "application/json")
	return m.send(r)
}

func (m mock) request(method, path string, body any) *http.Request {
	m.t.Helper()
	text, verbatim := body.(string)
	if !verbatim && body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			m.t.Fatal(err)
		}
		text = string(encoded)
	}
	r, err := http.NewRequestWithContext(m.t.Context(), method, m.url+path, strings.NewReader(text))
	if err != nil {
		m.t.Fatal(err)
	}
	return r
}

func (m mock) send(r *http.Request) answer {
	m.t.Helper()
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		m.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		m.t.Fatal(err)
	}
	return answer{m.t, response.StatusCode, response.Header, text}
}

// into reads a success.
func (a answer) into(value any) {
	a.t.Helper()
	if a.status < 200 || a.status > 299 {
		a.t.Fatalf("status %d: %s", a.status, a.text)
	}
	decoder := json.NewDecoder(bytes.NewReader(a.text))
	if err := decoder.Decode(value); err != nil {
		a.t.Fatalf("%v in %s", err, a.text)
	}
}

// object reads a success.
func (a answer) object() object {
	a.t.Helper()
	var o object
	a.into(&o)
	return o
}

// within reads the object that a member of a success holds.
func (a answer) within(member string) object {
	a.t.Helper()
	inner, ok := a.object()[member].(object)
	if !ok {
		a.t.Fatalf("no object %q in %s", member, a.text)
	}
	return inner
}

// is compares a success with what is wanted.
func (a answer) is(status int, want any) {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.text)
	}
	var got any
	if err := json.Unmarshal(a.text, &got); err != nil && want != nil {
		a.t.Fatalf("%v in %s", err, a.text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		a.t.Errorf("answer (-want +got):\n%s", diff)
	}
}

// refused wants a problem with that status, code and field.
func (a answer) refused(status int, code, field string) controlapi.ProblemError {
	a.t.Helper()
	var p controlapi.Problem
	if err := json.Unmarshal(a.text, &p); err != nil {
		a.t.Fatalf("status %d, no problem: %v in %s", a.status, err, a.text)
	}
	if a.status != status || p.Error.Code != code || p.Error.Field != field || p.Error.Message == "" {
		a.t.Errorf("%d %+v, want %d, code %q, field %q", a.status, p.Error, status, code, field)
	}
	if got := a.header.Get("Content-Type"); got != "application/json" {
		a.t.Errorf("Content-Type %q", got)
	}
	return p.Error
}

// queue counts the items of a hook as Make's API shows them.
func (m mock) queue(token string, hook string) int {
	m.t.Helper()
	var stat struct {
		IncomingStat struct{ Queue int }
	}
	m.make(token, http.MethodGet, "/hooks/"+hook+"/incomings/stats", nil).into(&stat)
	return stat.IncomingStat.Queue
}
