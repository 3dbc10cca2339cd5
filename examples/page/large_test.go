package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
)

const (
	manyItems     = 10_000
	manyExchanges = 5_000
)

// crowded is a world with as much as the page promises to show. The page is not open yet.
func crowded(t *testing.T) *person {
	t.Helper()
	leftTo(t, "page-full")
	p := open(t, usual, mockserver.WithJournal(journal.Limits{Entries: 2 * manyExchanges, Bytes: 256 << 20}))
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", fmt.Sprintf(`{"count":%d}`, manyItems-2))
	for range manyExchanges {
		p.ask()
	}
	return p
}

// ask makes one exchange, past the network.
func (p *person) ask() {
	r := httptest.NewRequestWithContext(p.t.Context(), http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", nil)
	r.Header.Set("Authorization", "Token shop")
	p.mock.ServeHTTP(httptest.NewRecorder(), r)
}

// Of ten thousand items and five thousand exchanges only those in sight are elements, and every one can be scrolled to.
func TestTenThousandItemsAndFiveThousandExchanges(t *testing.T) {
	p := crowded(t)
	p.look()
	p.Sees("#journal-count", fmt.Sprint(manyExchanges))
	p.Sees(".column .count", fmt.Sprint(manyItems))
	var elements int
	if p.Eval(`document.querySelectorAll('.board *, #journal *').length`, &elements); elements > 1500 {
		t.Errorf("%d elements stand for %d items and %d exchanges", elements, manyItems, manyExchanges)
	}
	p.scrollToEnd(`[aria-label$=", waiting"]`)
	p.Sees(`[aria-label$=", waiting"] .card`, p.lastItem())
	p.scrollToEnd("#journal")
	p.Wait(`[...document.querySelectorAll('.exchange .number')].some((n) => n.textContent === '1')`, "the first exchange")
	p.Press(".board", "Begin the oldest")
	p.Sees(`[aria-label$=", processing"] .card`, "7a567f38")
	p.ask()
	p.Sees("#journal-count", fmt.Sprint(manyExchanges)) // as many as the page keeps
	p.Behaved()
}

func (p *person) scrollToEnd(selector string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`((n) => { n.scrollTop = n.scrollHeight; return n.scrollTop > 0; })(document.querySelector(%q))`, selector), "an end of "+selector)
}

// lastItem is the id of the item that came last.
func (p *person) lastItem() string {
	p.t.Helper()
	var state struct {
		Boards []struct {
			Columns []struct{ Cards []struct{ ID string } }
		}
	}
	if err := json.Unmarshal([]byte(p.has(fmt.Sprintf("/state?api=makecom&board=654&column=waiting&limit=1&offset=%d", manyItems-1), `"id"`)), &state); err != nil {
		p.t.Fatal(err)
	}
	return state.Boards[0].Columns[0].Cards[0].ID
}
