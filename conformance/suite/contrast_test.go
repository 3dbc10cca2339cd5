package suite

import (
	"context"
	"errors"
	"net/http"
	"testing"
)

// TestARefusalCountsBesideAnAcceptance plays sessions of one operation that are answered so.
func TestARefusalCountsBesideAnAcceptance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		statuses []int
		found    bool
	}{
		"nothing but refusals":     {[]int{404, 404}, false},
		"an acceptance first":      {[]int{200, 404}, true},
		"an acceptance last":       {[]int{404, 200}, true},
		"nothing but acceptances":  {[]int{200, 200}, true},
		"a redirect is no consent": {[]int{302, 302}, false},
		"a failure is none either": {[]int{500, 404}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			first, second := answers(c.statuses[0]), answers(c.statuses[1])
			run := runOn(t, &script{steps: []func(*http.Request) (*http.Response, error){first, second}}, Config{})
			_, err := run.Attempt(t.Context(), "x", 0, 1, Contrasted(func(ctx context.Context, s *Session) error {
				for range 2 {
					if _, err := s.Do(ctx, &Request{Operation: "op", Method: http.MethodGet, Path: "/x"}); err != nil {
						return err
					}
				}
				return nil
			}))
			var missing *Unavailable
			if found := err == nil; found != c.found || !found && (!errors.As(err, &missing) || !missing.Unaccepted) {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestARightCallHasToBeAccepted(t *testing.T) {
	t.Parallel()
	s := runOn(t, &script{}, Config{}).Session("x", 0)
	if err := s.NeedAccepted(&Exchange{Status: 204}, &Exchange{Status: 200}); err != nil {
		t.Error(err)
	}
	if err := s.NeedAccepted(&Exchange{Status: 200}, &Exchange{Status: 401}); err == nil || len(Violations(err)) > 0 {
		t.Errorf("%v: it is no violation, and no acceptance either", err)
	}
}
