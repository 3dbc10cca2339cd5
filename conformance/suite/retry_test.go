package suite

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// What one arrangement of a check may come to.
var (
	errShown     = error(&Violation{Want: "one delivery", Got: "two"})
	errArranging = errors.Join(ErrArranging)
	errMissing   = error(&Unavailable{State: "a moon"})
)

func TestWhatDeliveriesFromAfarShowIsLookedAtAgain(t *testing.T) {
	shown := func(n int) []error {
		all := make([]error, n)
		for i := range all {
			all[i] = errShown
		}
		return all
	}
	for name, c := range map[string]struct {
		comes    []error // of the arrangements, the last one again and again
		near     bool    // nothing lies between
		silent   bool    // nothing ever comes
		found    bool
		unsteady string
		attempts int
	}{
		"nothing wrong":                 {comes: []error{nil}, attempts: 1},
		"wrong every time":              {comes: shown(1), found: true, attempts: enough},
		"wrong, and nothing between":    {comes: shown(1), near: true, found: true, attempts: 1},
		"wrong, and nothing comes":      {comes: shown(1), silent: true, found: true, attempts: atFirst},
		"wrong once":                    {comes: []error{errShown, nil}, unsteady: "in 1 of 4 arrangements", attempts: 4},
		"wrong, but for two":            {comes: append([]error{errShown, nil, nil}, errShown), found: true, attempts: enough + 2},
		"wrong, but for three":          {comes: append(append(shown(5), nil, nil, nil), errShown), unsteady: "in 5 of 8 arrangements", attempts: 8},
		"not arranged at first":         {comes: []error{errArranging, errArranging, nil}, attempts: 3},
		"a state is missing":            {comes: []error{errMissing}, attempts: 1},
		"a state is missing after that": {comes: []error{errShown, errMissing}, unsteady: "in 1 of 2 arrangements", attempts: 2},
	} {
		t.Run(name, func(t *testing.T) {
			config := Config{}
			if !c.near {
				config.Receiver = receiver.Config{Listen: "127.0.0.1:0", URL: "http://afar"}
			}
			run := runOn(t, &script{}, config)
			t.Cleanup(run.Close)
			n := 0
			session, err := run.Attempt(t.Context(), "x", 0, 3, func(ctx context.Context, s *Session) error {
				hear(ctx, t, run, s, c.silent)
				n++
				return c.comes[min(n, len(c.comes))-1]
			})
			var unsteady *Unsteady
			if errors.As(err, &unsteady) != (c.unsteady != "") || unsteady != nil && !strings.Contains(err.Error(), c.unsteady) {
				t.Errorf("got %v", err)
			}
			if found := len(Violations(err)) > 0; found != c.found {
				t.Errorf("got %v", err)
			}
			if session.Attempts() != c.attempts {
				t.Errorf("%d attempts, want %d", session.Attempts(), c.attempts)
			}
		})
	}
}

// hear opens an inbox and has something delivered to it, unless it is to stay silent.
func hear(ctx context.Context, t *testing.T, run *Run, s *Session, silent bool) {
	t.Helper()
	inbox, err := s.Inbox(ctx, receiver.Answer{})
	if err != nil {
		t.Fatal(err)
	}
	if silent {
		return
	}
	deliverTo(ctx, t, run, inbox)
}

func deliverTo(ctx context.Context, t *testing.T, run *Run, inbox *receiver.Inbox) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, inbox.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	run.receiver.ServeHTTP(discard{}, r)
}

// discard takes an answer that nobody reads.
type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) WriteHeader(int)             {}
