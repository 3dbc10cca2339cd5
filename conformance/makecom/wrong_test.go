package makecom_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
)

// wrong is a server with one thing wrong, made from the honest one by changing requests on their way in or answers on their
// way out.
type wrong struct {
	requirement string
	// got is part of what the check has to have seen: it fails for the right reason.
	got     string
	request func(*http.Request)
	answer  func(*http.Request, *httptest.ResponseRecorder)
}

var (
	listPath   = regexp.MustCompile(`^/api/v2/hooks/\d+/incomings$`)
	statsPath  = regexp.MustCompile(`^/api/v2/hooks/\d+/incomings/stats$`)
	detailPath = regexp.MustCompile(`^/api/v2/hooks/\d+/incomings/[0-9a-f]{32}$`)
)

func (w wrong) wrap(honest http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if w.request != nil {
			w.request(r)
		}
		answer := httptest.NewRecorder()
		honest.ServeHTTP(answer, r)
		if w.answer != nil {
			w.answer(r, answer)
		}
		maps.Copy(out.Header(), answer.Header())
		out.Header().Del("Content-Length")
		out.WriteHeader(answer.Code)
		_, _ = answer.Body.WriteTo(out)
	})
}

// on applies a change to the 200s of one operation.
func on(method string, path *regexp.Regexp, change func(map[string]any)) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, answer *httptest.ResponseRecorder) {
		if r.Method == method && path.MatchString(r.URL.Path) && answer.Code == http.StatusOK {
			edit(answer, change)
		}
	}
}

// onError applies a change to the 4xx that the API answers.
func onError(change func(map[string]any)) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, answer *httptest.ResponseRecorder) {
		if strings.HasPrefix(r.URL.Path, "/api/") && answer.Code >= 400 && answer.Code != http.StatusTooManyRequests {
			edit(answer, change)
		}
	}
}

func edit(answer *httptest.ResponseRecorder, change func(map[string]any)) {
	var body map[string]any
	if json.Unmarshal(answer.Body.Bytes(), &body) != nil {
		return
	}
	change(body)
	data, _ := json.Marshal(body) // it came from JSON
	answer.Body = bytes.NewBuffer(data)
}

// items applies a change to the items of a list.
func items(change func([]any) []any) func(map[string]any) {
	return func(body map[string]any) {
		list, _ := body["incomings"].([]any)
		body["incomings"] = change(list)
	}
}

// each applies a change to every item of a list.
func each(change func(map[string]any)) func(map[string]any) {
	return items(func(list []any) []any {
		for _, item := range list {
			if object, ok := item.(map[string]any); ok {
				change(object)
			}
		}
		return list
	})
}

func inside(member string, change func(map[string]any)) func(map[string]any) {
	return func(body map[string]any) {
		if object, ok := body[member].(map[string]any); ok {
			change(object)
		}
	}
}

// query changes the query of a list.
func query(change func(get string, set func(string))) func(*http.Request) {
	return func(r *http.Request) {
		if r.Method != http.MethodGet || !listPath.MatchString(r.URL.Path) {
			return
		}
		q := r.URL.Query()
		for name := range q {
			change(name+"="+q.Get(name), func(value string) { q.Set(name, value) })
		}
		r.URL.RawQuery = q.Encode()
	}
}

// body changes the body of a deletion.
func body(change func(map[string]any)) func(*http.Request) {
	return func(r *http.Request) {
		if r.Method != http.MethodDelete {
			return
		}
		data, _ := io.ReadAll(r.Body) // a recorder's request never fails
		var selection map[string]any
		if json.Unmarshal(data, &selection) == nil {
			change(selection)
			data, _ = json.Marshal(selection)
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
	}
}

func status(from, to int, text string) func(*http.Request, *httptest.ResponseRecorder) {
	return func(r *http.Request, answer *httptest.ResponseRecorder) {
		if strings.HasPrefix(r.URL.Path, "/wh/") && answer.Code == from {
			answer.Code, answer.Body = to, bytes.NewBufferString(text)
		}
	}
}

func header(name, value string) func(*http.Request, *httptest.ResponseRecorder) {
	return func(_ *http.Request, answer *httptest.ResponseRecorder) { answer.Header().Set(name, value) }
}

func authorize(r *http.Request) {
	if strings.HasPrefix(r.URL.Path, "/api/") {
		r.Header.Set("Authorization", "Token demo")
	}
}

func wrongs() []wrong {
	set := func(name string, value any) func(map[string]any) {
		return func(m map[string]any) { m[name] = value }
	}
	return []wrong{
		{requirement: "makecom/auth/token-required", got: "status 200", request: func(r *http.Request) {
			if r.Header.Get("Authorization") == "" {
				authorize(r)
			}
		}},
		{requirement: "makecom/auth/unknown-token", got: "status 200", request: func(r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Authorization"), "Token ") {
				authorize(r)
			}
		}},
		{requirement: "makecom/auth/token-scheme", got: "status 200", request: func(r *http.Request) {
			if strings.HasPrefix(r.Header.Get("Authorization"), "Basic ") {
				authorize(r)
			}
		}},
		{requirement: "makecom/auth/write-scope", got: "status 200", request: func(r *http.Request) {
			if r.Method == http.MethodDelete && r.Header.Get("Authorization") != "" {
				authorize(r)
			}
		}},
		{requirement: "makecom/auth/read-scope", got: "status 200", request: func(r *http.Request) {
			if r.Method == http.MethodGet && statsPath.MatchString(r.URL.Path) && r.Header.Get("Authorization") != "" {
				authorize(r)
			}
		}},

		{requirement: "makecom/list/shape", got: "value must be an integer", answer: on("GET", listPath, each(set("size", "11")))},
		{requirement: "makecom/list/shape", got: "none", answer: on("GET", listPath, func(b map[string]any) { delete(b, "pg") })},
		{requirement: "makecom/list/arrived", got: "waiting items", answer: on("GET", listPath, items(func(l []any) []any { return l[:min(2, len(l))] }))},
		{requirement: "makecom/list/item-fields", got: "id", answer: on("GET", listPath, each(func(m map[string]any) { delete(m, "created") }))},
		{requirement: "makecom/list/item-fields", got: "-1", answer: on("GET", listPath, each(set("size", -1)))},
		{requirement: "makecom/list/arrival-order", got: "items in this order", answer: on("GET", listPath, items(func(l []any) []any { slices.Reverse(l); return l }))},
		{requirement: "makecom/list/limit", got: "12 items", request: query(func(get string, set func(string)) {
			if strings.HasPrefix(get, "pg[limit]=") {
				set("100")
			}
		})},
		{requirement: "makecom/list/offset", got: "items in this order", request: query(func(get string, set func(string)) {
			if get == "pg[offset]=1" {
				set("0")
			}
		})},
		{requirement: "makecom/list/pages-partition", got: "page by page", request: query(func(get string, set func(string)) {
			if get == "pg[offset]=4" {
				set("3")
			}
		})},
		{requirement: "makecom/list/sort-dir", got: "items in this order", request: query(func(get string, set func(string)) {
			if get == "pg[sortDir]=desc" {
				set("asc")
			}
		})},
		{requirement: "makecom/list/sort-dir-enum", got: "status 200", request: query(func(get string, set func(string)) {
			if get == "pg[sortDir]=sideways" {
				set("asc")
			}
		})},
		{requirement: "makecom/list/pg-types", got: "status 200", request: query(func(get string, set func(string)) {
			if get == "pg[limit]=1.5" {
				set("1")
			}
		})},
		{requirement: "makecom/list/pg-echo", got: "limit 50", answer: on("GET", listPath, inside("pg", set("limit", 50)))},
		{requirement: "makecom/list/size-msgpack", got: "sizes", answer: on("GET", listPath, each(set("size", 7)))},
		{requirement: "makecom/list/no-data", got: "data", answer: on("GET", listPath, each(set("data", map[string]any{})))},
		{requirement: "makecom/list/bad-hook-id", got: "no such page", answer: func(r *http.Request, a *httptest.ResponseRecorder) {
			if strings.Contains(r.URL.Path, "/abc/") {
				a.Body = bytes.NewBufferString("no such page")
			}
		}},
		{requirement: "makecom/list/unknown-hook", got: "status 400", answer: func(r *http.Request, a *httptest.ResponseRecorder) {
			if listPath.MatchString(r.URL.Path) && a.Code == http.StatusNotFound {
				a.Code = http.StatusBadRequest
			}
		}},

		{requirement: "makecom/detail/shape", got: "none", answer: on("GET", detailPath, func(b map[string]any) { delete(b, "incoming") })},
		{requirement: "makecom/detail/same-item", got: "item", answer: on("GET", detailPath, inside("incoming", set("scope", "team")))},
		{requirement: "makecom/detail/data", got: "data", answer: on("GET", detailPath, inside("incoming", set("data", map[string]any{"x": 1})))},
		{requirement: "makecom/detail/binary", got: "IMTBuffer(23", answer: on("GET", detailPath, inside("incoming", func(m map[string]any) {
			data, _ := m["data"].(map[string]any)
			if text, ok := data["value"].(string); ok {
				data["value"] = strings.Replace(text, "IMTBuffer(22", "IMTBuffer(23", 1)
			}
		}))},
		{requirement: "makecom/detail/unknown-item", got: "status 403", answer: func(r *http.Request, a *httptest.ResponseRecorder) {
			if detailPath.MatchString(r.URL.Path) && a.Code == http.StatusNotFound {
				a.Code = http.StatusForbidden
			}
		}},
		{requirement: "makecom/detail/stats-is-not-an-id", got: "one without", answer: on("GET", statsPath, func(b map[string]any) { delete(b, "incomingStat") })},

		{requirement: "makecom/stats/shape", got: "without", answer: on("GET", statsPath, inside("incomingStat", func(m map[string]any) { delete(m, "limit") }))},
		{requirement: "makecom/stats/queue", got: "queue 9", answer: on("GET", statsPath, inside("incomingStat", set("queue", 9)))},
		{requirement: "makecom/stats/limit", got: "limit 10000", answer: on("GET", statsPath, inside("incomingStat", set("limit", 10000)))},
		{requirement: "makecom/stats/enabled", got: "enabled true", answer: on("GET", statsPath, inside("incomingStat", set("enabled", true)))},

		{requirement: "makecom/delete/ids", got: "waiting items", request: body(func(b map[string]any) {
			if ids, ok := b["ids"].([]any); ok && len(ids) > 1 {
				b["ids"] = ids[:1]
			}
		})},
		{requirement: "makecom/delete/ids-response", got: "deleted ids", answer: on("DELETE", listPath, items(func(l []any) []any { return l[:min(1, len(l))] }))},
		{requirement: "makecom/delete/ids-unconfirmed", got: "status 406", answer: func(r *http.Request, a *httptest.ResponseRecorder) {
			if r.Method == http.MethodDelete && r.URL.RawQuery == "" {
				a.Code = http.StatusNotAcceptable
			}
		}},
		{requirement: "makecom/delete/all-confirmed-false", got: "status 200", request: func(r *http.Request) {
			r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "confirmed=false", "confirmed=true", 1)
		}},
		{requirement: "makecom/delete/except", got: "waiting items []", request: body(func(b map[string]any) {
			if b["exceptIds"] != nil {
				b["exceptIds"] = []any{}
			}
		})},
		{requirement: "makecom/delete/partial-error", got: "null", answer: on("DELETE", listPath, func(b map[string]any) { delete(b, "error") })},
		{requirement: "makecom/delete/partial-error-text", got: "busy", answer: on("DELETE", listPath, func(b map[string]any) {
			if e, ok := b["error"].(map[string]any); ok {
				e["message"] = "busy"
			}
		})},
		{requirement: "makecom/delete/no-error-on-success", got: "name", answer: on("DELETE", listPath, set("error", map[string]any{"name": "x", "message": "y"}))},
		{requirement: "makecom/delete/malformed", got: "status 200", request: body(func(b map[string]any) {
			if id, ok := b["ids"].(string); ok {
				b["ids"] = []any{id}
			}
		})},

		{requirement: "makecom/ingest/accepted", got: "OK", answer: status(http.StatusOK, http.StatusOK, "OK")},
		{requirement: "makecom/ingest/full", got: "status 503", answer: status(http.StatusBadRequest, http.StatusServiceUnavailable, "Queue is full.")},
		{requirement: "makecom/ingest/unknown", got: "status 404", answer: status(http.StatusGone, http.StatusNotFound, "Webhook not found.")},
		{requirement: "makecom/ingest/id", got: "x-request-id", answer: header("X-Request-Id", "00000000000000000000000000000000")},
		{requirement: "makecom/ingest/parsing", got: "data of", request: func(r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/wh/") {
				r.URL.RawQuery = ""
			}
		}},

		{requirement: "makecom/error/envelope", got: "value must be a string", answer: onError(set("code", 4))},
		{requirement: "makecom/error/envelope", got: "{}", answer: onError(func(b map[string]any) { clear(b) })},
		{requirement: "makecom/error/codes", got: "E1", answer: onError(set("code", "E1"))},
		{requirement: "makecom/http/content-type", got: "latin1", answer: func(r *http.Request, a *httptest.ResponseRecorder) {
			if strings.HasPrefix(r.URL.Path, "/api/") {
				a.Header().Set("Content-Type", "application/json; charset=latin1")
			}
		}},
		{requirement: "makecom/http/request-id", got: "x-request-id: 7", answer: header("X-Request-Id", "7")},
		{requirement: "makecom/http/rate-limit", got: "nothing", answer: func(_ *http.Request, a *httptest.ResponseRecorder) { a.Header().Del("X-Ratelimit-Limit") }},
	}
}

func TestWrongServersFailForTheRightReason(t *testing.T) {
	t.Parallel()
	for _, w := range wrongs() {
		t.Run(w.requirement, func(t *testing.T) {
			t.Parallel()
			r := verify(t, target(t, w.wrap(server.New(server.Options{}))), conformance.OnlyChecks(), conformance.Select(regexp.MustCompile("^"+w.requirement+"$")))
			result := outcome(t, r, w.requirement)
			violated := report.Fail
			if result.Level == "SHOULD" {
				violated = report.Warn
			}
			if result.Outcome != violated {
				t.Fatalf("%s %s", result.Outcome, result.Reason)
			}
			if !slices.ContainsFunc(result.Findings, func(f report.Finding) bool { return strings.Contains(f.Got, w.got) }) {
				t.Errorf("no finding has %q: %+v", w.got, result.Findings)
			}
		})
	}
}
