package crmcom_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

type object = map[string]any

// call is one exchange with a wrong server: a request on its way in, then the answer on its way out.
type call struct {
	honest http.Handler
	host   string
	path   string // behind webhook_requests/ or authentication/; "states" for a provider state
	method string
	query  url.Values
	body   object // nil when there is none
	answer object
	state  string // name of a provider state
}

// refused reports whether the honest server refuses.
func (c *call) refused() bool { return c.code() != crmcom.StatusOK }

func (c *call) code() any { return in(c.answer, "status")["code"] }

// in is a member that is an object.
func in(o object, name string) object {
	inner, _ := o[name].(object) // a nil object has no members
	return inner
}

// records are what the answer shows, one or many.
func (c *call) records() []object {
	if one, ok := c.answer["data"].(object); ok {
		return []object{one}
	}
	var all []object
	list, _ := c.answer["data"].([]any)
	for _, one := range list {
		all = append(all, one.(object))
	}
	return all
}

func (c *call) accept(data any) {
	c.answer = object{"status": object{"code": "OK", "message": "", "description": ""}, "data": data}
}

func (c *call) refuse(code string) {
	c.answer = object{"status": object{"code": code, "message": "no", "description": ""}}
}

// ask puts another question to the honest server.
func (c *call) ask(method, path string, query url.Values, body object) object {
	other := *c
	other.method, other.path, other.query, other.body = method, path, query, body
	other.serve()
	return other.answer
}

// serve has the honest server answer.
func (c *call) serve() int {
	data, _ := json.Marshal(c.body) // it came from JSON
	if c.body == nil {
		data = nil
	}
	r := httptest.NewRequest(c.method, c.path+"?"+c.query.Encode(), bytes.NewReader(data))
	r.Host = c.host
	w := httptest.NewRecorder()
	c.honest.ServeHTTP(w, r)
	c.answer = nil
	_ = json.Unmarshal(w.Body.Bytes(), &c.answer) // what is no object stays nil
	return w.Code
}

// wrong is a server with one thing wrong, made of the honest one.
type wrong struct {
	requirement string
	// got is part of what the check has to have seen: it fails for the right reason.
	got    string
	before func(*call) // changes the request
	after  func(*call) // changes the answer
	// sends is how often a delivery reaches the receiver, after sent has changed it.
	sends int
	sent  func(http.Header, object)
}

func (w *wrong) wrap(t *testing.T, honest http.Handler) http.Handler {
	var between *httptest.Server
	if w.sends > 0 {
		between = httptest.NewServer(http.HandlerFunc(w.forward))
		t.Cleanup(between.Close)
	}
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		c := &call{honest: honest, host: r.Host, path: r.URL.Path, method: r.Method, query: r.URL.Query()}
		data, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(data, &c.body) // what is no object stays nil
		c.state, _ = c.body["state"].(string)
		if params := in(c.body, "params"); between != nil && params["url"] != nil {
			params["url"] = between.URL + "/?to=" + url.QueryEscape(params["url"].(string))
		}
		if w.before != nil {
			w.before(c)
		}
		status := c.serve()
		if w.after != nil {
			w.after(c)
		}
		out.Header().Set("Content-Type", "application/json")
		out.WriteHeader(status)
		_ = json.NewEncoder(out).Encode(c.answer)
	})
}

// forward stands between the honest server and the receiver.
func (w *wrong) forward(out http.ResponseWriter, r *http.Request) {
	var body object
	_ = json.NewDecoder(r.Body).Decode(&body)
	if w.sent != nil {
		w.sent(r.Header, body)
	}
	data, _ := json.Marshal(body)
	status := http.StatusBadGateway
	for range w.sends {
		again, _ := http.NewRequestWithContext(r.Context(), r.Method, r.URL.Query().Get("to"), bytes.NewReader(data))
		again.Header = r.Header.Clone()
		if res, err := http.DefaultClient.Do(again); err == nil {
			_ = res.Body.Close()
			status = res.StatusCode
		}
	}
	out.WriteHeader(status)
}

const (
	pathShow    = crmcom.BasePath + "/webhook_requests/show"
	pathList    = crmcom.BasePath + "/webhook_requests/list"
	pathResend  = crmcom.BasePath + "/webhook_requests/resend"
	pathDelete  = crmcom.BasePath + "/webhook_requests/delete"
	pathLogin   = crmcom.BasePath + "/authentication/token"
	pathRelease = crmcom.BasePath + "/authentication/token/release"
	identifier  = "webhook_request_identifier"
)

// at applies a change to the calls of one method.
func at(path string, change func(*call)) func(*call) {
	return func(c *call) {
		if c.path == path {
			change(c)
		}
	}
}

// each applies a change to every webhook request that a method shows.
func each(path string, change func(object)) func(*call) {
	return at(path, func(c *call) {
		for _, r := range c.records() {
			change(r)
		}
	})
}

func without(member string) func(object) { return func(o object) { delete(o, member) } }

func with(member string, value any) func(object) { return func(o object) { o[member] = value } }

func inState(state string, change func(object)) func(object) {
	return func(o object) {
		if o["life_cycle_state"] == state {
			change(o)
		}
	}
}

// dropped ignores a parameter of list.
func dropped(name string) func(*call) {
	return at(pathList, func(c *call) { c.query.Del(name) })
}

// ofAll ignores a filter of list and shows every ACTIVITIES.
func ofAll(name string) func(*call) {
	return at(pathList, func(c *call) {
		if c.query.Has(name) {
			c.query.Del(name)
			c.query.Set("entity", "ACTIVITIES")
		}
	})
}

// takesFirst takes the first of several identifiers.
func takesFirst(path, param string) func(*call) {
	return at(path, func(c *call) {
		if written := c.query[param]; len(written) > 0 {
			first, _, _ := strings.Cut(written[0], ",")
			c.query.Set(param, first)
		}
	})
}

// takesID takes the id of an identifier with both fields.
func takesID(path string) func(*call) {
	return at(path, func(c *call) {
		if id := in(c.body, identifier)["id"]; id != nil {
			c.body[identifier] = object{"id": id}
		}
	})
}

// admits takes anybody for the one user.
func admits(who func(token any) bool) func(*call) {
	return func(c *call) {
		switch {
		case !strings.Contains(c.path, "/webhook_requests/"):
		case c.body != nil && who(c.body["token"]):
			c.body["token"] = "demo"
		case c.body == nil && who(c.query.Get("token")):
			c.query.Set("token", "demo")
		}
	}
}

// once remembers a text of the first call that has one.
type once struct {
	mu   sync.Mutex
	text any
}

func (o *once) keep(text any) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.text == nil {
		o.text = text
	}
}

func (o *once) is(text any) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text != nil && o.text == text
}

func wrongs() []wrong {
	var expired once
	return []wrong{
		{requirement: "crmcom/auth/token-required", got: "status.code OK", before: admits(func(token any) bool { return token == nil || token == "" })},
		{requirement: "crmcom/auth/unknown-token", got: "status.code OK", before: admits(func(token any) bool { return token != nil && token != "" })},
		{requirement: "crmcom/auth/login", got: "status.code INVALID_TOKEN", after: each(pathLogin, with("token", "0123456789ABCDEF"))},
		{requirement: "crmcom/auth/login", got: "status.code LOGIN_FAILED", before: at(pathLogin, func(c *call) { c.body["password"] = "" })},
		{requirement: "crmcom/auth/expiry", got: "status.code OK", before: admits(expired.is), after: func(c *call) {
			if c.state == "an expired token" {
				expired.keep(c.answer["token"])
			}
		}},
		{requirement: "crmcom/auth/release", got: "status.code OK", before: at(pathRelease, func(c *call) { c.body["token"] = "demo" })},

		{requirement: "crmcom/envelope/ok", got: "none", after: at(pathResend, func(c *call) { delete(c.answer, "data") })},
		{requirement: "crmcom/envelope/ok", got: "status.code", after: at(pathDelete, func(c *call) { c.answer = in(c.answer, "data") })},
		{requirement: "crmcom/envelope/error", got: "neither", after: at(pathList, func(c *call) { delete(in(c.answer, "status"), "message") })},
		{requirement: "crmcom/envelope/error", got: "HTTP status 40", after: at(pathShow, func(c *call) { delete(c.answer, "status") })},
		{requirement: "crmcom/envelope/error", got: "status.code OK", after: at(pathDelete, func(c *call) { c.accept(object{}) })},
		{requirement: "crmcom/envelope/verbs", got: "status.code NOT_FOUND", before: at(pathDelete, func(c *call) {
			if c.method == http.MethodGet {
				field, value, _ := strings.Cut(c.query.Get(identifier), "=")
				c.method, c.body = http.MethodPost, object{"token": "demo", identifier: object{field: value}}
			}
		})},

		{requirement: "crmcom/show/by-id", got: "id, number and entity_id", after: at(pathShow, func(c *call) {
			if strings.HasPrefix(c.query.Get(identifier), "id=") {
				in(c.answer, "data")["number"] = "0"
			}
		})},
		{requirement: "crmcom/show/by-number", got: "status.code NOT_FOUND", before: at(pathShow, func(c *call) {
			c.query.Set(identifier, strings.Replace(c.query.Get(identifier), "number=", "number=0", 1))
		})},
		{requirement: "crmcom/show/identifier-required", got: "status.code OK", after: at(pathShow, func(c *call) { c.accept(object{}) })},
		{requirement: "crmcom/show/identifier-one-field", got: "status.code OK", before: takesFirst(pathShow, identifier)},
		{requirement: "crmcom/show/unknown", got: "status.code OK", after: at(pathShow, func(c *call) {
			if c.code() == "NOT_FOUND" {
				c.accept(object{})
			}
		})},
		{requirement: "crmcom/show/shape", got: "[request]", after: each(pathShow, without("request"))},
		{requirement: "crmcom/show/shape", got: "[fields_set]", after: each(pathShow, with("fields_set", ""))},
		{requirement: "crmcom/show/shape", got: "yesterday", after: each(pathShow, func(o object) { in(o, "log_information")["created_date"] = "yesterday" })},
		{requirement: "crmcom/show/shape", got: "at /data/url", after: each(pathShow, with("url", 7))},
		{requirement: "crmcom/show/fields-set", got: "authentication_code", before: at(pathShow, func(c *call) { c.query.Del("fields_set") })},
		{requirement: "crmcom/show/states", got: "REJECTED", after: each(pathShow, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/show/entity", got: "ACTIVITY", after: each(pathShow, with("entity", "ACTIVITY"))},
		{requirement: "crmcom/show/error-only-rejected", got: "old news", after: each(pathShow, inState("SUCCESSFUL", with("error_description", "old news")))},
		{requirement: "crmcom/show/authentication-code", got: `"00"`, after: each(pathShow, with("authentication_code", "00"))},
		{requirement: "crmcom/show/read-only", got: "status.code NOT_FOUND", after: at(pathList, func(c *call) {
			for _, r := range c.records() {
				c.ask(http.MethodPost, pathDelete, nil, object{"token": "demo", identifier: object{"id": r["id"]}})
			}
		})},

		{requirement: "crmcom/list/filter-required", got: "status.code OK", after: at(pathList, func(c *call) { c.accept([]any{}) })},
		{requirement: "crmcom/list/by-definition", got: "which does not", before: ofAll("webhook_definition_identifier")},
		{requirement: "crmcom/list/by-rule", got: "which does not", before: ofAll("workflow_rule_identifier")},
		{requirement: "crmcom/list/by-entity", got: "without it", after: at(pathList, func(c *call) { c.accept([]any{}) })},
		{requirement: "crmcom/list/by-entity-id", got: "which does not", before: ofAll("entity_id")},
		{requirement: "crmcom/list/combined", got: "which does not", before: at(pathList, func(c *call) {
			if c.query.Has("workflow_rule_identifier") {
				c.query.Del("entity_id")
			}
		})},
		{requirement: "crmcom/list/by-url", got: "which does not", before: dropped("url")},
		{requirement: "crmcom/list/by-created-date", got: "a list with it", before: dropped("created_date")},
		{requirement: "crmcom/list/by-created-date", got: "without it", before: at(pathList, func(c *call) { c.query.Set("created_date", "2099-01-01") })},
		{requirement: "crmcom/list/state-enum", got: "status.code OK", before: dropped("life_cycle_state")},
		{requirement: "crmcom/list/entity-enum", got: "status.code OK", before: at(pathList, func(c *call) { c.query.Set("entity", "JOBS") })},
		{requirement: "crmcom/list/identifier-one-field", got: "status.code OK", before: takesFirst(pathList, "workflow_rule_identifier")},
		{requirement: "crmcom/list/shape", got: "[url]", after: each(pathList, without("url"))},
		{requirement: "crmcom/list/shape", got: "an object", after: at(pathList, func(c *call) { c.answer["data"] = object{"an object": "of results"} })},
		{requirement: "crmcom/list/fields-set", got: "authentication_code", before: dropped("fields_set")},
		{requirement: "crmcom/list/none", got: "status.code NOTHING_FOUND", after: at(pathList, func(c *call) {
			if len(c.records()) == 0 {
				c.refuse("NOTHING_FOUND")
			}
		})},
		{requirement: "crmcom/list/paging", got: "numbers on this page", before: dropped("offset")},
		{requirement: "crmcom/list/paging", got: "numbers on this page", before: dropped("number_of_results")},

		{requirement: "crmcom/resend/sends-once", got: "2", sends: 2},
		{requirement: "crmcom/resend/sends-once", got: "none", before: at(pathResend, func(c *call) {
			c.method, c.path = http.MethodGet, pathShow
			c.query = url.Values{"token": {"demo"}, identifier: {"number=" + in(c.body, identifier)["number"].(string)}}
		})},
		{requirement: "crmcom/resend/succeeds", got: "status.code OK", after: at(pathResend, func(c *call) {
			if c.code() == "NOT_FOUND" {
				c.accept(object{})
			}
		})},
		{requirement: "crmcom/resend/succeeds", got: "number of REJECTED", after: each(pathList, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/resend/fails-again", got: "status.code DELIVERY_FAILED", after: at(pathResend, func(c *call) {
			if in(c.answer, "data")["life_cycle_state"] == "REJECTED" {
				c.refuse("DELIVERY_FAILED")
			}
		})},
		{requirement: "crmcom/resend/fails-again", got: "none", after: each(pathList, func(o object) { delete(o, "error_code"); delete(o, "error_description") })},
		{requirement: "crmcom/resend/payload", got: "JOBS", sends: 1, sent: func(_ http.Header, body object) { body["entity"] = "JOBS" }},
		{requirement: "crmcom/resend/payload", got: "in the body", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["more"] = 1 }},
		{requirement: "crmcom/resend/response", got: "entity_id", after: each(pathResend, without("entity_id"))},
		{requirement: "crmcom/resend/response", got: "status.code NOT_FOUND", after: each(pathResend, with("id", "0123456789ABCDEF0123456789ABCDEF"))},
		{requirement: "crmcom/resend/single", got: "status.code OK", before: takesID(pathResend)},

		{requirement: "crmcom/delete/successful", got: "status.code STILL_NEEDED", after: at(pathDelete, func(c *call) { c.refuse("STILL_NEEDED") })},
		{requirement: "crmcom/delete/rejected", got: "status.code NOT_FOUND", before: at(pathDelete, func(c *call) { in(c.body, identifier)["number"] = "0" })},
		{requirement: "crmcom/delete/response", got: "[entity_id]", after: each(pathDelete, without("entity_id"))},
		{requirement: "crmcom/delete/gone", got: "status.code OK", after: at(pathShow, func(c *call) {
			if c.refused() {
				c.accept(object{"life_cycle_state": "SUCCESSFUL"})
			}
		})},
		{requirement: "crmcom/delete/others", got: "status.code NOT_FOUND", after: at(pathDelete, func(c *call) {
			about := in(c.answer, "data")["entity_id"].(string)
			left := c.ask(http.MethodGet, pathList, url.Values{"token": {"demo"}, "entity_id": {about}}, nil)
			for _, other := range left["data"].([]any) {
				c.ask(http.MethodPost, pathDelete, nil, object{"token": "demo", identifier: object{"id": other.(object)["id"]}})
			}
		})},
		{requirement: "crmcom/delete/identifier", got: "status.code OK", before: takesID(pathDelete)},
		{requirement: "crmcom/delete/resend-after", got: "status.code OK", after: at(pathResend, func(c *call) { c.accept(object{}) })},

		{requirement: "crmcom/delivery/logged", got: "2", sends: 2},
		{requirement: "crmcom/delivery/logged", got: "0", after: at("/states", func(c *call) {
			if c.state == "a workflow rule fires" {
				c.ask(http.MethodPost, pathDelete, nil, object{"token": "demo", identifier: object{"id": c.answer["id"]}})
			}
		})},
		{requirement: "crmcom/delivery/successful", got: "[response]", after: each(pathShow, without("response"))},
		{requirement: "crmcom/delivery/successful", got: "REJECTED", after: each(pathShow, with("life_cycle_state", "REJECTED"))},
		{requirement: "crmcom/delivery/rejected", got: "[error_description]", after: each(pathList, without("error_description"))},
		{requirement: "crmcom/delivery/rejected", got: "SUCCESSFUL", after: each(pathList, with("life_cycle_state", "SUCCESSFUL"))},
		{requirement: "crmcom/delivery/hmac", got: `"" in the header`, sends: 1, sent: func(h http.Header, _ object) { h.Del(crmcom.HeaderAuthenticationCode) }},
		{requirement: "crmcom/delivery/effective-only", got: "1", before: at("/states", func(c *call) { in(c.body, "params")["effective"] = true })},
		{requirement: "crmcom/delivery/fields-set", got: "fields that are sent", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["more"] = 1 }},
		{requirement: "crmcom/delivery/fields-set", got: "[number]", sends: 1, sent: func(_ http.Header, body object) { in(body, "data")["number"] = "0" }},
	}
}

func TestWrongServersAreFound(t *testing.T) {
	for _, w := range wrongs() {
		t.Run(w.requirement+"/"+w.got, func(t *testing.T) {
			t.Parallel()
			server := target(t, w.wrap(t, alternative(time.Second, "")))
			only := conformance.Select(regexp.MustCompile("^" + w.requirement + "$"))
			r := verify(t, server, conformance.OnlyChecks(), only)
			result := outcome(t, r, w.requirement)
			if result.Outcome != report.Fail && result.Outcome != report.Warn {
				t.Fatalf("%s: %s", result.Outcome, result.Reason)
			}
			var got []string
			for _, f := range result.Findings {
				got = append(got, f.Got)
			}
			if !strings.Contains(strings.Join(got, "\n"), w.got) {
				t.Errorf("want %q among the findings, got %q", w.got, got)
			}
		})
	}
}

// outcome finds one result.
func outcome(t *testing.T, r *report.Report, id string) *report.Result {
	t.Helper()
	for i := range r.Results {
		if r.Results[i].Requirement == id {
			return &r.Results[i]
		}
	}
	t.Fatalf("the report has no %s", id)
	return nil
}

// TestEveryCheckCanFail holds the list of wrong servers against the requirements.
func TestEveryCheckCanFail(t *testing.T) {
	missing := map[string]bool{}
	for _, r := range crmcom.Contract.Requirements {
		missing[r.ID] = true
	}
	for _, w := range wrongs() {
		delete(missing, w.requirement)
	}
	for id := range maps.Keys(defects()) {
		delete(missing, id)
	}
	for id := range missing {
		t.Errorf("no wrong server violates %s", id)
	}
}
