package suite

import (
	"context"
	"net/http"
	"testing"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// A delivery that no check looked at is in the record all the same: a script of it has to be told what it was answered.
func TestDeliveriesThatNobodyLookedAtAreRecorded(t *testing.T) {
	run := runOn(t, &script{}, Config{})
	t.Cleanup(run.Close)
	session, err := run.Attempt(t.Context(), "x", 0, 1, func(ctx context.Context, s *Session) error {
		inbox, err := s.Inbox(ctx, receiver.Answer{Status: http.StatusTeapot})
		if err != nil {
			return err
		}
		for range 3 {
			deliverTo(ctx, t, run, inbox)
		}
		s.Received(inbox.Deliveries()[1])
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	all := session.Exchanges()
	for i, e := range all {
		if !e.Received || e.Status != http.StatusTeapot {
			t.Errorf("%d: %s, answered %d", i+1, e.URL, e.Status)
		}
		if i > 0 && e.At.Before(all[i-1].At) {
			t.Errorf("%d came before the one before it", i+1)
		}
	}
	if len(all) != 3 {
		t.Errorf("%d deliveries are recorded, want each of the three once", len(all))
	}
}
