package main

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/mockserver/sink"
)

// newJanitor works on the bench's world, by its clock, and never waits.
func newJanitor(b *mocktest.Bench) *Janitor {
	return &Janitor{
		HTTP: b.Client, MakeURL: b.MakecomURL, CRMURL: b.CrmcomURL, Token: b.Token,
		MaxAge: 72 * time.Hour, Now: b.Now, Wait: func(context.Context, time.Duration) error { return nil },
	}
}

func TestSweepDeletesOnlyWhatIsOld(t *testing.T) {
	b := mocktest.Start(t)
	b.Freeze(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	hook := b.NewHook(queue.Settings{})
	hook.Deliver("old 1", "old 2", "old 3")
	b.Advance(73 * time.Hour)
	hook.Deliver("new")

	swept, err := newJanitor(b).Sweep(t.Context(), hook.ID)
	if err != nil || swept != (Swept{Deleted: 3}) {
		t.Errorf("got %+v, %v", swept, err)
	}
	if left := hook.Status().Queued; left != 1 {
		t.Errorf("%d deliveries are left", left)
	}
	b.VerifyInOrder(
		mocktest.Exactly(3, journal.Filter{Operation: "listHookIncomings"}), // pages of two, the last one empty
		mocktest.Exactly(1, journal.Filter{Operation: "deleteHookIncomings"}),
		mocktest.Never(journal.Filter{Status: http.StatusNotAcceptable}),
	)
}

// Only the vendor can hold an item in processing; with a real one this test could not be written.
func TestSweepReportsWhatIsBeingProcessed(t *testing.T) {
	b := mocktest.Start(t)
	hook := b.NewHook(queue.Settings{})
	hook.Deliver("a", "b")
	hook.Begin()
	b.Advance(73 * time.Hour)
	if swept, err := newJanitor(b).Sweep(t.Context(), hook.ID); err != nil || swept != (Swept{Deleted: 1, Busy: true}) {
		t.Errorf("got %+v, %v", swept, err)
	}
}

func TestSweepSurvivesABadDay(t *testing.T) {
	b := mocktest.Start(t)
	b.Faults(
		fault.Rule{Operation: "listHookIncomings", First: 1, Status: http.StatusTooManyRequests},
		fault.Rule{Operation: "listHookIncomings", First: 1, Truncate: 20},
		fault.Rule{Operation: "deleteHookIncomings", First: 1, Reset: true}, // carried out, and never answered
	)
	if _, err := newJanitor(b).Sweep(t.Context(), 654); err != nil {
		t.Error(err)
	}
	if left := b.Hook(654).Status().Queued; left != 0 {
		t.Errorf("%d deliveries are left", left)
	}
	b.Verify(
		mocktest.Exactly(3, journal.Filter{Fault: "*"}),
		mocktest.Exactly(2, journal.Filter{Operation: "deleteHookIncomings"}),
	)
}

func TestSweepGivesUpInTheEnd(t *testing.T) {
	b := mocktest.Start(t)
	b.Faults(fault.Rule{Operation: fault.Any, Status: http.StatusBadGateway})
	_, err := newJanitor(b).Sweep(t.Context(), 654)
	if want := "list: gave up after 4 attempts: try again: 502 Bad Gateway"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

// The real pauses: seven seconds that synctest lets pass at once.
func TestSweepBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := mocktest.Start(t)
		b.Faults(fault.Rule{Operation: "listHookIncomings", First: 3, Status: http.StatusTooManyRequests})
		j, began := newJanitor(b), time.Now()
		j.Wait = wait
		if _, err := j.Sweep(t.Context(), 654); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took != 7*time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func TestResendCountsWhatIsAccepted(t *testing.T) {
	b := mocktest.Start(t)
	_, rule := b.NewDefinition(b.Sink("shop", sink.Answer{Status: http.StatusInternalServerError}, sink.Answer{Status: http.StatusOK}), "JOBS")
	b.Fire(rule, "J1", map[string]string{"id": "J1"})
	accepted, err := newJanitor(b).Resend(t.Context(), "JOBS")
	if err != nil || accepted != 1 {
		t.Errorf("got %d, %v", accepted, err)
	}
	if got := len(b.Received("shop")); got != 2 {
		t.Errorf("the receiver saw %d deliveries", got)
	}
}

// A resend whose answer is lost may have been sent: the client must not try again by itself.
func TestResendIsNotRepeatedBlindly(t *testing.T) {
	b := mocktest.Start(t)
	_, rule := b.NewDefinition(b.Sink("shop", sink.Answer{Status: http.StatusInternalServerError}), "JOBS")
	b.Fire(rule, "J1", map[string]string{"id": "J1"})
	b.Faults(fault.Rule{Operation: "resendWebhookRequest", Reset: true})
	if _, err := newJanitor(b).Resend(t.Context(), "JOBS"); err == nil {
		t.Error("the loss went unnoticed")
	}
	b.Verify(mocktest.Exactly(1, journal.Filter{Operation: "resendWebhookRequest"}))
}

// Nothing that the documents leave open may matter to the client.
func TestEveryDialectWillDo(t *testing.T) {
	for seed := range int64(20) {
		b := mocktest.Start(t, mocktest.With(mockserver.WithDialect(dialect.Hostile(seed)), mockserver.WithVariations(seed)))
		if _, err := newJanitor(b).Sweep(t.Context(), 654); err != nil {
			t.Errorf("seed %d: sweep: %v", seed, err)
		}
		if left := b.Hook(654).Status().Queued; left != 0 {
			t.Errorf("seed %d: %d deliveries are left", seed, left)
		}
		if _, err := newJanitor(b).Resend(t.Context(), "ACTIVITIES"); err != nil { // what counts as accepted is open
			t.Errorf("seed %d: resend: %v", seed, err)
		}
	}
}
