package control_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/openapi"
)

func TestClock(t *testing.T) {
	m := start(t)
	const path = "/worlds/demo/clock"
	newYear := object{"mode": "frozen", "now": "2026-01-01T00:00:00Z"}
	m.control(http.MethodPut, path, newYear).is(http.StatusOK, newYear)
	m.control(http.MethodPost, path+"/advance", object{"by": "72h"}).is(http.StatusOK, object{"mode": "frozen", "now": "2026-01-04T00:00:00Z"})
	m.control(http.MethodGet, path, nil).is(http.StatusOK, object{"mode": "frozen", "now": "2026-01-04T00:00:00Z"})
	m.control(http.MethodPut, path, object{"mode": "frozen"}).is(http.StatusOK, object{"mode": "frozen", "now": "2026-01-04T00:00:00Z"})
	m.control(http.MethodPost, path+"/advance", object{"by": "-1h"}).refused(http.StatusBadRequest, "bad-body", "by")
	for by, want := range map[any]string{"72": `name the unit, as in \"72h\"`, 72: `put it in quotes; name the unit, as in \"72h\"`} {
		if a := m.control(http.MethodPost, path+"/advance", object{"by": by}); !strings.Contains(string(a.text), want) {
			t.Errorf("%v: got %s", by, a.text)
		}
	}
	m.control(http.MethodPost, path+"/advance", object{"by": "9999999999h"}).refused(http.StatusBadRequest, "bad-value", "by")
	m.control(http.MethodPut, path, object{"mode": "frozen", "now": "9999-12-31T00:00:00Z"}).object()
	m.control(http.MethodPost, path+"/advance", object{"by": "48h"}).refused(http.StatusBadRequest, "bad-value", "by")
}

func TestRealClockRunsFromWhereItWasSet(t *testing.T) {
	m := start(t)
	var set, read controlapi.Clock
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "real", "now": "2030-01-01T00:00:00Z"}).into(&set)
	m.control(http.MethodGet, "/worlds/demo/clock", nil).into(&read)
	if set.Mode != controlapi.ClockReal || set.Now.Year() != 2030 || read.Now.Before(set.Now) || read.Now.Sub(set.Now) > time.Hour {
		t.Errorf("set to %v, then read %v", set, read)
	}
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "real", "now": "9999-01-01T00:00:00Z"}).refused(http.StatusBadRequest, "bad-value", "now")
	m.control(http.MethodPost, "/worlds/demo/clock/advance", object{"by": "2500000h"}).object()
	m.control(http.MethodPost, "/worlds/demo/clock/advance", object{"by": "2500000h"}).refused(http.StatusBadRequest, "bad-value", "by")
	if m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "real"}).into(&read); time.Since(read.Now).Abs() > time.Hour {
		t.Errorf("back at the machine's time it shows %v", read.Now)
	}
}

// Three days pass in a call, and what the schedule made due has happened.
func TestAdvancingProcesses(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "frozen", "now": "2026-01-01T00:00:00Z"}).object()
	var hook controlapi.CreatedHook
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks", object{"processing": object{"mode": "scheduled", "every": "24h", "maxResults": 2}}).into(&hook)
	m.deliver(hook.HookID, object{"count": 7})
	for _, want := range []int{5, 3, 1, 0} {
		m.control(http.MethodPost, "/worlds/demo/clock/advance", object{"by": "24h"}).object()
		if got := m.queue("demo", itoa(hook.HookID)); got != want {
			t.Errorf("%d items, want %d", got, want)
		}
	}
}

func TestModesAreTheClocks(t *testing.T) {
	if string(clock.Real) != string(controlapi.ClockReal) || string(clock.Frozen) != string(controlapi.ClockFrozen) {
		t.Error("the API and the clock name their modes differently")
	}
}

func TestDialect(t *testing.T) {
	m := start(t)
	const path, question = "/worlds/demo/dialect", "makecom/delete/unknown-id"
	want := object{}
	for _, a := range openapi.APIs() {
		for _, q := range a.Questions {
			want[q.ID] = q.Default()
		}
	}
	m.control(http.MethodGet, path, nil).is(http.StatusOK, want)
	want[question] = "echoed"
	m.control(http.MethodPut, path, object{question: "echoed"}).is(http.StatusOK, want)
	deleted := m.make("demo", http.MethodDelete, "/hooks/654/incomings", object{"ids": []string{"never"}}).object()
	if diff := cmp.Diff([]any{"never"}, deleted["incomings"]); diff != "" {
		t.Errorf("deleted (-want +got):\n%s", diff)
	}
	m.control(http.MethodPut, path, object{question: "swallowed"}).refused(http.StatusBadRequest, "bad-value", question)
	m.control(http.MethodPut, path, object{"makecom/delete/nothing": "once"}).refused(http.StatusBadRequest, "bad-value", "makecom/delete/nothing")
	m.control(http.MethodPut, path, object{question: 1}).refused(http.StatusBadRequest, "bad-body", `["`+question+`"]`)
	m.control(http.MethodGet, path, nil).is(http.StatusOK, want)
}

// What enters as a time can be written again in any zone, so that no answer fails for it later.
func TestTimesAreCheckedWhereTheyEnter(t *testing.T) {
	m := start(t)
	for _, at := range []string{
		"9999-12-31T23:59:59-12:00", "2026-06-30T23:59:60Z", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "1582-01-01T00:00:00Z",
	} {
		m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "frozen", "now": at}).refused(http.StatusBadRequest, "bad-body", "now")
		m.control(http.MethodPut, "/worlds/demo", object{"clock": object{"mode": "frozen", "now": at}}).refused(http.StatusBadRequest, "bad-body", "clock.now")
		m.control(http.MethodPost, "/worlds/demo/tokens", object{"expires": at}).refused(http.StatusBadRequest, "bad-body", "expires")
	}
	if a := m.control(http.MethodGet, "/worlds", nil); a.status != http.StatusOK {
		t.Errorf("the list of worlds: %d %s", a.status, a.text)
	}
}

func TestHookIDsDoNotWrap(t *testing.T) {
	m := start(t)
	if a := m.control(http.MethodPost, "/worlds/demo/makecom/hooks", object{"id": 9223372036854775807}); a.status != http.StatusCreated {
		t.Skipf("such an id is refused: %d %s", a.status, a.text)
	}
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks", object{"name": "next"}).refused(http.StatusConflict, "no-id-left", "")
}
