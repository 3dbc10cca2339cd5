package mockserver_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
)

const (
	hook654 = "/api/v2/hooks/654"
	crmBase = "/crmapi/rest/v2"
)

// exchanged sends a request as world "demo" and returns what the journal says that it changed.
func exchanged(t *testing.T, mock *mockserver.Server, method, target, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	r.Header.Set("Authorization", "Token demo")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	mock.ServeHTTP(httptest.NewRecorder(), r)
	w, err := mock.Worlds().Lookup("demo")
	if err != nil {
		t.Fatal(err)
	}
	entries := w.Journal.Entries()
	return entries[len(entries)-1].Transition.String()
}

func TestJournalSaysWhatAnExchangeChanged(t *testing.T) {
	const first, second = "7a567f385d1a4f5ab7bff89162b7605e", "8d88f6f5b0484908890ef11fe7e5bf63"
	seven := `"webhook_request_identifier":{"number":"7"}}`
	for _, test := range []struct {
		name                 string
		method, target, body string
		dialect              contract.Dialect
		want                 string
	}{
		{"a read", http.MethodGet, hook654 + "/incomings/stats", "", nil, ""},
		{"a refusal", http.MethodDelete, hook654 + "/incomings", `{"all":true}`, nil, ""},
		{"delete one", http.MethodDelete, hook654 + "/incomings", `{"ids":["` + first + `"]}`, nil, "item " + first + ": waiting → deleted"},
		{"delete none", http.MethodDelete, hook654 + "/incomings", `{"ids":["unknown"]}`, nil, ""},
		{
			"delete one and answer two", http.MethodDelete, hook654 + "/incomings", `{"ids":["unknown","` + first + `"]}`,
			contract.Dialect{"makecom/delete/unknown-id": "echoed"},
			"item " + first + ": waiting → deleted",
		},
		{
			"delete all", http.MethodDelete, hook654 + "/incomings?confirmed=true", `{"all":true}`, nil,
			"items " + first + ", " + second + ": waiting → deleted",
		},
		{"disable", http.MethodPost, hook654 + "/disable", "", nil, "hook 654: enabled → disabled"},
		{"enable what is enabled", http.MethodPost, hook654 + "/enable", "", nil, ""},
		{"a login", http.MethodPost, crmBase + "/authentication/token", `{"username":"demo","password":"demo","organisation":"demo"}`, nil, "token of demo: none → issued"},
		{"a logout", http.MethodPost, crmBase + "/authentication/token/release", `{"token":"demo"}`, nil, "token: issued → released"},
		{"show", http.MethodGet, crmBase + "/webhook_requests/show?token=demo&webhook_request_identifier=number=7", "", nil, ""},
		{"delete a request", http.MethodPost, crmBase + "/webhook_requests/delete", `{"token":"demo",` + seven, nil, "webhook request 7: REJECTED → deleted"},
		{"resend in vain", http.MethodPost, crmBase + "/webhook_requests/resend", `{"token":"demo",` + seven, nil, "webhook request 7: REJECTED → REJECTED"},
		{
			"resend", http.MethodPost, crmBase + "/webhook_requests/resend", `{"token":"demo","webhook_request_identifier":{"number":"14"}}`, nil,
			"webhook request 14: REJECTED → SUCCESSFUL",
		},
		{
			"resend into a new record", http.MethodPost, crmBase + "/webhook_requests/resend", `{"token":"demo","webhook_request_identifier":{"number":"14"}}`,
			contract.Dialect{"crmcom/resend/identity": "new-record"},
			"webhook request 14: REJECTED → SUCCESSFUL as 16",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			mock, err := mockserver.New(mockserver.WithTransport(nowhere{}), mockserver.WithDialect(test.dialect))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, exchanged(t, mock, test.method, test.target, test.body)); diff != "" {
				t.Errorf("changed (-want +got):\n%s", diff)
			}
		})
	}
}

func TestJournalNamesTheItemThatArrived(t *testing.T) {
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	got := exchanged(t, mock, http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.demo", `{"n":1}`)
	w, err := mock.Worlds().Lookup("demo")
	if err != nil {
		t.Fatal(err)
	}
	id := w.Journal.Entries()[0].Response.Header.Get("X-Request-Id")
	if want := "item " + id + ": none → waiting"; got != want || id == "" {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A fault that lets the request be carried out changed something; one that stands in for the answer did not.
func TestFaultedExchangesSayWhatTheyChanged(t *testing.T) {
	const id = "7a567f385d1a4f5ab7bff89162b7605e"
	for fault, want := range map[string]string{
		`[{"operation":"*","status":503}]`:     "",
		`[{"operation":"*","truncate":1}]`:     "item " + id + ": waiting → deleted",
		`[{"operation":"*","malformed":true}]`: "item " + id + ": waiting → deleted",
	} {
		mock, err := mockserver.New()
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPut, "http://127.0.0.1/_understudy/v1/worlds/demo/faults", strings.NewReader(fault))
		answer := httptest.NewRecorder()
		if mock.ServeHTTP(answer, r); answer.Code != http.StatusOK {
			t.Fatalf("%d %s", answer.Code, answer.Body)
		}
		if got := exchanged(t, mock, http.MethodDelete, hook654+"/incomings", `{"ids":["`+id+`"]}`); got != want {
			t.Errorf("%s: got %q, want %q", fault, got, want)
		}
	}
}
