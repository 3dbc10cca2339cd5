package mockserver_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// nowhere delivers no webhook: what is fuzzed must not reach the machine.
type nowhere struct{}

func (nowhere) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("nowhere") }

// fuzzed is a mock that is sent one arbitrary request at a time.
type fuzzed struct {
	mock  *mockserver.Server
	world *world.World
}

func newFuzzed(f *testing.F) *fuzzed {
	f.Helper()
	mock, err := mockserver.New(mockserver.WithValidateResponses(), mockserver.WithTransport(nowhere{}))
	if err != nil {
		f.Fatal(err)
	}
	return &fuzzed{mock: mock}
}

// begin makes the world as good as new, also when it was dropped for newer ones.
func (f *fuzzed) begin(t *testing.T) {
	t.Helper()
	var err error
	if f.world, err = f.mock.Worlds().Lookup("fuzz"); err == nil {
		if err := f.world.Reset(); err != nil {
			t.Fatal(err)
		}
		return
	}
	if f.world, err = f.mock.Worlds().Create("fuzz"); err != nil {
		t.Fatal(err)
	}
}

// send answers nil where the request cannot be sent at all.
func (f *fuzzed) send(t *testing.T, method, target, contentType, body string) *httptest.ResponseRecorder {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, "http://127.0.0.1:8654"+target, strings.NewReader(body))
	if err != nil || !strings.HasPrefix(req.URL.Path, "/") || req.Host != "127.0.0.1:8654" {
		return nil
	}
	req.Header.Set("Authorization", "Token fuzz")
	req.Header.Set("Content-Type", contentType)
	answer := httptest.NewRecorder()
	f.mock.ServeHTTP(answer, req)
	return answer
}

// sound wants an answer that is none of the mock's failures, and JSON where it says so.
func sound(t *testing.T, answer *httptest.ResponseRecorder) {
	t.Helper()
	if answer.Code >= http.StatusInternalServerError && answer.Code != http.StatusNotImplemented {
		t.Errorf("the mock fails: %d %s", answer.Code, answer.Body)
	}
	if strings.HasPrefix(answer.Header().Get("Content-Type"), "application/json") && !json.Valid(answer.Body.Bytes()) {
		t.Errorf("no JSON: %d %s", answer.Code, answer.Body)
	}
}

// queued counts the items of every queue.
func (f *fuzzed) queued() (items int) {
	_ = world.View(f.world, queue.PartName, nil, func(s *queue.State) error { // the function has no error to hand on
		for _, h := range s.Hooks() {
			items += h.Queued
		}
		return nil
	})
	return items
}

// Whatever is sent to the vendors' addresses: the answer follows the document, and what is refused changes nothing.
func FuzzRequest(f *testing.F) {
	mock := newFuzzed(f)
	for _, seed := range [][4]string{
		{"GET", "/api/v2/hooks/654/incomings?pg[limit]=1&pg[offset]=1&pg[sortDir]=desc", "", ""},
		{"GET", "/api/v2/hooks/654/incomings/7a567f385d1a4f5ab7bff89162b7605e", "", ""},
		{"GET", "/api/v2/hooks/654/incomings/stats", "", ""},
		{"GET", "/api/v2/hooks?teamId=1", "", ""},
		{"GET", "/api/v2/hooks/?teamId=1", "", ""},
		{"DELETE", "/api/v2/hooks/654/incomings?confirmed=true", "application/json", `{"all":true,"exceptIds":["7a567f385d1a4f5ab7bff89162b7605e"]}`},
		{"DELETE", "/api/v2/hooks/654/incomings", "application/json", `{"ids":["7a567f385d1a4f5ab7bff89162b7605e",null]}`},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.fuzz?a=1&a=2", "application/x-www-form-urlencoded", "b=%ff&b"},
		{"POST", "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.fuzz", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--x--"},
		{"GET", "/crmapi/rest/v2/webhook_requests/show?token=fuzz&webhook_request_identifier=number=7", "", ""},
		{"GET", "/crmapi/rest/v2/webhook_requests/list?token=fuzz&life_cycle_state=REJECTED&fields_set=number", "", ""},
		{"POST", "/crmapi/rest/v2/webhook_requests/resend", "application/json", `{"token":"fuzz","webhook_request_identifier":{"number":"14"}}`},
		{"POST", "/crmapi/rest/v2/authentication/token", "application/json", `{"username":"u","password":"p","organisation":"o"}`},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, method, target, contentType, body string) {
		if strings.HasPrefix(target, "/_understudy") {
			return // FuzzControl's
		}
		mock.begin(t)
		before := mock.queued()
		answer := mock.send(t, method, target, contentType, body)
		if answer == nil {
			return
		}
		sound(t, answer)
		if violations := mock.world.Violations(); len(violations) > 0 {
			t.Fatalf("%s %s: %q", method, target, violations)
		}
		if after := mock.queued(); answer.Code >= http.StatusBadRequest && after != before {
			t.Errorf("a refusal, %d, changed the queues from %d to %d items", answer.Code, before, after)
		}
	})
}

// Whatever is sent to the control API: it is done or refused in the control API's own form.
func FuzzControl(f *testing.F) {
	mock := newFuzzed(f)
	for _, seed := range [][3]string{
		{"PUT", "/worlds/fuzz/faults", `[{"operation":"*","every":2,"latency":"1ms..2ms"}]`},
		{"PUT", "/worlds/fuzz/dialect", `{"makecom/delete/unknown-id":"echoed"}`},
		{"PUT", "/worlds/fuzz/clock", `{"mode":"frozen","now":"2026-01-01T00:00:00Z"}`},
		{"POST", "/worlds/fuzz/clock/advance", `{"by":"72h"}`},
		{"POST", "/worlds/fuzz/journal/verify", `{"inOrder":true,"expectations":[{"operation":"listHooks","never":true,"body":{"a":[1]}}]}`},
		{"GET", "/worlds/fuzz/journal?format=har&limit=1", ""},
		{"GET", "/worlds/fuzz/coverage", ""},
		{"POST", "/worlds/fuzz/makecom/hooks", `{"name":"x","processing":{"mode":"scheduled","every":"15m"}}`},
		{"POST", "/worlds/fuzz/makecom/hooks/654/incomings", `{"count":3}`},
		{"POST", "/worlds/fuzz/makecom/hooks/654/begin", `{"count":1}`},
		{"POST", "/worlds/fuzz/crmcom/definitions", `{"url":"sink:shop","entity":"JOBS"}`},
		{"PUT", "/worlds/fuzz/sinks/shop", `{"answers":[{"status":500,"times":2}]}`},
		{"POST", "/worlds/fuzz/fork", `{"as":"fork"}`},
		{"PUT", "/worlds/other", "seed: 7\nmakecom: {hooks: [{id: 1}]}\n"},
		{"POST", "/provider-states", `{"state":"items waiting","params":{"token":"fuzz","hookId":654,"count":2}}`},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		mock.begin(t)
		answer := mock.send(t, method, "/_understudy/v1"+target, "", body)
		if answer == nil || strings.Contains(target, "/sinks/") { // a sink answers as it was programmed
			return
		}
		sound(t, answer)
		if answer.Code >= http.StatusBadRequest && !strings.Contains(answer.Body.String(), `"error"`) {
			t.Errorf("a refusal in another form: %d %q", answer.Code, answer.Body)
		}
	})
}
