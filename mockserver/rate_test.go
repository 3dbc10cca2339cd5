package mockserver_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func TestRateLimitRunsOnTheWorldsClock(t *testing.T) {
	b := start(t, mockserver.WithRateLimit(2))
	if err := b.world.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 1e6, time.UTC)); err != nil {
		t.Fatal(err)
	}
	want := []struct {
		status    int
		remaining string
	}{{http.StatusOK, "1"}, {http.StatusOK, "0"}, {http.StatusTooManyRequests, "0"}}
	for range 2 {
		for i, w := range want {
			answer, body, err := b.get(t, listPath)
			if err != nil {
				t.Fatal(err)
			}
			if answer.StatusCode != w.status || answer.Header.Get(makecom.HeaderRateLimitRemaining) != w.remaining || answer.Header.Get(makecom.HeaderRateLimit) != "2" {
				t.Errorf("call %d: got %d, %v", i, answer.StatusCode, answer.Header)
			}
			if w.status == http.StatusTooManyRequests && string(body) != makecom.TextRateLimit {
				t.Errorf("call %d: got %q", i, body)
			}
		}
		if err := b.world.Advance(time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	answer, _, err := b.get(t, listPath)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get(makecom.HeaderRateLimitReset); got != "1767225781" { // 2026-01-01T00:03:01Z, rounded up
		t.Errorf("reset at %s", got)
	}
}

func TestRateLimitIsOffByDefault(t *testing.T) {
	b := start(t)
	answer, _, err := b.get(t, listPath)
	if err != nil {
		t.Fatal(err)
	}
	if got, there := answer.Header[http.CanonicalHeaderKey(makecom.HeaderRateLimit)]; there {
		t.Errorf("got %s", got)
	}
}

// A delivery to a hook is no call to the API.
func TestDeliveriesAreNotCounted(t *testing.T) {
	b := start(t, mockserver.WithRateLimit(1))
	for range 3 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.bench", nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("got %d", answer.StatusCode)
		}
	}
	if answer, _, err := b.get(t, listPath); err != nil || answer.StatusCode != http.StatusOK {
		t.Errorf("got %v, %v", answer, err)
	}
}
