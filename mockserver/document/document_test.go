package document_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/openapi"
)

func TestCheck(t *testing.T) {
	checker, err := document.NewChecker(openapi.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name      string
		operation string
		status    int
		kind      string
		body      string
		ok        bool
	}{
		{"as documented", "getHookIncomingStats", 200, "application/json; charset=utf-8", `{"incomingStat":{"queue":1,"limit":2,"enabled":true}}`, true},
		{"more members", "getHookIncomingStats", 200, "application/json", `{"incomingStat":{"queue":1,"limit":2,"enabled":true,"new":1}}`, true},
		{"wrong type", "getHookIncomingStats", 200, "application/json", `{"incomingStat":{"queue":"1","limit":2,"enabled":true}}`, false},
		{"undocumented status", "getHookIncomingStats", 418, "application/json", `{}`, false},
		{"wrong media type", "getHookIncomingStats", 200, "text/html", `{}`, false},
		{"no JSON", "getHookIncomingStats", 200, "application/json", `{`, false},
		{"plain text", "ingest", 200, "text/plain", `Accepted`, true},
		{"the mock's own failure", "getHookIncomingStats", 500, "text/html", `oops`, true},
		{"no operation", "", 404, "text/plain", ``, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := checker.Check(t.Context(), document.Answer{
				Operation: test.operation, Request: httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil),
				Status: test.status, Header: http.Header{"Content-Type": {test.kind}}, Body: []byte(test.body),
			})
			if (err == nil) != test.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
