package page_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/internal/browser"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// A newcomer opens the address, sees an item arrive, be held, be refused the deletion, and reads which sentence said so, where it is
// from and which check holds servers to it. No documentation is read on the way.
func TestANewcomerReadsWhyADeletionIsRefused(t *testing.T) {
	checked := mockserver.APIs()
	for i, api := range checked {
		mine := *api
		mine.Check = func(r *contract.Requirement) mockapi.Check {
			return mockapi.Check{Command: "verify " + r.ID + " --url {base}"}
		}
		checked[i] = &mine
	}
	p := start(t, usual, mockserver.WithOnly(checked...))
	p.Do(chromedp.Navigate(p.origin + "/"))
	p.Sees("h1", "Understudy")
	p.Press("#no-worlds", "Open the world demo")
	p.Sees("#world-name", "demo")
	p.Sees("#connection", "live")
	p.world = "demo"
	p.Press(".board", "Deliver a sample")
	p.Sees(`[aria-label$=", waiting"] + *, .column h4`, "waiting 3")
	p.Press(".board", "Begin the oldest")
	p.Sees(`[aria-label$=", processing"] .card`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.card("processing", "7a567f38")
	p.Press("dialog", "Delete")
	p.told("being processed right now")
	p.Press("#messages", "Why?")
	p.Sees("dialog .sentences li:first-child", "makecom/delete/processing-refused") // it alone says why
	p.Press("dialog", "Close")
	p.Sees(".exchange:first-child .why", "delete/processing-refused · ")
	p.has(processing, "7a567f385d1a4f5ab7bff89162b7605e")
	p.Press(".board", "Delete all, unconfirmed")
	p.told("Delete all, unconfirmed: 406")
	p.has(waiting, `"total":2`)
	p.exchange("406")
	p.Open("dialog .sentence summary", "all:true without confirmed MUST be refused with 406")
	p.Sees("dialog .source", "MUST, documented: Make API reference, Hooks > Incomings")
	p.Sees("dialog .check code", "makecom/delete/all-unconfirmed")
	p.Sees("dialog .command", "verify makecom/delete/all-unconfirmed --url "+p.origin+"/api/v2")
	p.Sees("dialog .breakers", "makecom/delete/all-unconfirmed/carried-out")
	p.Sees(".cell.reached", "all-unconfirmed")
	p.Behaved()
}

// A second page follows what is done on the first.
func TestTwoPagesShowTheSame(t *testing.T) {
	p := watch(t)
	second := &person{t: t, Tab: p.Another(), origin: p.origin, world: p.world}
	second.look()
	p.Press(".board", "Deliver a sample")
	p.Sees(".column .count", "3")
	second.Sees(".column .count", "3")
	second.Press("#clock-form", "Freeze")
	p.Sees("#clock-form", "Let it run")
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
	p.Sees(".exchange", "listHookIncomings")
	second.Sees(".exchange", "listHookIncomings")
	p.Fill("#filter-status", "4")
	p.Sees("#journal-count", "0 of 1")
	second.Press(".board", "Delete all, unconfirmed")
	p.Sees("#journal-count", "1 of 2")
	second.Wait(`document.getElementById('journal-count').textContent === '2'`, "everything, where nothing was filtered")
	p.Behaved()
	second.Behaved()
}

// A page that nobody sees any more gives its stream up: a browser has six connections to a server. It comes back when it is seen.
func TestAPageThatIsLeftHoldsNoConnection(t *testing.T) {
	p := watch(t)
	p.Eval(`window.dispatchEvent(new Event('pagehide')) && undefined`, nil)
	p.Wait(`window.states.join(' ').endsWith('live reconnecting live')`, "a stream that is given up, and another one")
	p.Behaved()
}

// The public rules of accessibility, at both widths, of every view.
func TestAccessibility(t *testing.T) {
	axe := browser.Axe(t)
	for _, width := range []int64{narrow, usual} {
		p := open(t, width)
		p.Do(chromedp.Navigate(p.origin + "/"))
		p.Sees("#no-worlds", "demo")
		p.Accessible(axe, fmt.Sprintf("the start page at %d px", width))
		p.control(http.MethodPost, "/tokens", `{}`)
		p.look()
		fireARule(p)
		setAFault(p)
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confrmed=true", "shop", `{"all":true}`, nil)
		p.Sees(".exchange", "deleteHookIncomings")
		p.Accessible(axe, fmt.Sprintf("the page at %d px", width))
		p.exchange("deleteHookIncomings")
		p.Wait(`(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)`, "details")
		p.Sees("dialog .source", "Make")
		p.Accessible(axe, fmt.Sprintf("an exchange at %d px", width))
		p.Press("dialog", "Show the state after this")
		p.Accessible(axe, fmt.Sprintf("looking back at %d px", width))
		p.Press(".state", "Back to now")
		p.card("waiting", "7a567f38")
		p.Accessible(axe, fmt.Sprintf("a card at %d px", width))
		p.Behaved()
	}
}
