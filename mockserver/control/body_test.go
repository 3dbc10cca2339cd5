package control_test

import (
	"net/http"
	"strings"
	"testing"
)

// A body that is declared as JSON is JSON, and so is one that looks like it and is not declared as YAML.
func TestDeclaredJSONIsJSON(t *testing.T) {
	m := start(t)
	none := map[string][2]string{ // the field and a word of the reason
		`{"data": [1, {"total": NaN}]}`: {"data[1].total", "NaN is no value"},
		`{"data": [-Infinity]}`:         {"data[0]", "-Infinity is no value"},
		`{"data": [.nan]}`:              {"data[0]", ".nan is no value"},
		`{"data": ['x']}`:               {"data[0]", `'\''`},
		`{data: [1]}`:                   {"", "object key"},
		`{"data": [1,]}`:                {"data[1]", "']'"},
		`{"data": [1] // all` + "\n}":   {"", "'/'"},
		`{"data": [{"a": 1, "a": 2}]}`:  {"data[0].a", "stands in line 1 already"},
		`{"data": ["\ud800"]}`:          {"data[0]", "surrogate"},
		"{\"data\": [\"\xff\"]}":        {"", "0xff is not UTF-8"},
	}
	for _, declared := range []string{"application/json", "Application/JSON; charset=utf-8", "application/vnd.shop+json", "", "application/x-www-form-urlencoded", "text/plain"} {
		for body, want := range none {
			got := m.declared(declared, body).refused(http.StatusBadRequest, "bad-body", want[0])
			if !strings.Contains(got.Message, want[1]) {
				t.Errorf("%q as %q: %s, want %s", body, declared, got.Message, want[1])
			}
		}
	}
	m.declared("application/json", "data: [1]").refused(http.StatusBadRequest, "bad-body", "")
	if n := m.queue("demo", "654"); n != 2 {
		t.Errorf("%d items wait, want the 2 of the documents", n)
	}
}

// YAML stays what it is, where it is declared or cannot be meant as JSON.
func TestBodiesInYAML(t *testing.T) {
	m := start(t)
	for declared, body := range map[string]string{
		"application/yaml": `{data: ['x', NaN]} # flow`, "text/x-yaml": "data:\n- 1\n- 2\n", "application/vnd.shop+yaml": "{data: [1, 2,]}",
		"": "data: [1, 2]", "application/x-www-form-urlencoded": "# two\ndata: [1, 2]",
	} {
		if ids, _ := m.declared(declared, body).object()["ids"].([]any); len(ids) != 2 {
			t.Errorf("%q as %q: %v", body, declared, ids)
		}
	}
}

func (m mock) declared(contentType, body string) answer {
	m.t.Helper()
	r := m.request(http.MethodPost, "/_understudy/v1/worlds/demo/makecom/hooks/654/incomings", body)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return m.send(r)
}
