package suite

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
)

// A check that finds something wrong in the answers around a request whose own answer was lost.
func TestWhatALossMayHaveCausedIsNoViolation(t *testing.T) {
	type steps = []func(*http.Request) (*http.Response, error)
	for name, c := range map[string]struct {
		steps    steps
		budget   int
		judges   int // the exchange that shows a violation
		found    bool
		attempts int
	}{
		"an answer from before stands":       {steps{answers(200), breaks("read"), answers(200)}, 0, 0, true, 1},
		"an answer from after is void":       {steps{answers(200), breaks("read"), answers(200)}, 0, 2, false, 3},
		"nothing is wrong and nothing known": {steps{answers(200), breaks("read"), answers(200)}, 0, -1, false, 3},
		"nothing was lost":                   {steps{answers(200)}, 0, 2, true, 1},
		"the budget ended before":            {steps{answers(200)}, 1, 0, true, 1},
		"the budget ended after":             {steps{answers(200)}, 1, 1, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				script := &script{steps: c.steps}
				run := runOn(t, script, Config{MaxRequests: c.budget})
				session, err := run.Attempt(t.Context(), "x", 0, 3, func(ctx context.Context, s *Session) error {
					script.sent = nil // the connection dies in every attempt
					for range 3 {
						_, _ = s.Do(ctx, deletion()) // a check that does not look where it should
					}
					if all := s.Exchanges(); c.judges >= 0 && c.judges < len(all) {
						return all[c.judges].WantStatus(http.StatusTeapot)
					}
					return nil
				})
				if found := len(Violations(err)) > 0; found != c.found {
					t.Errorf("got %v", err)
				}
				if !c.found && !interrupted(err) && !errors.Is(err, ErrBudget) {
					t.Errorf("got %v, want the loss", err)
				}
				if session.Attempts() != c.attempts {
					t.Errorf("%d attempts, want %d", session.Attempts(), c.attempts)
				}
			})
		})
	}
}

// One more request would be one more that the target counts.
func TestACheckThatCountsItsRequestsIsNotServedTwice(t *testing.T) {
	s := &script{steps: []func(*http.Request) (*http.Response, error){breaks("read"), answers(200)}}
	_, err := runOn(t, s, Config{}).Session("x", 0).Do(t.Context(), &Request{Method: http.MethodGet, Path: "/x", KeepThrottled: true})
	if !interrupted(err) || len(s.sent) != 1 {
		t.Errorf("%v after %d requests", err, len(s.sent))
	}
}

// A provider behind the same gate is refused like the API itself.
func TestAProviderThatIsThrottledIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &script{steps: []func(*http.Request) (*http.Response, error){answers(429, "Retry-After", "30"), answers(200)}}
		run := runOn(t, s, Config{States: &StateURL{URL: "http://provider/states"}})
		if _, err := run.Session("x", 0).Setup(t.Context(), "a hook", nil); err != nil {
			t.Error(err)
		}
	})
}
