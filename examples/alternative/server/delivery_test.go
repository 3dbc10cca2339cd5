package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/examples/alternative/server"
)

func TestDelivery(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusAccepted)
	d := v.state("a webhook definition", object{"url": to.URL, "fields_set": []string{"name", "note"}})
	fired := v.state("a workflow rule fires", object{
		"workflow_rule": d["workflow_rule"], "entity": "JOBS", "entity_id": "J1",
		"data": object{"name": "<é & ü>", "note": 1.50, "secret": true},
	})
	got := to.deliveries()
	if len(got) != 1 {
		t.Fatalf("%d deliveries, want 1", len(got))
	}
	equal(t, []string{got[0].entity, got[0].entityID}, []string{"JOBS", "J1"})
	answer{body: string(got[0].data)}.wantJSON(t, `{"name":"<é & ü>","note":1.5}`)
	equal(t, got[0].verifies(d["secret_key"]), true)
	shown := v.crm("show", "webhook_request_identifier=number="+text(fired["number"])).object(t)["data"]
	equal(t, member(shown, "authentication_code"), any(got[0].code))
	equal(t, member(shown, "life_cycle_state"), any("SUCCESSFUL"))
	equal(t, member(shown, "fields_set"), any("name,note"))
	equal(t, member(member(shown, "response"), "status"), any(202.0))
}

// TestUnloggedDeliveries holds what a definition can be told not to send, or not to log.
func TestUnloggedDeliveries(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusOK)
	for _, c := range []struct {
		name   string
		params object
		status int
		sent   int
		logged bool
	}{
		{"effective", object{"effective": true}, 200, 1, true},
		{"not effective", object{"effective": false}, 200, 0, false},
		{"rejected only, taken", object{"logging": "rejected-only"}, 200, 1, false},
		{"rejected only, refused", object{"logging": "rejected-only"}, 500, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := len(to.deliveries())
			to.answerWith(c.status)
			c.params["url"] = to.URL
			d := v.state("a webhook definition", c.params)
			fired := v.state("a workflow rule fires", object{"workflow_rule": member(d["workflow_rule"], "id")})
			equal(t, len(fired) > 0, c.logged)
			equal(t, len(to.deliveries())-before, c.sent)
		})
	}
}

// TestBadReceivers holds how each failure is recorded, and that a large answer is not kept.
func TestBadReceivers(t *testing.T) {
	closed := httptest.NewServer(nil)
	closed.Close()
	receiver := func(h http.HandlerFunc) string {
		s := httptest.NewServer(h)
		t.Cleanup(s.Close)
		return s.URL
	}
	status := func(code int) string {
		return receiver(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(code)
		})
	}
	halfway := receiver(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "10")
		_, _ = io.WriteString(w, "half")
	})
	endless := receiver(func(w http.ResponseWriter, _ *http.Request) {
		for err := error(nil); err == nil; {
			_, err = io.WriteString(w, strings.Repeat("x", 64<<10))
		}
	})
	v := start(t, server.Options{})
	for _, c := range []struct{ name, url, code, describes string }{
		{"refused connection", closed.URL, "ConnectException", "refused"},
		{"redirect", status(http.StatusFound), "HttpResponseException", "302"},
		{"bad request", status(http.StatusBadRequest), "HttpResponseException", "400"},
		{"server error", status(http.StatusInternalServerError), "HttpResponseException", "500"},
		{"half an answer", halfway, "SocketException", "EOF"},
		{"no content", status(http.StatusNoContent), "", ""},
		{"endless answer", endless, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := v.state("a webhook definition", object{"url": c.url})
			fired := v.state("a workflow rule fires", object{"workflow_rule": d["workflow_rule"]})
			shown := v.crm("show", "webhook_request_identifier=number="+text(fired["number"]))
			data := shown.object(t)["data"]
			equal(t, text(member(data, "error_code")), c.code)
			equal(t, member(data, "life_cycle_state") == "REJECTED", c.code != "")
			if description := text(member(data, "error_description")); !strings.Contains(description, c.describes) {
				t.Errorf("%q does not speak of %q", description, c.describes)
			}
			if len(shown.body) > 100<<10 {
				t.Errorf("%d bytes kept", len(shown.body))
			}
		})
	}
}

func TestReceiverThatNeverAnswers(t *testing.T) {
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // the server looks for a gone client only after the body
		<-r.Context().Done()
	}))
	defer silent.Close()
	v := start(t, server.Options{DeliveryTimeout: 50 * time.Millisecond})
	v.state("a rejected webhook request", object{"url": silent.URL})
	a := v.post("resend", "1")
	equal(t, a.code(t), "OK")
	equal(t, member(a.object(t)["data"], "error_code"), any("SocketTimeoutException"))
}

func TestResend(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusServiceUnavailable)
	made := v.state("a rejected webhook request", object{"url": to.URL, "entity": "LEADS", "data": object{"a": 1}})

	refused := v.post("resend", "1").object(t)
	equal(t, member(refused["status"], "code"), any("OK"))
	equal(t, member(refused["data"], "life_cycle_state"), any("REJECTED"))
	equal(t, member(refused["data"], "error_code"), any("HttpResponseException"))

	to.answerWith(http.StatusOK)
	taken := v.post("resend", "1").object(t)["data"]
	equal(t, member(taken, "number"), any("2"))
	equal(t, v.post("resend", "1").code(t), "NOT_FOUND")
	equal(t, v.post("resend", "2").code(t), "NOT_REJECTED")
	equal(t, v.crm("list", "entity=LEADS").numbers(t), []string{"2"})

	got := to.deliveries()
	equal(t, len(got), 2)
	for _, d := range got {
		equal(t, d.verifies(made["secret_key"]), true)
		answer{body: string(d.data)}.wantJSON(t, `{"a":1}`)
	}
}

// TestResendInFlight holds that a request which is being sent again can be neither sent nor deleted meanwhile.
func TestResendInFlight(t *testing.T) {
	v := start(t, server.Options{})
	arrived, answerNow := make(chan struct{}), make(chan struct{})
	slow := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		close(arrived)
		<-answerNow
	}))
	defer slow.Close()
	v.state("a rejected webhook request", object{"url": slow.URL})
	resend := `{"token":"demo","webhook_request_identifier":{"number":"1"}}`
	done := make(chan answer)
	go func() { done <- v.send(http.MethodPost, "/crmapi/rest/v2/webhook_requests/resend", resend) }()
	<-arrived
	equal(t, v.post("resend", "1").code(t), "BUSY")
	equal(t, v.post("delete", "1").code(t), "BUSY")
	equal(t, v.crm("show", "webhook_request_identifier=number=1").code(t), "OK")
	close(answerNow)
	equal(t, (<-done).code(t), "OK")
}

func TestManyRulesFireAtOnce(t *testing.T) {
	v := start(t, server.Options{})
	to := receive(t, http.StatusOK)
	rule := v.state("a webhook definition", object{"url": to.URL})["workflow_rule"]
	fire := marshal(t, object{"state": "a workflow rule fires", "params": object{"workflow_rule": rule, "entity": "JOBS"}})
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() { v.send(http.MethodPost, "/states", fire) })
	}
	group.Wait()
	want := make([]string, 50)
	for i := range want {
		want[i] = strconv.Itoa(i + 1)
	}
	equal(t, v.crm("list", "entity=JOBS").numbers(t), want)
	equal(t, len(to.deliveries()), 50)
}
