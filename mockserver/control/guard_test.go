package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

func TestGuard(t *testing.T) {
	for _, test := range []struct {
		name    string
		options control.Options
		host    string
		header  http.Header
		status  int
		code    string
		field   string
	}{
		{name: "loopback", status: http.StatusOK},
		{name: "localhost", host: "localhost:80", status: http.StatusOK},
		{name: "IPv6", host: "[::1]:80", status: http.StatusOK},
		{name: "foreign host", host: "rebound.example:80", status: http.StatusForbidden, code: "foreign-host", field: "Host"},
		{name: "host that begins like loopback", host: "127.0.0.1.example", status: http.StatusForbidden, code: "foreign-host", field: "Host"},
		{name: "named host", options: control.Options{Hosts: []string{"mock.internal"}}, host: "Mock.internal:80", status: http.StatusOK},
		{name: "local page", header: http.Header{"Origin": {"http://localhost:3000"}}, status: http.StatusOK},
		{name: "foreign page", header: http.Header{"Origin": {"https://evil.example"}}, status: http.StatusForbidden, code: "foreign-origin", field: "Origin"},
		{name: "page of no origin", header: http.Header{"Origin": {"null"}}, status: http.StatusForbidden, code: "foreign-origin", field: "Origin"},
		{name: "no token", options: control.Options{Token: "s3cret"}, status: http.StatusUnauthorized, code: "unauthorized"},
		{
			name: "wrong token", options: control.Options{Token: "s3cret"}, header: http.Header{"Authorization": {"Bearer s3cre"}},
			status: http.StatusUnauthorized, code: "unauthorized",
		},
		{
			name: "another scheme", options: control.Options{Token: "s3cret"}, header: http.Header{"Authorization": {"Token s3cret"}},
			status: http.StatusUnauthorized, code: "unauthorized",
		},
		{name: "token", options: control.Options{Token: "s3cret"}, header: http.Header{"Authorization": {"Bearer s3cret"}}, status: http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := start(t, mockserver.WithControl(test.options))
			r := m.request(http.MethodGet, "/_understudy/v1/worlds", nil)
			if test.host != "" {
				r.Host = test.host
			}
			for name, values := range test.header {
				r.Header[name] = values
			}
			if a := m.send(r); test.status == http.StatusOK {
				a.is(http.StatusOK, object{"worlds": []any{}})
			} else {
				a.refused(test.status, test.code, test.field)
			}
		})
	}
}

func TestHealthAndReadinessAreForEverybody(t *testing.T) {
	serving := true
	m := start(t, mockserver.WithControl(control.Options{Token: "s3cret", Ready: func() bool { return serving }}))
	for _, path := range []string{"/_understudy/healthz", "/_understudy/readyz"} {
		if a := m.send(m.request(http.MethodGet, path, nil)); a.status != http.StatusOK || string(a.text) != "ok\n" {
			t.Errorf("%s: %d %q", path, a.status, a.text)
		}
	}
	serving = false
	m.send(m.request(http.MethodGet, "/_understudy/readyz", nil)).refused(http.StatusServiceUnavailable, "not-ready", "")
	if a := m.send(m.request(http.MethodGet, "/_understudy/healthz", nil)); a.status != http.StatusOK {
		t.Errorf("not ready is not alive: %d", a.status)
	}
}

// The start page is for everybody, and the names of worlds are for those who have the token.
func TestTheStartPageNamesNoWorldToStrangers(t *testing.T) {
	m := start(t, mockserver.WithControl(control.Options{Token: "s3cret"}))
	m.make("hidden-from-strangers", http.MethodGet, "/hooks/654/incomings/stats", nil)
	for _, path := range []string{"/", "/_understudy", "/_understudy/"} {
		for token, knows := range map[string]bool{"": false, "Bearer wrong": false, "Bearer s3cret": true} {
			r := m.request(http.MethodGet, path, nil)
			r.Header.Set("Accept", "application/json")
			if token != "" {
				r.Header.Set("Authorization", token)
			}
			if a := m.send(r); a.status != http.StatusOK || strings.Contains(string(a.text), "hidden-from-strangers") != knows {
				t.Errorf("%s with %q: %d %s", path, token, a.status, a.text)
			}
		}
	}
}

// Every operation that the root of the control API lists says in words what it does.
func TestEveryResourceSaysWhatItDoes(t *testing.T) {
	m := start(t)
	var list struct {
		Resources []struct {
			Path       string
			Operations map[string]string
		}
	}
	m.control(http.MethodGet, "", nil).into(&list)
	if len(list.Resources) < 20 {
		t.Fatalf("%d resources", len(list.Resources))
	}
	for _, r := range list.Resources {
		for method, summary := range r.Operations {
			if !strings.Contains(summary, " ") {
				t.Errorf("%s %s says %q", method, r.Path, summary)
			}
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	m := start(t)
	m.control(http.MethodGet, "/nothing", nil).refused(http.StatusNotFound, "unknown-path", "")
	m.control(http.MethodPatch, "/worlds/demo/clock", "{}").refused(http.StatusMethodNotAllowed, "wrong-method", "")
	m.send(m.request(http.MethodGet, "/_understudy/nothing", nil)).refused(http.StatusNotFound, "unknown-path", "")
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/abc/begin", `{"count":1}`).refused(http.StatusBadRequest, "bad-parameter", "hookId")
}

func TestBodies(t *testing.T) {
	m := start(t, mockserver.WithControl(control.Options{MaxBody: 100}))
	const clock = "/worlds/demo/clock"
	for name, test := range map[string]struct{ body, code, field, message string }{
		"empty":          {"", "bad-body", "", "body: it is empty; write {} for nothing"},
		"broken":         {`{"mode": "real"`, "bad-body", "", "body:1:15: not JSON: unexpected end of JSON input"},
		"unknown member": {`{"mode": "real", "zone": "CET"}`, "bad-body", "zone", "body:1:18: zone: unknown member; known are mode, now"},
		"wrong type":     {`{"mode": 1}`, "bad-body", "mode", "body:1:10: mode: want a string, got 1; put it in quotes"},
		"wrong value":    {`{"mode": "slow"}`, "bad-body", "mode", `body:1:10: mode: "slow" is none of real, frozen`},
		"no time":        {`{"mode": "frozen", "now": "noon"}`, "bad-body", "now", `body:1:27: now: "noon" is no date-time, such as "2026-01-01T00:00:00Z"`},
		"missing":        {`{}`, "bad-body", "", `body:1:1: member "mode" is missing`},
	} {
		t.Run(name, func(t *testing.T) {
			m := mock{t, m.url}
			if p := m.control(http.MethodPut, clock, test.body).refused(http.StatusBadRequest, test.code, test.field); p.Message != test.message {
				t.Errorf("message %q, want %q", p.Message, test.message)
			}
		})
	}
	m.control(http.MethodPut, clock, strings.Repeat(" ", 101)).refused(http.StatusRequestEntityTooLarge, "body-too-large", "")
	if got := m.control(http.MethodGet, clock, nil).object()["mode"]; got != "real" {
		t.Errorf("a refused request changed the clock to %v", got)
	}
}

func TestSinksAreGuarded(t *testing.T) {
	const sink = "/_understudy/v1/worlds/demo/sinks/shop"
	for _, test := range []struct {
		name    string
		options control.Options
		host    string
		header  http.Header
		status  int
	}{
		{name: "a program on loopback", status: http.StatusOK},
		{name: "foreign host", host: "rebound.example", status: http.StatusForbidden},
		{name: "foreign page", header: http.Header{"Origin": {"https://evil.example"}}, status: http.StatusForbidden},
		{name: "page of another site", header: http.Header{"Sec-Fetch-Site": {"cross-site"}}, status: http.StatusForbidden},
		{name: "without the control token", options: control.Options{Token: "s3cret"}, status: http.StatusUnauthorized},
		{name: "with the control token", options: control.Options{Token: "s3cret"}, header: http.Header{"Authorization": {"Bearer s3cret"}}, status: http.StatusOK},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := start(t, mockserver.WithControl(test.options))
			r := m.request(http.MethodPost, sink, nil)
			if test.host != "" {
				r.Host = test.host
			}
			for name, values := range test.header {
				r.Header[name] = values
			}
			if a := m.send(r); a.status != test.status {
				t.Errorf("got %d %s", a.status, a.text)
			}
			list := m.request(http.MethodGet, "/_understudy/v1/worlds", nil)
			list.Header.Set("Authorization", "Bearer s3cret")
			if made := strings.Contains(string(m.send(list).text), `"demo"`); made != (test.status == http.StatusOK) {
				t.Errorf("a world was made: %t", made)
			}
		})
	}
}

// A page that has a browser read, for an image say, costs nobody's world its place.
func TestReadsMakeNoWorld(t *testing.T) {
	m := start(t, mockserver.WithMaxWorlds(2))
	m.make("mine", http.MethodGet, "/hooks/654/incomings", nil)
	for _, path := range []string{
		"", "/clock", "/dialect", "/faults", "/mutants", "/journal", "/journal?format=go", "/coverage", "/sinks",
	} {
		for _, name := range []string{"ev1", "ev2", "ev3"} {
			if a := m.control(http.MethodGet, "/worlds/"+name+path, nil); a.status != http.StatusOK {
				t.Errorf("GET %s: %d %s", path, a.status, a.text)
			}
		}
	}
	for _, address := range []string{"/wh/a.ev1", "/wh/b.ev2", "/wh/c.ev3"} {
		m.send(m.request(http.MethodGet, address, nil))
	}
	m.control(http.MethodPost, "/worlds/ev4/journal/verify", `{"expectations":[]}`)
	m.control(http.MethodDelete, "/worlds/ev5/journal", nil)
	text := string(m.control(http.MethodGet, "/worlds", nil).text)
	if !strings.Contains(text, `"mine"`) || strings.Contains(text, `"ev`) {
		t.Errorf("there are now %s", text)
	}
}

func TestVendorsAnswerNoForeignHostOrPageOnLoopback(t *testing.T) {
	m := start(t, mockserver.WithHosts("mock.internal"))
	for _, path := range []string{"/api/v2/hooks/654/incomings", "/crmapi/rest/v2/webhook_requests?token=ev", "/wh/abc.ev", "/nothing"} {
		for _, c := range []struct {
			host    string
			header  http.Header
			refused bool
		}{
			{"", nil, false},
			{"Mock.internal:80", nil, false},
			{"", http.Header{"Origin": {"http://localhost:3000"}}, false},
			{"", http.Header{"Origin": {"http://mock.internal"}}, false},
			{"rebound.example", nil, true},
			{"", http.Header{"Origin": {"https://evil.example"}}, true},
			{"", http.Header{"Sec-Fetch-Site": {"cross-site"}, "Sec-Fetch-Mode": {"no-cors"}}, true},
		} {
			r := m.request(http.MethodGet, path, nil)
			if c.host != "" {
				r.Host = c.host
			}
			for name, values := range c.header {
				r.Header[name] = values
			}
			if a := m.send(r); (a.status == http.StatusForbidden && strings.Contains(string(a.text), "--host")) != c.refused {
				t.Errorf("%s, host %q, %v: %d %s", path, c.host, c.header, a.status, a.text)
			}
		}
	}
}

// However often worlds make room, whoever lost one is told.
func TestEvictedTokensStayEvicted(t *testing.T) {
	m := start(t, mockserver.WithMaxWorlds(2))
	m.make("mine", http.MethodGet, "/hooks/654/incomings", nil)
	for i := range 100 {
		m.make("other-"+string(rune('a'+i%26))+strings.Repeat("x", i/26), http.MethodGet, "/hooks/654/incomings", nil)
	}
	if a := m.make("mine", http.MethodGet, "/hooks/654/incomings", nil); a.status != http.StatusServiceUnavailable {
		t.Errorf("got %d %s", a.status, a.text)
	}
}
