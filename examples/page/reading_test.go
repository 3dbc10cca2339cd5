package page_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

// Filters narrow together. The text is looked for in messages, too, which the page does not hold.
func TestFilters(t *testing.T) {
	p := watch(t)
	for _, path := range []string{"/hooks/654/incomings/stats", "/hooks/654/incomings", "/hooks/654/incomings?pg%5BsortDir%5D=sideways"} {
		p.call(http.MethodGet, p.origin+"/api/v2"+path, "shop", "", nil)
	}
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true,"note":"findme"}`, nil)
	p.Sees("#journal-count", "4")
	for _, c := range []struct{ selector, value, count string }{
		{"#filter-operation", "listHookIncomings", "2 of 4"},
		{"#filter-status", "4", "1 of 4"},
		{"#filter-operation", "", "2 of 4"},
		{"#filter-status", "", "4"},
		{"#filter-sentence", "makecom/delete/all-unconfirmed", "1 of 4"},
		{"#filter-sentence", "ALL-unconfirmed", "1 of 4"},
		{"#filter-sentence", "without confirmed must be refused", "1 of 4"},
		{"#filter-sentence", "", "4"},
		{"#filter-text", "FindMe", "1 of 4"},
		{"#filter-text", "unread", "1 of 4"},
		{"#filter-text", "incomingStat", "1 of 4"},
		{"#filter-text", "nowhere to be found", "0 of 4"},
	} {
		p.Fill(c.selector, c.value)
		p.Wait(`document.getElementById('journal-count').textContent === `+quoted(c.count), c.selector+" "+c.value+" to leave "+c.count)
	}
	p.Fill("#filter-text", "findme")
	p.Sees("#journal-count", "1 of 4")
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true,"note":"findme"}`, nil)
	p.Sees("#journal-count", "2 of 5")
	p.Behaved()
}

// A client that misspells something is shown what nobody read.
func TestWhatNobodyRead(t *testing.T) {
	p := watch(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confrmed=true", "shop", `{"all":true,"colour":"red"}`, nil)
	p.Sees(".exchange .unread", "2 unread")
	p.exchange("deleteHookIncomings")
	p.Sees("dialog .unread", "parameter confrmed")
	p.Sees("dialog .unread", "member colour")
	p.Behaved()
}

// Somebody who was given the control token signs in. The token stays in the memory of the tab.
func TestSigningIn(t *testing.T) {
	const token = "a secret of the tests, é and ✓"
	p := open(t, usual, withControlToken(token))
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil) // makes the world
	p.Do(chromedp.Navigate(p.origin + "/_understudy/page?world=shop"))
	p.Sees("dialog", "Sign in")
	p.Fill("dialog input", "wrong")
	p.Press("dialog", "Sign in")
	p.Sees("dialog", "The server refuses that token.")
	p.Wait(`document.querySelector('dialog input')?.value === ''`, "another sign-in")
	p.Fill("dialog input", token)
	p.Press("dialog", "Sign in")
	p.Sees("#connection", "live")
	p.Sees(".exchange", "listHookIncomings")
	p.Press(".board", "Deliver a sample")
	p.Sees(".column .count", "3")
	var kept string
	p.Eval(`JSON.stringify([localStorage, sessionStorage, document.cookie, location.href])`, &kept)
	if unescaped, _ := url.QueryUnescape(kept); strings.Contains(kept+unescaped, token) {
		t.Errorf("the token is kept: %s", kept)
	}
	p.Behaved()
}

func withControlToken(token string) mockserver.Option {
	return mockserver.WithControl(control.Options{Token: token})
}

// A row under a pressed button stays until it is let go, whatever happens meanwhile, and opens: a click on a node that is gone would open nothing.
func TestARowThatIsPressedStays(t *testing.T) {
	leftTo(t, "page", "page-full")
	p := watch(t)
	call := func(path string) {
		p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings"+path, "shop", "", nil)
	}
	call("/stats")
	p.Sees("#journal", "getHookIncomingStats")
	var at []float64
	p.Eval(`(() => { const r = document.querySelector('#journal .exchange').getBoundingClientRect(); return [r.left + 40, r.top + 10] })()`, &at)
	p.Do(chromedp.MouseEvent("mousePressed", at[0], at[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
	call("")
	p.Sees("#journal-count", "2")
	p.Do(chromedp.MouseEvent("mouseReleased", at[0], at[1], chromedp.ButtonLeft, chromedp.ClickCount(1)))
	p.Sees("dialog", "getHookIncomingStats")
	p.Sees("#journal", "listHookIncomings")
}

// A delivery shows although no command led to it, only a call of a client's.
func TestSinksShowWhatAnExchangeDelivered(t *testing.T) {
	leftTo(t, "page", "page-full")
	p := watch(t)
	p.Sees("#sinks", "warehouse")
	p.Wait("!document.getElementById('sinks').textContent.includes('answered')", "a sink without a delivery")
	if status := p.call(http.MethodPost, p.origin+"/crmapi/rest/v2/webhook_requests/resend", "shop", `{"token":"shop","webhook_request_identifier":{"number":"14"}}`, nil); status != http.StatusOK {
		t.Fatalf("resend: %d", status)
	}
	p.Sees("#sinks", "answered 200")
}
