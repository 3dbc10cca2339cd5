package mockserver_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// bench is a server under test and one world of it.
type bench struct {
	*mockserver.Server
	world *world.World
	url   string
}

func start(t *testing.T, options ...mockserver.Option) *bench {
	t.Helper()
	server, err := mockserver.New(append(options, mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	w, err := server.Worlds().Find("bench")
	if err != nil {
		t.Fatal(err)
	}
	return &bench{server, w, web.URL}
}

func (b *bench) get(t *testing.T, path string) (*http.Response, []byte, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+makecom.BasePath+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token bench")
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return answer, body, err
}

func (b *bench) faults(t *testing.T, rules ...fault.Rule) {
	t.Helper()
	if err := b.world.SetFaults(rules); err != nil {
		t.Fatal(err)
	}
}

const (
	list      = "listHookIncomings"
	listPath  = "/hooks/654/incomings"
	stats     = "getHookIncomingStats"
	statsPath = "/hooks/654/incomings/stats"
)

func TestInjectedRefusalsAreTheVendors(t *testing.T) {
	b := start(t)
	for _, test := range []struct {
		status int
		kind   string
		body   string
	}{
		{http.StatusTooManyRequests, "text/plain", makecom.TextRateLimit},
		{http.StatusBadGateway, "application/json; charset=utf-8", `"code":"SC502"`},
		{http.StatusForbidden, "application/json; charset=utf-8", `"code":"SC403"`},
	} {
		b.faults(t, fault.Rule{Operation: list, First: 1, Status: test.status})
		answer, body, err := b.get(t, listPath)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode != test.status || answer.Header.Get("Content-Type") != test.kind || !strings.Contains(string(body), test.body) {
			t.Errorf("%d: got %d %s %s", test.status, answer.StatusCode, answer.Header.Get("Content-Type"), body)
		}
		if answer, _, err = b.get(t, listPath); err != nil || answer.StatusCode != http.StatusOK || answer.Header.Get("Understudy-Fault") != "" {
			t.Errorf("after the fault: %v, %v", answer, err)
		}
	}
}

func TestAFaultIsMarkedAndCoversNothing(t *testing.T) {
	b := start(t)
	b.faults(t, fault.Rule{Operation: stats, Latency: fault.Latency{From: 1, To: 1}})
	answer, _, err := b.get(t, statsPath)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Understudy-Fault"); got != "latency 1ns" {
		t.Errorf("the answer is marked %q", got)
	}
	if got := answer.Header.Get("Understudy-Requirements"); got != "" {
		t.Errorf("the answer claims to follow %s", got)
	}
	if entry := b.world.Journal.Entries()[0]; entry.Fault != "latency 1ns" || entry.Requirements != nil {
		t.Errorf("journal: fault %q, requirements %v", entry.Fault, entry.Requirements)
	}
	if b.world.Reached(makecom.StatsShape) {
		t.Error("a faulted answer counts as coverage")
	}
	if err := b.world.Reset(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.get(t, statsPath); err != nil || !b.world.Reached(makecom.StatsShape) {
		t.Errorf("the reset did not end the fault: %v", err)
	}
}

func TestAResetConnectionHasDoneItsWork(t *testing.T) {
	b := start(t)
	b.faults(t, fault.Rule{Operation: "disableHook", Reset: true})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+makecom.BasePath+"/hooks/654/disable", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Token bench")
	if answer, err := http.DefaultClient.Do(req); !errors.Is(err, syscall.ECONNRESET) {
		if err == nil {
			_ = answer.Body.Close()
		}
		t.Fatalf("got error %v", err)
	}
	if _, body, err := b.get(t, statsPath); err != nil || !strings.Contains(string(body), `"enabled":false`) {
		t.Errorf("got %s, %v", body, err)
	}
	if entry := b.world.Journal.Entries()[0]; entry.Response.Status != 0 || entry.Fault != "reset" {
		t.Errorf("journal: status %d, fault %q", entry.Response.Status, entry.Fault)
	}
}

func TestATruncatedBodyEndsEarly(t *testing.T) {
	b := start(t)
	for announced, limit := range map[string]int{"short": 10, "one byte": 1 << 20} {
		b.faults(t, fault.Rule{Operation: stats, Truncate: limit})
		answer, body, err := b.get(t, statsPath)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Fatalf("%s: got error %v", announced, err)
		}
		if want := min(limit, int(answer.ContentLength)-1); len(body) != want {
			t.Errorf("%s: got %d bytes of %d", announced, len(body), answer.ContentLength)
		}
	}
}

func TestAMalformedBodyIsWholeByItsLength(t *testing.T) {
	b := start(t)
	b.faults(t, fault.Rule{Operation: stats, Malformed: true})
	answer, body, err := b.get(t, statsPath)
	if err != nil || answer.StatusCode != http.StatusOK || int(answer.ContentLength) != len(body) || json.Valid(body) {
		t.Errorf("got %v, %q, %v", answer, body, err)
	}
}

// The world's clock stands still; the client waits all the same. synctest's time makes it quick.
func TestLatencyAndSlowBodiesTakeRealTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, err := mockserver.New()
		if err != nil {
			t.Fatal(err)
		}
		w, err := server.Worlds().Find("bench")
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)); err != nil {
			t.Fatal(err)
		}
		for _, rule := range []fault.Rule{
			{Operation: stats, Latency: fault.Latency{From: time.Hour, To: time.Hour}},
			{Operation: stats, Slow: time.Hour},
		} {
			if err := w.SetFaults([]fault.Rule{rule}); err != nil {
				t.Fatal(err)
			}
			req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, makecom.BasePath+statsPath, nil)
			req.Header.Set("Authorization", "Token bench")
			answer, began := httptest.NewRecorder(), time.Now()
			server.ServeHTTP(answer, req)
			if took := time.Since(began); took != time.Hour {
				t.Errorf("%+v: took %s", rule, took)
			}
			if !json.Valid(answer.Body.Bytes()) {
				t.Errorf("%+v: got %q", rule, answer.Body)
			}
		}
	})
}
