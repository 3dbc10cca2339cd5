package crmcom_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/openapi/crmcom"
)

type object = map[string]any

// call is one exchange with a wrong server: a request on its way in, then the answer on its way out.
type call struct {
	ctx    context.Context //nolint:containedctx // it lives as long as the call
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
		if r, ok := one.(object); ok {
			all = append(all, r)
		}
	}
	return all
}

// deleteToo deletes another webhook request behind the back of whoever calls.
func (c *call) deleteToo(id any) {
	c.ask(http.MethodPost, pathDelete, nil, object{"token": "demo", identifier: object{"id": id}})
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
	r := httptest.NewRequestWithContext(c.ctx, c.method, c.path+"?"+c.query.Encode(), bytes.NewReader(data))
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
	t.Helper()
	var between *httptest.Server
	if w.sends > 0 {
		between = httptest.NewServer(http.HandlerFunc(w.forward))
		t.Cleanup(between.Close)
	}
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		c := &call{ctx: r.Context(), honest: honest, host: r.Host, path: r.URL.Path, method: r.Method, query: r.URL.Query()}
		data, _ := io.ReadAll(r.Body)
		_ = json.Unmarshal(data, &c.body) // what is no object stays nil
		c.state, _ = c.body["state"].(string)
		params := in(c.body, "params")
		if address, ok := params["url"].(string); ok && between != nil {
			params["url"] = between.URL + "/?to=" + url.QueryEscape(address)
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
