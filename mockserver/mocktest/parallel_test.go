package mocktest_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

// Many tests on one server, each with deliveries, processing, deletions and resends: none sees another.
func TestSixtyFourTestsOnOneServer(t *testing.T) {
	t.Parallel()
	s, err := mocktest.NewServer()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left := s.Mock().Worlds().Worlds(); len(left) != 0 {
			t.Errorf("%d worlds are left", len(left))
		}
	})
	for i := range 64 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			b := mocktest.Start(t, mocktest.On(s))
			for round := range 3 {
				clearQueue(t, b, i, round)
			}
			resendOnce(t, b)
			b.VerifyInOrder(
				mocktest.Exactly(3, journal.Filter{Operation: "ingest"}),
				mocktest.Exactly(1, journal.Filter{Operation: "resendWebhookRequest", Status: http.StatusOK}),
			)
		})
	}
}

// clearQueue fills the queue, and empties it past an item that is held.
func clearQueue(t *testing.T, b *mocktest.Bench, test, round int) {
	t.Helper()
	hook := b.Hook(654)
	mine := fmt.Sprintf("test %d round %d", test, round)
	call(t, b, http.MethodPost, hook.URL, fmt.Sprintf(`{"name": %q}`, mine))
	ids := append(listed(t, b, 654), hook.Deliver("a", "b")...)
	held := hook.Begin(ids[len(ids)-3])
	if _, body := call(t, b, http.MethodGet, b.MakecomURL+"/hooks/654/incomings/"+held[0], ""); !strings.Contains(body, mine) {
		t.Errorf("the delivered item shows %s", body)
	}
	_, body := call(t, b, http.MethodDelete, b.MakecomURL+"/hooks/654/incomings?confirmed=true", `{"all": true}`)
	if !strings.Contains(body, "being processed") {
		t.Errorf("the held item did not stay: %s", body)
	}
	if left := listed(t, b, 654); !slices.Equal(left, held) {
		t.Errorf("%q are left, held was %q", left, held)
	}
	hook.Finish(held...)
	if left := listed(t, b, 654); len(left) != 0 {
		t.Errorf("%q are left after processing", left)
	}
}

// resendOnce sends the rejected request of the base world again, which its receiver accepts once.
func resendOnce(t *testing.T, b *mocktest.Bench) {
	t.Helper()
	resend := fmt.Sprintf(`{"token": %q, "webhook_request_identifier": {"number": "14"}}`, b.Token)
	if _, body := call(t, b, http.MethodPost, b.CrmcomURL+"/webhook_requests/resend", resend); !strings.Contains(body, `"code":"OK"`) {
		t.Errorf("resend: %s", body)
	}
}
