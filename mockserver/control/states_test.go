package control_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
)

// state sends a change in Pact's format. The credential is demo.
func (m mock) state(action, name string, params object) answer {
	m.t.Helper()
	all := object{"token": "demo"}
	maps.Copy(all, params)
	return m.control(http.MethodPost, "/provider-states", object{"state": name, "params": all, "action": action})
}

func (m mock) setUp(name string, params object) object {
	m.t.Helper()
	return m.state("setup", name, params).object()
}

// tearDown sends what a suite sends: the params, and on top of them the values.
func (m mock) tearDown(name string, params ...object) {
	m.t.Helper()
	merged := object{}
	for _, p := range params {
		maps.Copy(merged, p)
	}
	m.state("teardown", name, merged).is(http.StatusOK, object{})
}

// hookID is 0 when there is none.
func hookID(values object) int {
	id, _ := values["hookId"].(float64)
	return int(id)
}

// values is nil for what is no array.
func values(v any) []any {
	array, _ := v.([]any)
	return array
}

func anyOf(words []string) []any {
	all := make([]any, len(words))
	for i, w := range words {
		all[i] = w
	}
	return all
}

func TestStateHook(t *testing.T) {
	m := start(t)
	hook := m.setUp("a hook", object{"queueLimit": 2, "method": true, "headers": true})
	shown := m.make("demo", http.MethodGet, fmt.Sprintf("/hooks/%v", hook["hookId"]), nil).within("hook")
	if shown["queueLimit"] != 2.0 || shown["url"] != hook["hookUrl"] {
		t.Errorf("hook %v, values %v", shown, hook)
	}
	m.tearDown("a hook", hook)
	if got := m.make("demo", http.MethodGet, fmt.Sprintf("/hooks/%v", hook["hookId"]), nil).status; got != http.StatusNotFound {
		t.Errorf("after the teardown: status %d", got)
	}
	m.tearDown("a hook", hook)
	m.tearDown("a hook")
	foreign := m.setUp("a hook", object{"foreign": true})
	if got := m.make("demo", http.MethodGet, fmt.Sprintf("/hooks/%v", foreign["hookId"]), nil).status; got != http.StatusNotFound {
		t.Errorf("a foreign hook: status %d", got)
	}
}

func TestStateItemsWaiting(t *testing.T) {
	m := start(t)
	hook := m.setUp("a hook", object{"queueLimit": 3})
	id := hookID(hook)
	items := m.setUp("items waiting", object{"hookId": id, "data": []any{object{"n": 1}, object{"n": 2}}})
	want := anyOf(m.listed(id))
	if diff := cmp.Diff(any(want), items["ids"]); diff != "" || len(want) != 2 {
		t.Errorf("ids (-listed +values):\n%s", diff)
	}
	m.state("setup", "items waiting", object{"hookId": id, "count": 2}).refused(http.StatusConflict, "queue-full", "")
	if got := len(m.listed(id)); got != 2 {
		t.Errorf("%d items after the refusal", got)
	}
	m.setUp("items waiting", object{"hookId": fmt.Sprint(id), "count": json.RawMessage("1.0")})
	m.tearDown("items waiting", object{"hookId": id}, items)
	if got := len(m.listed(id)); got != 1 {
		t.Errorf("%d items after the teardown, want 1", got)
	}
	m.tearDown("items waiting", object{"hookId": id})
}

func TestStateProcessing(t *testing.T) {
	m := start(t)
	hook := m.setUp("a hook", nil)
	id := hookID(hook)
	of := object{"hookId": id}
	first := m.setUp("an item being processed", of)
	if diff := cmp.Diff([]any{first["id"]}, anyOf(m.listed(id))); diff != "" {
		t.Errorf("one is delivered first when none waits (-want +got):\n%s", diff)
	}
	waiting := values(m.setUp("items waiting", object{"hookId": id, "count": 2})["ids"])
	second := m.setUp("an item being processed", of)
	if second["id"] != waiting[0] {
		t.Errorf("began %v, want the oldest, %v", second["id"], waiting[0])
	}
	m.state("setup", "processing finished", object{"hookId": id, "id": waiting[1]}).refused(http.StatusConflict, "not-processing", "")
	m.state("setup", "processing finished", object{"hookId": id, "id": first["id"]}).is(http.StatusOK, object{})
	m.state("setup", "processing finished", object{"hookId": id, "id": first["id"]}).is(http.StatusOK, object{})
	m.tearDown("an item being processed", of, second)
	m.tearDown("an item being processed", of, second)
	m.tearDown("an item being processed", of)
	if diff := cmp.Diff(waiting[1:], anyOf(m.listed(id))); diff != "" {
		t.Errorf("queue (-want +got):\n%s", diff)
	}
}

func TestStateHookDisabled(t *testing.T) {
	m := start(t)
	enabled := func() any {
		return m.make("demo", http.MethodGet, "/hooks/654/incomings/stats", nil).within("incomingStat")["enabled"]
	}
	m.state("setup", "hook disabled", object{"hookId": 654}).is(http.StatusOK, object{})
	if enabled() != false {
		t.Error("it is enabled")
	}
	m.tearDown("hook disabled", object{"hookId": 654})
	if enabled() != true {
		t.Error("it is still disabled")
	}
}

func TestStateTokens(t *testing.T) {
	m := start(t)
	for name, test := range map[string]struct {
		state     string
		params    object
		get, wipe int
	}{
		"reading": {"a token", object{"scopes": []string{"hooks:read"}}, http.StatusOK, http.StatusForbidden},
		"writing": {"a token", object{"scopes": []string{"hooks:write"}}, http.StatusForbidden, http.StatusOK},
		"any":     {"a token", nil, http.StatusOK, http.StatusOK},
		"expired": {"an expired token", nil, http.StatusUnauthorized, http.StatusUnauthorized},
		"refused": {"a refused token", nil, http.StatusUnauthorized, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			m := mock{t, m.url}
			token, _ := m.setUp(test.state, test.params)["token"].(string)
			if got := m.make(token, http.MethodGet, "/hooks/654/incomings", nil).status; got != test.get {
				t.Errorf("get: status %d, want %d", got, test.get)
			}
			if got := m.make(token, http.MethodDelete, "/hooks/654/incomings", object{"ids": []string{"none"}}).status; got != test.wipe {
				t.Errorf("delete: status %d, want %d", got, test.wipe)
			}
			m.tearDown(test.state, test.params, object{"token": token})
		})
	}
}

func TestStateRateLimit(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "frozen"}).object()
	statuses := func(n int) (got []int) {
		for range n {
			got = append(got, m.make("demo", http.MethodGet, "/hooks/654", nil).status)
		}
		return got
	}
	m.state("setup", "a rate limit", object{"perMinute": 2}).is(http.StatusOK, object{})
	if diff := cmp.Diff([]int{200, 200, 429}, statuses(3)); diff != "" {
		t.Errorf("limited (-want +got):\n%s", diff)
	}
	m.tearDown("a rate limit", object{"perMinute": 2})
	if diff := cmp.Diff([]int{200, 200}, statuses(2)); diff != "" {
		t.Errorf("unlimited (-want +got):\n%s", diff)
	}
}

func TestStateIngestRate(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "frozen"}).object()
	hook := m.setUp("a hook", nil)
	deliver := func() int {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, fmt.Sprint(hook["hookUrl"]), nil)
		if err != nil {
			t.Fatal(err)
		}
		return m.send(r).status
	}
	limit := object{"hookId": hook["hookId"], "ingestPer10s": 1}
	m.state("setup", "a rate limit", limit).is(http.StatusOK, object{})
	if first, second := deliver(), deliver(); first != http.StatusOK || second != http.StatusTooManyRequests {
		t.Errorf("statuses %d and %d", first, second)
	}
	m.tearDown("a rate limit", limit)
	if got := deliver(); got != http.StatusOK {
		t.Errorf("after the teardown: status %d", got)
	}
}

func TestStatesAreRefused(t *testing.T) {
	m := start(t)
	for name, test := range map[string]struct {
		state  string
		params object
		status int
		code   string
		field  string
	}{
		"unknown state":          {"a full moon", nil, http.StatusNotFound, "unknown-state", "state"},
		"unknown param":          {"a hook", object{"limit": 3}, http.StatusBadRequest, "bad-value", "params.limit"},
		"other capitals":         {"items waiting", object{"hookid": 654, "count": 1}, http.StatusBadRequest, "bad-value", "params.hookid"},
		"a fraction":             {"items waiting", object{"hookId": 654, "count": 1.5}, http.StatusBadRequest, "bad-value", "params.count"},
		"param of a wrong type":  {"a hook", object{"queueLimit": "many"}, http.StatusBadRequest, "bad-value", "params.queueLimit"},
		"limit below zero":       {"a hook", object{"queueLimit": -1}, http.StatusBadRequest, "bad-value", "params.queueLimit"},
		"no hook":                {"items waiting", object{"count": 1}, http.StatusBadRequest, "bad-value", "params.hookId"},
		"hook of a wrong type":   {"items waiting", object{"hookId": "x", "count": 1}, http.StatusBadRequest, "bad-value", "params.hookId"},
		"a hook that is none":    {"items waiting", object{"hookId": 1, "count": 1}, http.StatusConflict, "unknown-hook", ""},
		"neither count nor data": {"items waiting", object{"hookId": 654}, http.StatusBadRequest, "bad-value", "params.count"},
		"count below zero":       {"items waiting", object{"hookId": 654, "count": -1}, http.StatusBadRequest, "bad-value", "params.count"},
		"processing nowhere":     {"an item being processed", nil, http.StatusBadRequest, "bad-value", "params.hookId"},
		"finished without id":    {"processing finished", object{"hookId": 654}, http.StatusBadRequest, "bad-value", "params.id"},
		"disabled nowhere":       {"hook disabled", nil, http.StatusBadRequest, "bad-value", "params.hookId"},
		"unknown scope":          {"a token", object{"scopes": []string{"hook:read"}}, http.StatusBadRequest, "bad-value", "params.scopes"},
		"param of an expired":    {"an expired token", object{"scopes": []string{}}, http.StatusBadRequest, "bad-value", "params.scopes"},
		"no rate":                {"a rate limit", nil, http.StatusBadRequest, "bad-value", "params.perMinute"},
		"two rates":              {"a rate limit", object{"perMinute": 1, "ingestPer10s": 1}, http.StatusBadRequest, "bad-value", "params.perMinute"},
		"ingest rate of no hook": {"a rate limit", object{"ingestPer10s": 1}, http.StatusBadRequest, "bad-value", "params.hookId"},
		"no credential":          {"a hook", object{"token": ""}, http.StatusBadRequest, "bad-value", "params.token"},
	} {
		t.Run(name, func(t *testing.T) {
			mock{t, m.url}.state("setup", test.state, test.params).refused(test.status, test.code, test.field)
		})
	}
	for body, want := range map[string]string{
		`{"state":"items waiting","params":{"token":"demo","hookId":654,"cuont":1}}`:   `no param .*"cuont.*take .*"count`,
		`{"state":"items waiting","params":{"token":"demo","HOOKID":654,"count":1}}`:   `take .*"hookId`,
		`{"state":"items waiting","params":{"token":"demo","hookId":654,"count":1.5}}`: "want a whole number, got 1.5",
	} {
		if a := m.control(http.MethodPost, "/provider-states", body); !regexp.MustCompile(want).Match(a.text) {
			t.Errorf("%s: got %s", body, a.text)
		}
	}
	m.control(http.MethodPost, "/provider-states", object{"state": "a hook", "action": "destroy"}).refused(http.StatusBadRequest, "bad-body", "action")
	m.control(http.MethodPost, "/provider-states", object{"params": object{}}).refused(http.StatusBadRequest, "bad-body", "")
}

func TestStatesFindTheirWorld(t *testing.T) {
	m := start(t)
	hook := m.control(http.MethodPost, "/provider-states", object{"state": "a hook", "params": object{"world": "shop"}, "consumer": "tests"}).object()
	if got := m.make("shop", http.MethodGet, fmt.Sprintf("/hooks/%v", hook["hookId"]), nil).status; got != http.StatusOK {
		t.Errorf("in the world shop: status %d", got)
	}
	declared := start(t, mockserver.WithDeclaredTokens())
	declared.state("setup", "a hook", nil).refused(http.StatusBadRequest, "unknown-token", "params.token")
}

func TestStatesTakeTheFormatOfPact(t *testing.T) {
	m := start(t)
	body, err := json.Marshal(object{"consumer": "shop", "state": "a token", "states": []string{"a token"}, "params": object{"token": "demo"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := m.control(http.MethodPost, "/provider-states", string(body)).object()["token"]; got == nil {
		t.Error("no token")
	}
}
