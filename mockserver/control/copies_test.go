package control_test

import (
	"net/http"
	"strings"
	"testing"
)

// A world that was written to a file and read again signs as the first one did, that of a broken vendor, too.
func TestAWorldFileKeepsTheKeyOfABrokenVendor(t *testing.T) {
	m := start(t)
	m.control(http.MethodPut, "/worlds/w/mutants", object{"id": "crmcom/delivery/hmac/other-key"})
	made := m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": "sink:shop", "entity": "JOBS"}).object()
	m.control(http.MethodPut, "/worlds/again", string(m.control(http.MethodGet, "/worlds/w", nil).text))
	for _, world := range []string{"w", "again"} {
		m.control(http.MethodPost, "/worlds/"+world+"/crmcom/fire", object{"workflow_rule": made["workflow_rule"], "entity_id": "E1"}).object()
		sinks := m.control(http.MethodGet, "/worlds/"+world+"/sinks", nil).text
		if !strings.Contains(string(sinks), `"codes":["wrong"]`) {
			t.Errorf("in %s the code is judged otherwise: %s", world, sinks)
		}
	}
}

// A card among others shows the beginning of what is long, and a card alone shows it whole.
func TestALongFieldIsShownWholeOnItsOwnCard(t *testing.T) {
	const long = 1 << 20
	m := start(t)
	m.control(http.MethodPost, "/worlds/w/makecom/hooks/654/incomings", `{"data":[{"text":"`+strings.Repeat("w", long)+`"}]}`)
	made := m.control(http.MethodPost, "/worlds/w/crmcom/definitions", object{"url": "sink:shop"}).object()
	m.control(http.MethodPost, "/worlds/w/crmcom/fire", object{"workflow_rule": made["workflow_rule"], "entity": "JOBS", "entity_id": "E1", "data": object{"text": strings.Repeat("w", long)}})
	type card struct {
		ID     string
		Fields []struct {
			Name, Value string
			Bytes       int
		}
	}
	look := func(query string) []card {
		t.Helper()
		answer := m.control(http.MethodGet, "/worlds/w/state?"+query, nil)
		if len(answer.text) > 100<<10 && !strings.Contains(query, "card=") {
			t.Errorf("%s: %d bytes", query, len(answer.text))
		}
		var state struct {
			Boards []struct{ Columns []struct{ Cards []card } }
		}
		answer.into(&state)
		return state.Boards[0].Columns[0].Cards
	}
	for board, of := range map[string]string{"api=makecom&board=654&column=waiting": "text", "api=crmcom&board=webhook_requests&column=successful": "text"} {
		found := false
		for _, among := range look(board) {
			for i, f := range among.Fields {
				if f.Bytes == 0 {
					continue
				}
				found = true
				alone := look(board + "&card=" + among.ID)
				if len(alone) != 1 || len(alone[0].Fields[i].Value) < long || alone[0].Fields[i].Bytes != 0 || !strings.Contains(alone[0].Fields[i].Value, of) {
					t.Errorf("%s: the card alone has %d cards", board, len(alone))
				}
			}
		}
		if !found {
			t.Errorf("%s: no field is cut", board)
		}
	}
	m.control(http.MethodGet, "/worlds/w/state?api=makecom&board=654&column=processing&card=nobody", nil).refused(http.StatusNotFound, "unknown-card", "card")
}
