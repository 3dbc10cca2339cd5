package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

func TestPayloads(t *testing.T) {
	v := start(t, server.Options{})
	made := v.state("a hook", nil)
	for _, c := range []struct{ name, method, kind, query, body, want string }{
		{"nothing", "GET", "", "", "", `{}`},
		{"query", "DELETE", "", "?a=1&b=2&b=3", "", `{"a":"1","b":["2","3"]}`},
		{"object", "POST", "application/json; charset=utf-8", "", `{"a":{"b":[1,2.5,null,true]}}`, `{"a":{"b":[1,2.5,null,true]}}`},
		{"query wins", "PUT", "application/json", "?a=1", `{"a":2,"c":3}`, `{"a":"1","c":3}`},
		{"array", "POST", "application/json", "", `[1,2]`, `{"value":[1,2]}`},
		{"broken", "POST", "application/json", "", `{"a":`, `{"value":"{\"a\":"}`},
		{"byte order mark", "POST", "application/json", "", "\ufeff{}", `{}`},
		{"two values", "POST", "application/json", "", `{} {}`, `{"value":"{} {}"}`},
		{"form", "POST", "application/x-www-form-urlencoded", "?a=9", "a=1&b=2&b=3", `{"a":"9","b":["2","3"]}`},
		{
			"multipart", "POST", "multipart/form-data; boundary=x", "", "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n" +
				"--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"f.bin\"\r\n\r\nAB\r\n--x--\r\n",
			`{"a":"1","f":"IMTBuffer(2, binary, 06d945942aa26a61be18c3e22bf19bbca8dd2b5d): 4142"}`,
		},
		{"text", "POST", "text/plain", "", "hello", `{"value":"hello"}`},
		{"bytes", "POST", "application/octet-stream", "", "AB", `{"value":"IMTBuffer(2, binary, 06d945942aa26a61be18c3e22bf19bbca8dd2b5d): 4142"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.send(c.method, text(made["hookUrl"])+c.query, c.body, "Content-Type", c.kind)
			equal(t, a.status, http.StatusOK)
			equal(t, a.body, "Accepted")
			detail := v.mk(http.MethodGet, "/hooks/"+marshal(t, made["hookId"])+"/incomings/"+a.header.Get("x-request-id"), "")
			answer{body: marshal(t, member(detail.object(t)["incoming"], "data"))}.wantJSON(t, c.want)
		})
	}
}

func TestRefusedDeliveries(t *testing.T) {
	v := start(t, server.Options{})
	limited := v.state("a hook", object{"queueLimit": 1})
	v.state("items waiting", object{"hookId": limited["hookId"], "count": 1})
	disabled := v.state("a hook", nil)
	v.state("hook disabled", object{"hookId": disabled["hookId"]})
	rated := v.state("a hook", nil)
	v.state("a rate limit", object{"hookId": rated["hookId"], "ingestPer10s": 1})
	v.send(http.MethodPost, text(rated["hookUrl"]), "")
	open := v.state("a hook", nil)
	for _, c := range []struct {
		name, url, kind, body string
		status                int
		want                  string
		hook, queued          any
	}{
		{"full", text(limited["hookUrl"]), "", "x", 400, "Queue is full.", limited["hookId"], 1.0},
		{"unknown", "/wh/none", "", "x", 410, "Webhook not found.", open["hookId"], 0.0},
		{"disabled", text(disabled["hookUrl"]), "", "x", 400, "Webhook is disabled.", disabled["hookId"], 0.0},
		{"too often", text(rated["hookUrl"]), "", "x", 429, "Too many requests", rated["hookId"], 1.0},
		{"too large", text(open["hookUrl"]), "text/plain", strings.Repeat("x", 5<<20+1), 413, "Payload is larger than 5 MiB.", open["hookId"], 0.0},
		{"broken form", text(open["hookUrl"]), "application/x-www-form-urlencoded", "a=%zz", 400, "Payload cannot be read.", open["hookId"], 0.0},
		{"charset", text(open["hookUrl"]), "text/plain; charset=latin1", "x", 415, "Send UTF-8, and not compressed.", open["hookId"], 0.0},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := v.send(http.MethodPost, c.url, c.body, "Content-Type", c.kind)
			equal(t, a.status, c.status)
			equal(t, a.body, c.want)
			equal(t, v.queued(marshal(t, c.hook)), c.queued)
		})
	}
	equal(t, v.send(http.MethodPost, text(open["hookUrl"]), strings.Repeat("x", 5<<20)).status, http.StatusOK)
}

func TestKeptMethodAndHeaders(t *testing.T) {
	v := start(t, server.Options{})
	made := v.state("a hook", object{"method": true, "headers": true})
	id := v.send(http.MethodPatch, text(made["hookUrl"]), "", "X-Color", "red").header.Get("x-request-id")
	data := member(v.mk(http.MethodGet, "/hooks/"+marshal(t, made["hookId"])+"/incomings/"+id, "").object(t)["incoming"], "data")
	equal(t, member(data, "__IMTMETHOD__"), any("PATCH"))
	for _, header := range list(member(data, "__IMTHEADERS__")) {
		if member(header, "name") == "x-color" {
			equal(t, member(header, "value"), any("red"))
			return
		}
	}
	t.Errorf("no x-color in %v", data)
}

func TestConfidentialHook(t *testing.T) {
	v := start(t, server.Options{})
	made := v.state("a hook", object{"confidential": true})
	id := v.send(http.MethodGet, text(made["hookUrl"])+"?a=1", "").header.Get("x-request-id")
	v.mk(http.MethodGet, "/hooks/"+marshal(t, made["hookId"])+"/incomings/"+id, "").
		wantJSON(t, `{"incoming":{"id":"<id>","scope":"hook","size":5,"created":"<time>","isHookConfidential":true}}`)
}

func TestOrganizationRateLimit(t *testing.T) {
	v := start(t, server.Options{})
	hook, _ := v.hook(0)
	v.state("a rate limit", object{"perMinute": 2})
	for _, remaining := range []string{"1", "0"} {
		a := v.mk(http.MethodGet, "/hooks/"+hook+"/incomings", "")
		equal(t, a.status, http.StatusOK)
		equal(t, a.header.Get("x-ratelimit-limit"), "2")
		equal(t, a.header.Get("x-ratelimit-remaining"), remaining)
		equal(t, len(a.header.Get("x-ratelimit-reset")), 10)
	}
	a := v.mk(http.MethodGet, "/hooks/"+hook+"/incomings", "")
	equal(t, a.status, http.StatusTooManyRequests)
	equal(t, a.body, "Requests limit for organization exceeded, please try again later.")
	equal(t, a.header.Get("x-ratelimit-remaining"), "0")
}
