package crmcom_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/world"
)

func TestFiringAtOnceLeavesNoGaps(t *testing.T) {
	c := newClient(t)
	at := newReceiver(t, status(http.StatusOK))
	rule := c.define(requestlog.Definition{URL: at.URL, Effective: true})
	const fired = 200
	var all sync.WaitGroup
	for i := range fired {
		all.Go(func() {
			if _, err := crmcom.Fire(t.Context(), c.server.Egress(), c.origin(), requestlog.Fire{Rule: rule, Entity: "JOBS", EntityID: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	var records []record
	c.get(list, "entity=JOBS").into(t, &records)
	slices.Reverse(records)
	for i, r := range records {
		if want := fmt.Sprint(16 + i); r.Number != want || r.State != "SUCCESSFUL" {
			t.Fatalf("number %s in the place of %s: %+v", r.Number, want, r)
		}
	}
	if len(records) != fired || len(at.got()) != fired {
		t.Errorf("%d are logged and %d received, want %d", len(records), len(at.got()), fired)
	}
}

// Of many resends of the same request only one is sent: the others see that it was successful.
func TestResendingAtOnceSendsOnce(t *testing.T) {
	c := newClient(t)
	arrived, release := make(chan struct{}, 1), make(chan struct{})
	var failed atomic.Bool
	at := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
		if !failed.Swap(true) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		arrived <- struct{}{}
		<-release
	})
	c.fire(t.Context(), c.define(requestlog.Definition{URL: at.URL, Effective: true}), "J", `{}`)
	var accepted atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if c.byNumber(resend, "16").Status.Code == "OK" {
				accepted.Add(1)
			}
		})
	}
	<-arrived
	if got := c.get(show, "webhook_request_identifier=number=16").record(t); got.State != "REJECTED" {
		t.Errorf("while it is sent it is %s", got.State)
	}
	close(release)
	all.Wait()
	if accepted.Load() != 1 || len(at.got()) != 2 {
		t.Errorf("%d resends were accepted, and the receiver got %d requests", accepted.Load(), len(at.got()))
	}
}

// What was under way when the world was reset does not come back into it.
func TestResetForgetsWhatIsUnderWay(t *testing.T) {
	c := newClient(t)
	at := newReceiver(t, func(http.ResponseWriter, *http.Request) {
		if err := c.world.Reset(); err != nil {
			t.Error(err)
		}
	})
	rule := c.define(requestlog.Definition{URL: at.URL, Effective: true})
	if _, err := crmcom.Fire(t.Context(), c.server.Egress(), c.origin(), requestlog.Fire{Rule: rule, Entity: "JOBS"}); err == nil {
		t.Error("it is logged into a world that never sent it")
	}
	var numbers int
	_ = world.View(c.world, requestlog.PartName, nil, func(log *requestlog.State) error { // the function has no error to hand on
		numbers = log.Len()
		return nil
	})
	if numbers != 3 {
		t.Errorf("the world has %d requests after its reset, want 3", numbers)
	}
}
