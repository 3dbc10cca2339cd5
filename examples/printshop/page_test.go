package printshop

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
)

type shownAction struct {
	Label, Method, Path string
	Headers             map[string]string
	Inputs              []struct{ Value string }
}

type shownBoard struct {
	Title   string
	Actions []shownAction
	Columns []struct {
		ID    string
		Total int
		Cards []struct {
			ID, Title string
			Fields    []struct{ Name, Value string }
			Actions   []shownAction
		}
	}
}

// board is the shop as the page shows it.
func (c client) board() shownBoard {
	c.t.Helper()
	var state struct{ Boards []shownBoard }
	if err := json.Unmarshal([]byte(c.want("GET", worldPath+"/state", "", http.StatusOK, "boards")), &state); err != nil {
		c.t.Fatal(err)
	}
	if len(state.Boards) != 1 {
		c.t.Fatalf("%d boards, want one: %+v", len(state.Boards), state)
	}
	return state.Boards[0]
}

// totals are the columns in order, and how many cards each has.
func (b shownBoard) totals() string {
	var words []string
	for _, column := range b.Columns {
		words = append(words, fmt.Sprint(column.ID, " ", column.Total))
	}
	return strings.Join(words, ", ")
}

// click calls what the action with a label says, as the page does.
func (c client) click(actions []shownAction, label string) {
	c.t.Helper()
	i := slices.IndexFunc(actions, func(a shownAction) bool { return a.Label == label })
	if i < 0 || actions[i].Headers["Authorization"] != "Bearer {token}" {
		c.t.Fatalf("no action %q of a client: %+v", label, actions)
	}
	body := ""
	if len(actions[i].Inputs) > 0 {
		body = actions[i].Inputs[0].Value
	}
	if status, text := c.do(actions[i].Method, actions[i].Path, body); status/100 != 2 {
		c.t.Errorf("%s: %d %s", label, status, text)
	}
}

// TestThePageIsForFree has the page show the jobs by their state, and do what the document lists, by one line of the API's value.
func TestThePageIsForFree(t *testing.T) {
	c := shopClient(t)
	board := c.board()
	if want := "queued 1, printing 0, printed 0, failed 0, cancelled 0"; board.totals() != want || board.Title != contract.API.Title {
		t.Fatalf("%s shows %s, want %s", board.Title, board.totals(), want)
	}
	card := board.Columns[0].Cards[0]
	if card.Title != "A poster" || len(card.Fields) != 6 || card.Fields[2].Name != "pages" || card.Fields[2].Value != "3" {
		t.Errorf("the card is %+v", card)
	}
	c.click(board.Actions, "Submit job …")
	c.click(card.Actions, "Cancel job")
	if want := "queued 1, printing 0, printed 0, failed 0, cancelled 1"; c.board().totals() != want {
		t.Errorf("shows %s, want %s", c.board().totals(), want)
	}
	c.want("GET", "/", "", http.StatusOK, "try       curl -s -H 'Authorization: Bearer demo' '"+c.host+"/printshop/v1/jobs'\n")
	c.want("GET", worldPath+"/state?column=cancelled&offset=1", "", http.StatusOK, `"total":1`)
	c.want("GET", "/_understudy/v1/contracts", "", http.StatusOK, `"check":{"id":"printshop/cancel/queued"}`)
	c.want("GET", worldPath+"/state?moment=1", "", http.StatusOK, "A poster")
}
