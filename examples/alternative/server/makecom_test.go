package server_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

const partialError = `"error":{"name":"APIError","message":"Some of the incoming messages could not be deleted because they are being processed right now."}`

// TestMakecomWire holds the answers of the documents, hook and ids apart. The deliveries are those that give these sizes.
func TestMakecomWire(t *testing.T) {
	v := start(t, server.Options{})
	made := v.state("a hook", nil)
	hook, address := marshal(t, made["hookId"]), text(made["hookUrl"])
	v.send(http.MethodGet, address, "")
	named := v.send(http.MethodPost, address, `{"name":"test"}`, "Content-Type", "application/json").header.Get("x-request-id")
	bytes := v.send(http.MethodPost, address, "{\n    \"name\": \"test\"\n}").header.Get("x-request-id")
	for _, c := range []struct{ name, path, want string }{
		{"list", "?pg[limit]=1", `{"incomings":[{"id":"<id>","scope":"hook","size":1,"created":"<time>"}],
			"pg":{"sortBy":"created","limit":1,"sortDir":"asc","offset":0,"returnTotalCount":false}}`},
		{"object", "/" + named, `{"incoming":{"id":"<id>","scope":"hook","size":11,"created":"<time>","data":{"name":"test"}}}`},
		{"bytes", "/" + bytes, `{"incoming":{"id":"<id>","scope":"hook","size":31,"created":"<time>",
			"data":{"value":"IMTBuffer(22, binary, d4cf3d1cbf035278e7a1a909e71354d7a0387db9): 7b0a20202020226e616d65223a202274657374220a7d"}}}`},
		{"stats", "/stats", `{"incomingStat":{"queue":3,"limit":10000,"enabled":true}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.mk(http.MethodGet, "/hooks/"+hook+"/incomings"+c.path, "")
			a.wantJSON(t, c.want)
			equal(t, a.status, http.StatusOK)
			equal(t, a.header.Get("Content-Type"), "application/json; charset=utf-8")
			equal(t, len(a.header.Get("x-request-id")), 32)
		})
	}
}

// TestMakecomDelete starts each case with items 0, 1, 2 of which the first is being processed where busy is set.
// In bodies and wanted answers #0, #1, #2 stand for their ids.
func TestMakecomDelete(t *testing.T) {
	for _, c := range []struct {
		name       string
		busy       bool
		query      string
		body       string
		status     int
		want       string
		left       string // what stays, being processed included
		wantInBody string
	}{
		{name: "ids", body: `{"ids":["#0","#1"],"exceptIds":[],"all":false}`, status: 200, want: `{"incomings":["#0","#1"]}`, left: "#2"},
		{name: "ids confirmed", query: "confirmed=true", body: `{"ids":["#1"]}`, status: 200, want: `{"incomings":["#1"]}`, left: "#0 #2"},
		{name: "duplicate", body: `{"ids":["#1","#1"]}`, status: 200, want: `{"incomings":["#1"]}`, left: "#0 #2"},
		{name: "partial", busy: true, body: `{"ids":["#0","#1"]}`, status: 200, want: `{"incomings":["#1"],` + partialError + `}`, left: "#0 #2"},
		{name: "all", query: "confirmed=true", body: `{"all":true}`, status: 200, want: `{"incomings":["#0","#1","#2"]}`},
		{name: "all busy", busy: true, query: "confirmed=true", body: `{"all":true}`, status: 200, want: `{"incomings":["#1","#2"],` + partialError + `}`, left: "#0"},
		{name: "all empty arrays", query: "confirmed=true", body: `{"all":true,"ids":[],"exceptIds":[]}`, status: 200, want: `{"incomings":["#0","#1","#2"]}`},
		{name: "except", query: "confirmed=true", body: `{"all":true,"exceptIds":["#1"]}`, status: 200, want: `{"incomings":["#0","#2"]}`, left: "#1"},
		{name: "all unconfirmed", body: `{"all":true}`, status: 406, wantInBody: `"code":"IM004"`, left: "#0 #1 #2"},
		{name: "all refused", query: "confirmed=false", body: `{"all":true}`, status: 406, wantInBody: `"code":"IM004"`, left: "#0 #1 #2"},
		{name: "all shouted", query: "confirmed=TRUE", body: `{"all":true}`, status: 406, wantInBody: `"code":"IM004"`, left: "#0 #1 #2"},
		{name: "except unconfirmed", body: `{"all":true,"exceptIds":["#1"]}`, status: 406, wantInBody: `"code":"IM004"`, left: "#0 #1 #2"},
		{name: "unknown", body: `{"ids":["#0","none"]}`, status: 404, wantInBody: `\"none\"`, left: "#0 #1 #2"},
		{name: "ids and all", query: "confirmed=true", body: `{"ids":["#0"],"all":true}`, status: 400, wantInBody: "exclude", left: "#0 #1 #2"},
		{name: "ids and except", body: `{"ids":["#0"],"exceptIds":["#0"]}`, status: 200, want: `{"incomings":["#0"]}`, left: "#1 #2"},
		{name: "nothing selected", body: `{}`, status: 200, want: `{"incomings":[]}`, left: "#0 #1 #2"},
		{name: "no body", status: 200, want: `{"incomings":[]}`, left: "#0 #1 #2"},
		{name: "broken", body: `{"ids":["#0"]`, status: 400, wantInBody: `"code":"SC400"`, left: "#0 #1 #2"},
		{name: "no object", body: `["#0"]`, status: 400, wantInBody: `"code":"SC400"`, left: "#0 #1 #2"},
		{name: "ids is text", body: `{"ids":"#0"}`, status: 400, wantInBody: "ids: not an array", left: "#0 #1 #2"},
		{name: "ids is null", body: `{"ids":null}`, status: 400, wantInBody: "ids: not an array", left: "#0 #1 #2"},
		{name: "id is a number", body: `{"ids":["#0",7]}`, status: 400, wantInBody: "ids[1]: not a string", left: "#0 #1 #2"},
		{name: "exceptIds is an object", query: "confirmed=true", body: `{"all":true,"exceptIds":{}}`, status: 400, wantInBody: "exceptIds", left: "#0 #1 #2"},
		{name: "all is text", query: "confirmed=true", body: `{"all":"true"}`, status: 400, wantInBody: "all: not a boolean", left: "#0 #1 #2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := start(t, server.Options{})
			hook, ids := v.hook(3)
			if c.busy {
				equal(t, v.begin(hook), ids[0])
			}
			fill := strings.NewReplacer("#0", ids[0], "#1", ids[1], "#2", ids[2])
			a := v.mk(http.MethodDelete, "/hooks/"+hook+"/incomings?"+c.query, fill.Replace(c.body))
			equal(t, a.status, c.status)
			a.speaks(t, fill.Replace(c.want), c.wantInBody)
			left := v.left(hook, ids)
			equal(t, strings.Join(left, " "), fill.Replace(c.left))
			equal(t, v.queued(hook), float64(len(left)))
		})
	}
}

// left are those of the ids that the hook still has, being processed included.
func (v vendor) left(hook string, ids []string) []string {
	v.t.Helper()
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		return v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/"+id, "").status != http.StatusOK
	})
}

// speaks compares the whole body where one is wanted, and looks for the part.
func (a answer) speaks(t *testing.T, whole, part string) {
	t.Helper()
	if whole != "" {
		equal(t, strings.TrimSpace(a.body), whole)
	}
	if !strings.Contains(a.body, part) {
		t.Errorf("%s lacks %s", a.body, part)
	}
}

func TestMakecomPages(t *testing.T) {
	v := start(t, server.Options{})
	hook, ids := v.hook(5)
	reversed := slices.Clone(ids)
	slices.Reverse(reversed)
	for _, c := range []struct {
		query string
		want  []string
		echo  string
	}{
		{"", ids, `{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0,"returnTotalCount":false}`},
		{"pg[limit]=2&pg[offset]=2", ids[2:4], `{"sortBy":"created","sortDir":"asc","limit":2,"offset":2,"returnTotalCount":false}`},
		{"pg[limit]=2&pg[offset]=4", ids[4:], ""},
		{"pg[offset]=5", []string{}, ""},
		{"pg[offset]=99999999999999999999", []string{}, ""},
		{"pg[sortDir]=desc", reversed, ""},
		{"pg[sortBy]=created&pg[sortDir]=desc&pg[limit]=1", reversed[:1], ""},
		{"pg[limit]=0", ids[:1], `{"sortBy":"created","sortDir":"asc","limit":1,"offset":0,"returnTotalCount":false}`},
		{"pg[limit]=99999", ids, `{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0,"returnTotalCount":false}`},
		{"pg[offset]=-3", ids, `{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0,"returnTotalCount":false}`},
		{"pg[sortBy]=size", ids, `{"sortBy":"created","sortDir":"asc","limit":10000,"offset":0,"returnTotalCount":false}`},
	} {
		t.Run(c.query, func(t *testing.T) {
			equal(t, v.listed(hook, c.query), c.want)
			if c.echo != "" {
				a := v.mk(http.MethodGet, "/hooks/"+hook+"/incomings?"+c.query, "")
				answer{body: marshal(t, a.object(t)["pg"])}.wantJSON(t, c.echo)
			}
		})
	}
}

// TestMakecomRefusals holds the envelope of every refusal, and that nothing was deleted.
func TestMakecomRefusals(t *testing.T) {
	v := start(t, server.Options{})
	hook, ids := v.hook(1)
	foreign := marshal(t, v.state("a hook", object{"foreign": true})["hookId"])
	token := func(state string, params object) string { return "Token " + text(v.state(state, params)["token"]) }
	reader := token("a token", object{"scopes": []string{"hooks:read"}})
	everything := fmt.Sprintf(`{"ids":[%q]}`, ids[0])
	for _, c := range []struct {
		name, authorization, method, path, body string
		status                                  int
		code                                    string
	}{
		{"no token", "", "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"no scheme", "demo", "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"empty token", "Token ", "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"basic", "Basic demo", "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"bearer", "Bearer demo", "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"refused", token("a refused token", nil), "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"expired", token("an expired token", nil), "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"read-only", reader, "DELETE", "/hooks/" + hook + "/incomings", everything, 403, "SC403"},
		{"write-only", token("a token", object{"scopes": []string{"hooks:write"}}), "GET", "/hooks/" + hook + "/incomings", "", 403, "SC403"},
		{"foreign hook", "Token demo", "GET", "/hooks/" + foreign + "/incomings", "", 403, "SC403"},
		{"bad hook", "Token demo", "GET", "/hooks/abc/incomings", "", 400, "SC400"},
		{"unknown hook", "Token demo", "GET", "/hooks/987/incomings/stats", "", 404, "SC404"},
		{"huge hook", "Token demo", "GET", "/hooks/99999999999999999999/incomings", "", 404, "SC404"},
		{"unknown item", "Token demo", "GET", "/hooks/" + hook + "/incomings/none", "", 404, "SC404"},
		{"bad limit", "Token demo", "GET", "/hooks/" + hook + "/incomings?pg[limit]=many", "", 400, "SC400"},
		{"empty limit", "Token demo", "GET", "/hooks/" + hook + "/incomings?pg[limit]=", "", 400, "SC400"},
		{"bad offset", "Token demo", "GET", "/hooks/" + hook + "/incomings?pg[offset]=1.5", "", 400, "SC400"},
		{"bad direction", "Token demo", "GET", "/hooks/" + hook + "/incomings?pg[sortDir]=up", "", 400, "SC400"},
		{"no team", "Token demo", "GET", "/hooks", "", 400, "SC400"},
		{"unknown path", "Token demo", "GET", "/nowhere", "", 404, "SC404"},
		{"wrong method", "Token demo", "PUT", "/hooks/" + hook + "/incomings", everything, 405, "SC405"},
		{"wrong method on stats", "Token demo", "DELETE", "/hooks/" + hook + "/incomings/stats", "", 405, "SC405"},
		{"large body", "Token demo", "DELETE", "/hooks/" + hook + "/incomings", everything + strings.Repeat(" ", 6<<20), 413, "SC413"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.send(c.method, "/api/v2"+c.path, c.body, "Authorization", c.authorization)
			equal(t, a.status, c.status)
			equal(t, a.header.Get("Content-Type"), "application/json; charset=utf-8")
			o := a.object(t)
			equal(t, o["code"], any(c.code))
			equal(t, o["suberrors"], any([]any{}))
			if text(o["message"]) == "" || text(o["detail"]) == "" {
				t.Errorf("no text in %s", a.body)
			}
			equal(t, v.listed(hook, ""), ids)
		})
	}
}

func TestMakecomHooks(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(2)
	v.state("a hook", object{"foreign": true})
	shown := v.mk(http.MethodGet, "/hooks/"+hook, "").object(t)["hook"]
	equal(t, member(shown, "queueCount"), any(2.0))
	equal(t, v.mk(http.MethodGet, "/hooks?teamId=1", "").object(t)["hooks"], any([]any{shown}))
	equal(t, v.mk(http.MethodGet, "/hooks?teamId=2", "").object(t)["hooks"], any([]any{}))

	v.mk(http.MethodPost, "/hooks/"+hook+"/disable", "").wantJSON(t, `{"success":true}`)
	equal(t, v.send(http.MethodPost, text(member(shown, "url")), "").status, http.StatusBadRequest)
	v.mk(http.MethodGet, "/hooks/"+hook+"/incomings/stats", "").wantJSON(t, `{"incomingStat":{"queue":2,"limit":10000,"enabled":false}}`)
	v.mk(http.MethodPost, "/hooks/"+hook+"/enable", "").wantJSON(t, `{"success":true}`)
	equal(t, v.send(http.MethodPost, text(member(shown, "url")), "").status, http.StatusOK)
}
