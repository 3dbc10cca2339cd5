package crmcom_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/sink"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// The documents' own calls.
func TestDocumentedShow(t *testing.T) {
	c := newClient(t)
	for _, query := range []string{"webhook_request_identifier=number=7", "webhook_request_identifier=number%3D7", "webhook_request_identifier=id=1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E"} {
		got := c.get(show, query).record(t)
		want := record{
			ID: "1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E", Number: "7", State: "REJECTED", Entity: "ACTIVITIES", ErrorCode: "LazyInitializationException",
			URL: "http://127.0.0.1:9080/crmapi/rest/v2/activities/create",
		}
		want.Log.Created, want.Log.Updated = "2015-11-02T16:03:33", "2015-11-02T16:03:41"
		short := record{ID: got.ID, Number: got.Number, State: got.State, Entity: got.Entity, ErrorCode: got.ErrorCode, URL: got.URL, Log: got.Log}
		if diff := cmp.Diff(want, short); diff != "" {
			t.Errorf("%s (-want +got):\n%s", query, diff)
		}
	}
}

func TestDocumentedResend(t *testing.T) {
	c := newClient(t)
	got := c.byNumber(resend, "14").record(t)
	if got.Number != "14" || got.Entity != "ACTIVITIES" || got.State != "SUCCESSFUL" || got.ErrorCode+got.ErrorText != "" {
		t.Errorf("got %+v", got)
	}
	var members map[string]any
	c.get(show, "webhook_request_identifier=number=14").into(t, &members)
	for _, name := range []string{"error_code", "error_description"} {
		if value, there := members[name]; !there || value != nil {
			t.Errorf("%s is %v, there %t; want null", name, value, there)
		}
	}
	if left := c.get(list, "entity=ACTIVITIES&life_cycle_state=REJECTED").numbers(t); left != "7" {
		t.Errorf("rejected are %q, want 7 alone", left)
	}
	delivered := c.deliveries("warehouse")
	if len(delivered) != 1 {
		t.Fatalf("the sink got %d deliveries", len(delivered))
	}
	verify(t, delivered[0].Body, "8d1f0c6b5a49e7d3", got.Code)
	second := c.byNumber(resend, "14")
	if second.Status.Code != crmapi.CodeNotRejected.ExceptionClass || len(c.deliveries("warehouse")) != 1 {
		t.Errorf("a second resend: %s", second.text)
	}
}

func TestDocumentedDelete(t *testing.T) {
	c := newClient(t)
	before := c.get(show, "webhook_request_identifier=number=14")
	deleted := c.byNumber(del, "14")
	if diff := cmp.Diff(string(before.Data), string(deleted.Data)); diff != "" {
		t.Errorf("deleted (-shown before +answered):\n%s", diff)
	}
	if again := c.get(show, "webhook_request_identifier=number=14"); again.Status.Code != crmapi.CodeRequestNotFound.ExceptionClass {
		t.Errorf("it is still there: %s", again.text)
	}
	if left := c.get(list, "entity=ACTIVITIES").numbers(t); left != "15 7" {
		t.Errorf("left are %q", left)
	}
	if again := c.byNumber(resend, "14"); again.Status.Code != crmapi.CodeRequestNotFound.ExceptionClass || len(c.deliveries("warehouse")) != 0 {
		t.Errorf("a resend after it: %s", again.text)
	}
}

func TestEnvelopes(t *testing.T) {
	c := newClient(t)
	if got, want := c.get(list, "entity=JOBS").text, `{"status":{"code":"OK","message":"","description":""},"data":[]}`; got != want {
		t.Errorf("no match: %s", got)
	}
	if got, want := c.post(release, `{"token":"x"}`).text, `{"status":{"code":"OK","message":null,"description":null},"data":{}}`; got != want {
		t.Errorf("released: %s", got)
	}
}

func (c *client) deliveries(name string) []sink.Delivery {
	c.t.Helper()
	var found sink.Sink
	if err := c.world.Sinks(func(s *sink.State) (err error) {
		found, err = s.Sink(name)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return found.Deliveries
}

// verify takes the bytes of data out of a delivery, as a receiver would, and signs them itself.
func verify(t *testing.T, body []byte, key, code string) {
	t.Helper()
	var letter struct {
		Data json.RawMessage
		Code string `json:"authentication_code"`
	}
	if err := json.Unmarshal(body, &letter); err != nil {
		t.Fatal(err)
	}
	if want := sha256Hex(key, letter.Data); letter.Code != want || code != want {
		t.Errorf("delivered code %q, shown %q, want %q", letter.Code, code, want)
	}
}

func TestResendOfASuccessfulOneSendsNothing(t *testing.T) {
	c := newClient(t)
	at := newReceiver(t, status(http.StatusOK))
	r := c.fire(t.Context(), c.define(requestlog.Definition{URL: at.URL, Effective: true}), "J1", `{}`)
	before := c.get(show, "webhook_request_identifier=id="+r.ID).text
	if got := c.byNumber(resend, "16"); got.Status.Code == "OK" {
		t.Errorf("it is sent again: %s", got.text)
	}
	if after := c.get(show, "webhook_request_identifier=id="+r.ID).text; len(at.got()) != 1 || after != before {
		t.Errorf("the receiver got %d requests; the record is %s", len(at.got()), after)
	}
}

func TestResendThatFailsAgainIsOK(t *testing.T) {
	c := newClient(t)
	codes := []int{http.StatusInternalServerError, http.StatusForbidden}
	at := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(codes[0])
		codes = codes[1:]
	})
	c.fire(t.Context(), c.define(requestlog.Definition{URL: at.URL, SecretKey: "k", Effective: true}), "J1", `{"n":1.0}`)
	got := c.byNumber(resend, "16").record(t)
	if got.State != "REJECTED" || got.ErrorCode != "HttpClientErrorException" || !strings.Contains(got.ErrorText, "403 Forbidden") {
		t.Errorf("got %+v", got)
	}
	bodies := at.got()
	if len(bodies) != 2 || string(bodies[0]) != string(bodies[1]) {
		t.Fatalf("the receiver got %q", bodies)
	}
	verify(t, bodies[1], "k", got.Code)
}
