package crmcom_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// redirecting is the alternative with another URL in every definition.
func redirecting(honest http.Handler, to func(address string) string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		data, _ := io.ReadAll(r.Body)
		var body object
		if json.Unmarshal(data, &body) == nil {
			params := in(body, "params")
			if address, ok := params["url"].(string); ok {
				params["url"] = to(address)
				data, _ = json.Marshal(body)
			}
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(data)), int64(len(data))
		honest.ServeHTTP(w, r)
	})
}

// freeAddress is one at which nobody listened a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	var config net.ListenConfig
	listener, err := config.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().String()
}

func TestATargetThatCannotReachTheReceiverIsNotAccused(t *testing.T) {
	nowhere := freeAddress(t)
	server := target(t, redirecting(alternative(time.Second, ""), func(string) string { return "http://" + nowhere + "/" }))
	server.Receiver.Wait = 20 * time.Millisecond
	r := verify(t, server)
	// Its definitions have another URL than they were told: that much it does wrong.
	if diff := cmp.Diff([]string{crmcom.ListByURL.ID}, violated(r)); diff != "" {
		t.Errorf("violated (-want +got):\n%s", diff)
	}
	for _, id := range []string{crmcom.ResendRejectedOnly.ID, crmcom.ResendSendsOnce.ID, crmcom.DeliveryLogged.ID, crmcom.DeliveryHMAC.ID, crmcom.DeliveryEffectiveOnly.ID} {
		if got := outcome(t, r, id); got.Outcome != report.Unverified || !strings.Contains(got.Reason, "--receiver-url") {
			t.Errorf("%s: %s %s", id, got.Outcome, got.Reason)
		}
	}
	if r.Count(report.Error) > 0 {
		t.Errorf("%s", report.Summary(r))
	}
}

func TestATargetThatWasToldTheWayIsAccused(t *testing.T) {
	server := target(t, redirecting(alternative(time.Second, ""), func(string) string { return "http://" + freeAddress(t) + "/" }))
	address := freeAddress(t)
	server.Receiver = conformance.Receiver{Wait: 20 * time.Millisecond, Listen: address, URL: "http://" + address}
	r := verify(t, server, conformance.OnlyChecks())
	if got := outcome(t, r, crmcom.ResendSendsOnce.ID); got.Outcome != report.Fail {
		t.Errorf("%s %s", got.Outcome, got.Reason)
	}
}

func TestAReceiverBehindATunnel(t *testing.T) {
	address := freeAddress(t)
	behind, err := url.Parse("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	tunnel := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite:  func(r *httputil.ProxyRequest) { r.SetURL(behind) },
		ErrorLog: log.New(io.Discard, "", 0), // a receiver that breaks off is part of the checks
	})
	t.Cleanup(tunnel.Close)
	server := target(t, alternative(time.Second, ""))
	server.Receiver.Listen, server.Receiver.URL, server.Receiver.Wait = address, tunnel.URL+"/some/where/", 200*time.Millisecond
	wantConforms(t, verify(t, server, conformance.OnlyChecks()))
}

// respelt forwards deliveries in another spelling. The bytes of the data stay as they are.
func respelt(t *testing.T) http.HandlerFunc {
	t.Helper()
	return func(w http.ResponseWriter, r *http.Request) {
		var sent struct {
			Entity   string          `json:"entity"`
			EntityID string          `json:"entity_id"`
			Data     json.RawMessage `json:"data"`
		}
		if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
			t.Error(err)
		}
		body := fmt.Sprintf(`{"about":[{"kind":%q},{"key":%q}], "the/thing" : %s }`, sent.Entity, sent.EntityID, sent.Data)
		again, err := http.NewRequestWithContext(r.Context(), http.MethodPut, r.URL.Query().Get("to"), strings.NewReader(body))
		if err != nil {
			t.Error(err)
			return
		}
		again.Header.Set("X-Signature", r.Header.Get(crmcom.HeaderAuthenticationCode))
		res, err := http.DefaultClient.Do(again)
		if err != nil {
			panic(http.ErrAbortHandler) // as the receiver did
		}
		defer res.Body.Close()
		w.WriteHeader(res.StatusCode)
	}
}

func TestDeliveriesMayBeSpeltOtherwise(t *testing.T) {
	between := httptest.NewServer(respelt(t))
	t.Cleanup(between.Close)
	server := target(t, redirecting(alternative(time.Second, ""), func(address string) string {
		return between.URL + "/?to=" + url.QueryEscape(address)
	}))
	server.Receiver.Entity, server.Receiver.EntityID = "/about/0/kind", "/about/1/key"
	server.Receiver.Data, server.Receiver.Header = "/the~1thing", "X-Signature"
	r := verify(t, server, conformance.OnlyChecks())
	if diff := cmp.Diff([]string{crmcom.ListByURL.ID}, violated(r)); diff != "" {
		t.Errorf("violated (-want +got):\n%s\n%s", diff, report.Summary(r))
	}
	if r.Count(report.Pass) != len(crmcom.Contract.Requirements)-1 {
		t.Errorf("%s", report.Summary(r))
	}
}

func TestReadOnlyOnlyReads(t *testing.T) {
	var written atomic.Int32
	honest := alternative(time.Second, "")
	server := target(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet {
			written.Add(1)
		}
		honest.ServeHTTP(w, r)
	}))
	server.Mode = suite.ReadOnly
	r := verify(t, server)
	if written.Load() > 0 || r.Verdict != report.Conforms || r.Count(report.Pass) == 0 {
		t.Errorf("%d requests that write, %s: %s", written.Load(), r.Verdict, report.Summary(r))
	}
}

func TestWithoutStatesNothingIsAccused(t *testing.T) {
	server := target(t, alternative(time.Second, ""))
	server.States, server.Login = conformance.States{}, conformance.Login{}
	r := verify(t, server)
	if r.Verdict != report.Conforms || r.Count(report.Pass) == 0 || r.Count(report.Unverified) == 0 || r.Count(report.Error) > 0 {
		t.Errorf("%s: %s", r.Verdict, report.Summary(r))
	}
}

func TestTheLibrary(t *testing.T) {
	conformance.Test(t, target(t, alternative(time.Second, "")))
}

// The mock has a record made by a resend; the suite has to remove it too.
func TestNothingIsLeftBehind(t *testing.T) {
	server := mock(t, map[string]string{crmcom.ResendIdentity.ID: crmcom.AnswerNewRecord})
	before := held(t, server)
	if r := verify(t, server); len(r.Left) > 0 {
		t.Errorf("left: %v", r.Left)
	}
	if diff := cmp.Diff(before, held(t, server)); diff != "" {
		t.Errorf("webhook requests before and after (-before +after):\n%s", diff)
	}
}

// held lists the numbers of every webhook request of the target, entity by entity.
func held(t *testing.T, server conformance.Target) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, entity := range crmcom.Entities() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/webhook_requests/list?token=demo&entity="+entity, nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var answer struct {
			Data []struct{ Number string }
		}
		if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		for _, r := range answer.Data {
			all[entity] = append(all[entity], r.Number)
		}
	}
	return all
}
