package server_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

func (v vendor) askState(body string) answer {
	v.t.Helper()
	return v.send(http.MethodPost, "/states", body)
}

// tearDown sends the params and the values of a setup, as a suite does.
func (v vendor) tearDown(name string, params, values object) {
	v.t.Helper()
	for member, value := range params {
		if _, given := values[member]; !given {
			values[member] = value
		}
	}
	a := v.askState(marshal(v.t, object{"state": name, "params": values, "action": "teardown"}))
	equal(v.t, a.status, http.StatusOK)
	equal(v.t, strings.TrimSpace(a.body), "{}")
}

// TestStateRefusals has hook 1, which is full of one item that is being processed.
func TestStateRefusals(t *testing.T) {
	v := start(t, server.Options{})
	v.state("a hook", object{"queueLimit": 1})
	v.state("an item being processed", object{"hookId": 1})
	v.state("a hook", nil)
	waiting := texts(v.state("items waiting", object{"hookId": 2, "count": 1})["ids"])[0]
	for _, c := range []struct {
		name, body string
		status     int
		names      string
	}{
		{"no JSON", `state`, 400, "body"},
		{"unknown state", `{"state":"a full moon"}`, 404, "a full moon"},
		{"unknown action", `{"state":"a hook","action":"set"}`, 400, "set"},
		{"token of another vendor", `{"state":"a hook","params":{"token":"x"}}`, 400, "token"},
		{"token that is a number", `{"state":"a hook","params":{"token":1}}`, 400, "token"},
		{"limit of none", `{"state":"a hook","params":{"queueLimit":0}}`, 400, "queueLimit"},
		{"flag that is text", `{"state":"a hook","params":{"method":"yes"}}`, 400, "method"},
		{"no hook", `{"state":"items waiting","params":{"count":1}}`, 400, "hookId: is missing"},
		{"unknown hook", `{"state":"items waiting","params":{"hookId":9,"count":1}}`, 400, "no hook 9"},
		{"no count", `{"state":"items waiting","params":{"hookId":1}}`, 400, "count or data"},
		{"negative count", `{"state":"items waiting","params":{"hookId":1,"count":-1}}`, 400, "count"},
		{"data that is no list", `{"state":"items waiting","params":{"hookId":1,"data":{}}}`, 400, "data"},
		{"beyond the limit", `{"state":"items waiting","params":{"hookId":1,"count":1}}`, 409, "room for 0"},
		{"none to begin", `{"state":"an item being processed","params":{"hookId":1}}`, 409, "full"},
		{"still waiting", `{"state":"processing finished","params":{"hookId":2,"id":"` + waiting + `"}}`, 409, "still waits"},
		{"finish what", `{"state":"processing finished","params":{"hookId":2}}`, 400, "id: is missing"},
		{"disable what", `{"state":"hook disabled"}`, 400, "hookId"},
		{"limit of what", `{"state":"a rate limit","params":{"hookId":1}}`, 400, "ingestPer10s"},
		{"no calls at all", `{"state":"a rate limit","params":{"perMinute":0}}`, 400, "perMinute"},
		{"ingest limit of what", `{"state":"a rate limit","params":{"ingestPer10s":1}}`, 400, "hookId"},
		{"scopes that are text", `{"state":"a token","params":{"scopes":"hooks:read"}}`, 400, "scopes"},
		{"definition without url", `{"state":"a webhook definition"}`, 400, "url: is missing"},
		{"stranger", `{"state":"a webhook definition","params":{"url":"http://example.com/"}}`, 400, "example.com"},
		{"no web address", `{"state":"a webhook definition","params":{"url":"file://localhost/x"}}`, 400, "file"},
		{"unknown logging", `{"state":"a webhook definition","params":{"url":"http://localhost:1","logging":"none"}}`, 400, "logging"},
		{"fields that are numbers", `{"state":"a webhook definition","params":{"url":"http://localhost:1","fields_set":[1]}}`, 400, "fields_set"},
		{"no rule", `{"state":"a workflow rule fires"}`, 400, "workflow_rule: is missing"},
		{"unknown rule", `{"state":"a workflow rule fires","params":{"workflow_rule":"x"}}`, 400, `no rule "x"`},
		{"rule that is a number", `{"state":"a workflow rule fires","params":{"workflow_rule":1}}`, 400, "workflow_rule"},
		{"unknown entity", `{"state":"a rejected webhook request","params":{"entity":"DOGS"}}`, 400, "DOGS"},
		{"data that is text", `{"state":"a rejected webhook request","params":{"data":"x"}}`, 400, "data"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.askState(c.body)
			equal(t, a.status, c.status)
			if reason := text(a.object(t)["error"]); !strings.Contains(reason, c.names) {
				t.Errorf("%q does not name %q", reason, c.names)
			}
		})
	}
	equal(t, v.queued("1"), any(1.0))
	equal(t, v.queued("2"), any(1.0))
	v.crm("list", "entity=ACTIVITIES").wantJSON(t, `{`+okStatus+`,"data":[]}`)
}

// TestProcessing follows three items through the queue: begun in order, listed no longer, finished once.
func TestProcessing(t *testing.T) {
	v := start(t, server.Options{})
	hook, ids := v.hook(3)
	equal(t, v.begin(hook), ids[0])
	equal(t, v.begin(hook), ids[1])
	equal(t, v.listed(hook, ""), ids[2:])
	equal(t, v.queued(hook), any(3.0))
	first := object{"hookId": json.RawMessage(hook), "id": ids[0]}
	equal(t, v.state("processing finished", first), object{})
	equal(t, v.state("processing finished", first), object{})
	equal(t, v.queued(hook), any(2.0))
	equal(t, v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/"+ids[0], "").status, http.StatusNotFound)
}

// TestProcessingOfNothing holds that an item is delivered when none waits, and leaves with the state.
func TestProcessingOfNothing(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(0)
	params := object{"hookId": json.RawMessage(hook)}
	values := v.state("an item being processed", params)
	equal(t, v.queued(hook), any(1.0))
	v.tearDown("an item being processed", params, values)
	equal(t, v.queued(hook), any(0.0))
}

func TestItemsWithData(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(0)
	values := v.state("items waiting", object{"hookId": json.RawMessage(hook), "data": []any{object{"name": "test"}, object{}}})
	equal(t, v.listed(hook, ""), texts(values["ids"]))
	v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/"+texts(values["ids"])[0], "").
		wantJSON(t, `{"incoming":{"id":"<id>","scope":"hook","size":11,"created":"<time>","data":{"name":"test"}}}`)
}

// TestTearDown undoes every state in the reverse order, and all of it once more, which does nothing.
func TestTearDown(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(0)
	of := func(more object) object {
		more["hookId"], more["token"] = json.RawMessage(hook), "demo"
		return more
	}
	type done struct {
		name           string
		params, values object
	}
	var all []done
	set := func(name string, params object) object {
		values := v.state(name, params)
		all = append(all, done{name, params, values})
		return values
	}
	set("items waiting", of(object{"count": 2}))
	set("an item being processed", of(object{}))
	set("hook disabled", of(object{}))
	set("a rate limit", of(object{"ingestPer10s": 1}))
	issued := text(set("a token", object{"token": "demo"})["token"])
	set("an expired token", object{"token": "demo"})
	set("a refused token", object{"token": "demo"})
	d := set("a webhook definition", object{"url": v.url + "/sink", "token": "demo"})
	set("a workflow rule fires", object{"workflow_rule": d["workflow_rule"], "token": "demo"})
	set("a rejected webhook request", object{"token": "demo"})
	set("a successful webhook request", object{"token": "demo"})
	equal(t, len(v.crm("list", "entity=ACTIVITIES").numbers(t)), 3)
	set("a rate limit", object{"perMinute": 1, "token": "demo"})
	for range 2 {
		for i := len(all) - 1; i >= 0; i-- {
			v.tearDown(all[i].name, all[i].params, all[i].values)
		}
	}
	v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/stats", "").wantJSON(t, `{"incomingStat":{"queue":0,"limit":10000,"enabled":true}}`)
	v.crm("list", "entity=ACTIVITIES").wantJSON(t, `{`+okStatus+`,"data":[]}`)
	equal(t, v.send(http.MethodGet, "/api/v2/hooks?teamId=1", "", "Authorization", "Token "+issued).status, http.StatusForbidden)
	v.tearDown("a hook", nil, object{"hookId": json.RawMessage(hook)})
	equal(t, v.mk(http.MethodGet, "/hooks/"+hook, "").status, http.StatusNotFound)
	v.tearDown("items waiting", nil, of(object{"ids": []string{"x"}}))
}

// TestDefaultReceiver holds that a made record can be sent again without a receiver of one's own.
func TestDefaultReceiver(t *testing.T) {
	v := start(t, server.Options{})
	v.state("a rejected webhook request", nil)
	equal(t, member(v.post("resend", "1").object(t)["data"], "life_cycle_state"), any("SUCCESSFUL"))
}
