package control_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFaultsAreShownAsTheyWereWritten(t *testing.T) {
	m := start(t)
	rules := `[{"operation":"listHookIncomings","first":2,"status":429},{"operation":"*","probability":0.5,"seed":3,"latency":"1ms..2ms","slow":"1ms"}]`
	m.control(http.MethodPut, "/worlds/shop/faults", rules)
	if got := strings.TrimSpace(string(m.control(http.MethodGet, "/worlds/shop/faults", nil).text)); !sameJSON(t, got, rules) {
		t.Errorf("got %s", got)
	}
}

func sameJSON(t *testing.T, a, b string) bool {
	t.Helper()
	var x, y any
	answer{t: t, status: http.StatusOK, text: []byte(a)}.into(&x)
	answer{t: t, status: http.StatusOK, text: []byte(b)}.into(&y)
	return cmp.Equal(x, y)
}

func TestFaultsAreRefusedWhenWritten(t *testing.T) {
	m := start(t)
	p := m.control(http.MethodPut, "/worlds/shop/faults", `[{"operation":"*","status":500},{"operation":"listIncomings","status":500}]`).
		refused(http.StatusBadRequest, "bad-value", "[1].operation")
	if !strings.Contains(p.Message, `there is no operation "listIncomings"`) || !strings.Contains(p.Remedy, "listHookIncomings") {
		t.Errorf("got %+v", p)
	}
	m.control(http.MethodPut, "/worlds/shop/faults", `[{"operation":"*","status":500,"reset":true}]`).refused(http.StatusBadRequest, "bad-value", "[0].reset")
	m.control(http.MethodGet, "/worlds/shop/faults", nil).is(http.StatusOK, []any{})
}

// The counts of faults are part of a world: its export goes on with them, its reset begins again.
func TestFaultsGoWhereTheirWorldGoes(t *testing.T) {
	m := start(t)
	statuses := func(world string) (got []int) {
		for range 3 {
			got = append(got, m.make(world, http.MethodGet, "/hooks/654/incomings", nil).status)
		}
		return got
	}
	m.control(http.MethodPut, "/worlds/shop", `{"faults":[{"operation":"*","first":2,"status":503}],"makecom":{"hooks":[{"id":654}]},"tokens":[{"token":"shop","scopes":["hooks:read"]}]}`)
	m.make("shop", http.MethodGet, "/hooks/654/incomings", nil)
	m.control(http.MethodPost, "/worlds/shop/fork", object{"as": "fork"})
	file := m.control(http.MethodGet, "/worlds/shop", nil)
	for _, world := range []string{"shop", "fork"} {
		if diff := cmp.Diff([]int{503, 200, 200}, statuses(world)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", world, diff)
		}
	}
	m.control(http.MethodPut, "/worlds/shop", string(file.text))
	if diff := cmp.Diff([]int{503, 200, 200}, statuses("shop")); diff != "" {
		t.Errorf("import (-want +got):\n%s", diff)
	}
	m.control(http.MethodPost, "/worlds/fork/reset", nil)
	if diff := cmp.Diff([]int{503, 200, 200}, statuses("fork")); diff != "" {
		t.Errorf("reset goes back to where the fork began (-want +got):\n%s", diff)
	}
}

func TestJournalFormats(t *testing.T) {
	m := start(t)
	m.make("shop", http.MethodGet, "/hooks/654/incomings", nil)
	for format, want := range map[string]struct{ kind, text string }{
		"har":  {"application/har+json", `"version":"1.2"`},
		"go":   {"text/x-go", "func TestReplay(t *testing.T) {"},
		"curl": {"text/x-shellscript", "call 1 200 'GET' '/api/v2/hooks/654/incomings'"},
	} {
		got := m.control(http.MethodGet, "/worlds/shop/journal?format="+format, nil)
		if got.status != http.StatusOK || got.header.Get("Content-Type") != want.kind || !strings.Contains(string(got.text), want.text) {
			t.Errorf("%s: %d %s\n%s", format, got.status, got.header.Get("Content-Type"), got.text)
		}
	}
}

func TestJournalIsNarrowedByFault(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/shop/faults", `[{"operation":"*","first":1,"status":503}]`)
	m.make("shop", http.MethodGet, "/hooks/654/incomings", nil)
	m.make("shop", http.MethodGet, "/hooks/654/incomings", nil)
	var found struct{ Entries []struct{ Status int } }
	m.control(http.MethodGet, "/worlds/shop/journal?fault=*", nil).into(&found)
	if len(found.Entries) != 1 || found.Entries[0].Status != http.StatusServiceUnavailable {
		t.Errorf("got %+v", found)
	}
}
