package control_test

import (
	"fmt"
	"net/http"
	"testing"
)

// moments are those of the exchanges and commands of a world, in order.
func (m mock) moments(world string) (all []float64) {
	m.t.Helper()
	entries, _ := m.control(http.MethodGet, "/worlds/"+world+"/journal?commands=true", nil).object()["entries"].([]any)
	for _, e := range entries {
		entry, _ := e.(map[string]any)
		moment, _ := entry["moment"].(float64)
		all = append(all, moment)
	}
	return all
}

// totals are those of the columns of the first board.
func totals(state object) (all []any) {
	boards, _ := state["boards"].([]any)
	board, _ := boards[0].(map[string]any)
	columns, _ := board["columns"].([]any)
	for _, c := range columns {
		column, _ := c.(map[string]any)
		all = append(all, column["total"])
	}
	return all
}

func TestStateAtAMomentShowsWhatWas(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	m.control(http.MethodPut, "/worlds/demo/clock", object{"mode": "frozen", "now": "2026-01-01T00:00:00Z"})
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/654/begin", object{"count": 1})
	m.control(http.MethodPost, "/worlds/demo/clock/advance", object{"by": "1h"})
	m.make("demo", http.MethodDelete, "/hooks/654/incomings?confirmed=true", object{"all": true})
	moments := m.moments("demo")
	if len(moments) != 4 {
		t.Fatalf("moments %v", moments)
	}
	for i, want := range []struct {
		at                  string
		waiting, processing float64
	}{
		{"2026-01-01T00:00:00Z", 2, 0}, {"2026-01-01T00:00:00Z", 1, 1}, {"2026-01-01T01:00:00Z", 1, 1}, {"2026-01-01T01:00:00Z", 0, 1},
	} {
		state := m.control(http.MethodGet, "/worlds/demo/state?api=makecom&moment="+fmt.Sprint(int64(moments[i])), nil).object()
		if got := totals(state); got[0] != want.waiting || got[1] != want.processing || state["at"] != want.at {
			t.Errorf("moment %v: totals %v at %v, want %v", moments[i], got, state["at"], want)
		}
	}
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "before", "moment": moments[1]}).object()
	if got := totals(m.control(http.MethodGet, "/worlds/before/state?api=makecom", nil).object()); got[0] != 1.0 || got[1] != 1.0 {
		t.Errorf("the copy begins with %v", got)
	}
	if now := m.control(http.MethodGet, "/worlds/before/clock", nil).object()["now"]; now != "2026-01-01T00:00:00Z" {
		t.Errorf("the clock of the copy stands at %v", now)
	}
	if got := totals(m.control(http.MethodGet, "/worlds/demo/state?api=makecom", nil).object()); got[0] != 0.0 || got[1] != 1.0 {
		t.Errorf("the world itself has %v", got)
	}
}

func TestMomentsThatCannotBeShownAreRefused(t *testing.T) {
	m := start(t)
	m.control(http.MethodPost, "/worlds/demo/makecom/hooks/654/begin", object{"count": 1})
	m.control(http.MethodGet, "/worlds/demo/state?moment=99", nil).refused(http.StatusGone, "forgotten-moment", "moment")
	m.control(http.MethodGet, "/worlds/demo/state?moment=-1", nil).refused(http.StatusBadRequest, "bad-value", "moment")
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "x", "moment": 99}).refused(http.StatusGone, "forgotten-moment", "moment")
	m.control(http.MethodPost, "/worlds/demo/reset", nil)
	m.control(http.MethodGet, "/worlds/demo/state?moment=0", nil).refused(http.StatusGone, "forgotten-moment", "moment")
	m.control(http.MethodPost, "/worlds/demo/fork", object{"as": "demo", "moment": 2}).refused(http.StatusConflict, "taken", "as")
}
