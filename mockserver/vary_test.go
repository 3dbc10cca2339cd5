package mockserver_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/openapi"
)

// However oddly an answer is written, it follows the document.
func TestVariationsFollowTheDocument(t *testing.T) {
	checker, err := document.NewChecker(openapi.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range int64(30) {
		server, err := mockserver.New(mockserver.WithVariations(seed))
		if err != nil {
			t.Fatal(err)
		}
		for operation, path := range map[string]string{
			list: "/api/v2" + listPath, stats: "/api/v2" + statsPath,
			"getHookIncoming":    "/api/v2" + listPath + "/8d88f6f5b0484908890ef11fe7e5bf63",
			"listHooks":          "/api/v2/hooks?teamId=1",
			"showWebhookRequest": "/crmapi/rest/v2/webhook_requests/show?token=demo&webhook_request_identifier=number=7",
		} {
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
			req.Header.Set("Authorization", "Token demo")
			answer := httptest.NewRecorder()
			server.ServeHTTP(answer, req)
			err := checker.Check(t.Context(), document.Answer{
				Operation: operation, Request: req, Status: answer.Code, Header: answer.Header(), Body: answer.Body.Bytes(),
			})
			if err != nil || !json.Valid(answer.Body.Bytes()) {
				t.Errorf("seed %d: %s: %v\n%s", seed, operation, err, answer.Body)
			}
		}
	}
}
