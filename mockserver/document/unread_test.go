package document_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// nested has what the documents of this module do not: compositions, maps, headers, a scheme that is a header.
const nested = `
openapi: 3.0.3
info: {title: Nested, version: 1.0.0}
paths:
  /things:
    parameters: [{name: trace, in: query, schema: {type: string}}]
    post:
      operationId: nest
      parameters: [{name: X-Batch, in: header, schema: {type: string}}]
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}}
      responses: {'200': {description: done}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
  schemas:
    Thing:
      allOf:
        - {type: object, properties: {name: {type: string}}}
        - type: object
          properties:
            parts: {type: array, items: {$ref: '#/components/schemas/Thing'}}
            labels: {type: object, additionalProperties: {type: object, properties: {text: {type: string}}}}
            anything: {type: object}
security: [{key: []}]
`

func TestUnread(t *testing.T) {
	third := &contract.API{Name: "nested", Document: []byte(nested)}
	checker, err := document.NewChecker(append(openapi.APIs(), third)...)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, operation string
		sent            document.Sent
		want            []string
	}{
		{"as documented", "deleteHookIncomings", document.Sent{Query: "confirmed=true", Header: http.Header{"Authorization": {"Token x"}, "User-Agent": {"c"}}, Body: []byte(`{"all":true,"exceptIds":["1"]}`)}, nil},
		{"misspelt", "deleteHookIncomings", document.Sent{Query: "confrmed=true&b=1", Body: []byte(`{"al":true,"ids":[]}`)}, []string{"query b", "query confrmed", "body al"}},
		{"headers of its own", "getHookIncomingStats", document.Sent{Header: http.Header{"Idempotency-Key": {"1"}, "Cookie": {"a=b"}, "X-Forwarded-For": {"1"}, "Sec-Fetch-Mode": {"cors"}}}, []string{"header Cookie", "header Idempotency-Key"}},
		{"a credential where none is looked for", "showWebhookRequest", document.Sent{Query: "token=x", Header: http.Header{"Authorization": {"Bearer x"}}}, []string{"header Authorization"}},
		{"a body where there is none", "getHookIncomingStats", document.Sent{Body: []byte(`{"a":1}`)}, []string{"body "}},
		{"a delivery takes whatever comes", "ingest", document.Sent{Query: "a=1", Header: http.Header{"X-Own": {"1"}}, Body: []byte(`{"a":1}`)}, nil},
		{"below the top", "deleteWebhookRequest", document.Sent{Body: []byte(`{"token":"x","webhook_request_identifier":{"number":"1","colour":"red"}}`)}, []string{"body webhook_request_identifier.colour"}},
		{"no JSON", "deleteHookIncomings", document.Sent{Body: []byte(`all=true`)}, nil},
		{"cut by the journal", "deleteHookIncomings", document.Sent{Body: []byte(`{"x":1,"ids":["abc`)}, []string{"body x"}},
		{"compositions", "nest", document.Sent{
			Query: "trace=1", Header: http.Header{"X-Batch": {"1"}, "X-Key": {"1"}, "x-other": {"1"}},
			Body: []byte(`{"name":"a","parts":[{"name":"b"},{"nam":"c"}],"labels":{"l":{"text":"t","txt":1}},"anything":{"x":{"y":1}},"size":{"w":1}}`),
		}, []string{"header x-other", "body parts[1].nam", "body labels.l.txt", "body size"}},
		{"no operation", "", document.Sent{Query: "a=1"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, u := range checker.Unread(test.operation, test.sent) {
				got = append(got, u.In+" "+u.Name)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whatever a client sends, the list is short.
func TestUnreadIsBounded(t *testing.T) {
	checker, err := document.NewChecker(openapi.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{
		`{` + strings.Repeat(`"x":{"y":[{}]},`, 10_000) + `"x":1}`,
		`{` + strings.Repeat(`"x":1,`, 200) + `"x":` + strings.Repeat(`[`, 100_000),
		`{` + strings.Repeat(`"x":1,`, 200) + `"ids":` + strings.Repeat(`{"a":`, 100_000),
	} {
		if n := len(checker.Unread("deleteHookIncomings", document.Sent{Body: []byte(body)})); n != 100 {
			t.Errorf("%d are listed of %.30s…, want 100", n, body)
		}
	}
}
