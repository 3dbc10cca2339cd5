package suite

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// dying answers, unless breaks says that the connection dies.
type dying struct{ breaks func(*http.Request) bool }

func (d dying) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.breaks(r) {
		return nil, io.ErrUnexpectedEOF
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

// attempted sends a read and a deletion, as often as checks are arranged.
func attempted(t *testing.T, breaks func(*http.Request) bool, size int) error {
	t.Helper()
	document, err := ParseDocument([]byte(`{openapi: 3.0.3, info: {title: t, version: "1"}, paths: {}}`))
	if err != nil {
		t.Fatal(err)
	}
	run := NewRun(Config{
		BaseURL: "http://vendor.example", Transport: dying{breaks}, Mode: Disposable,
		Effect: func(r *Request) Effect { return Effect{Reads: r.Method == http.MethodGet, Scope: "x"} },
		Wait:   func(context.Context, time.Duration) error { return nil },
	}, document)
	run.Ledger.Mint("x")
	_, err = run.Attempt(t.Context(), "check", 0, 8, func(ctx context.Context, s *Session) error {
		if _, err := s.Do(ctx, &Request{Operation: "read", Method: http.MethodGet, Path: "/x"}); err != nil {
			return err
		}
		_, err := s.Do(ctx, &Request{Operation: "delete", Method: http.MethodDelete, Path: "/x", Body: make([]byte, size)})
		return err
	})
	return err
}

func TestWhatBreaksEveryTimeIsAViolation(t *testing.T) {
	everyTime := func(r *http.Request) bool { return r.Method == http.MethodDelete }
	if err := attempted(t, everyTime, 10); len(Violations(err)) != 1 {
		t.Errorf("a deletion that is never answered: %v", err)
	}
	reads := func(r *http.Request) bool { return r.Method == http.MethodGet }
	if err := attempted(t, reads, 10); len(Violations(err)) != 0 {
		t.Errorf("there was nothing that is answered, but: %v", err)
	}
	if err := attempted(t, everyTime, mostBroken); len(Violations(err)) != 0 {
		t.Errorf("a target may refuse what is large and close: %v", err)
	}
}

func TestWhatBreaksByChanceIsNone(t *testing.T) {
	for _, oneIn := range []int{20, 4, 2} {
		dice := rand.New(rand.NewPCG(1, uint64(oneIn))) //nolint:gosec // chances of a test
		for range 2000 {
			if err := attempted(t, func(*http.Request) bool { return dice.IntN(oneIn) == 0 }, 10); len(Violations(err)) > 0 {
				t.Errorf("one connection in %d dies, and the target is accused: %v", oneIn, err)
			}
		}
	}
}
