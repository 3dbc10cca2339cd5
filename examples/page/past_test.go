package page_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/understudy-mock/understudy/mockserver"
)

// A person goes back to before a deletion, sees what was there, and goes on from there in a copy.
func TestLookingBack(t *testing.T) {
	p := watch(t)
	p.Press(".board", "Begin the oldest")
	p.Sees("#messages", "Begin the oldest: done")
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confirmed=true", "shop", `{"all":true}`, nil)
	p.Sees(".exchange", "deleteHookIncomings")
	p.has(waiting, `"total":0`)
	p.Do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft))
	p.Sees("#moment-text", "beginIncomings")
	p.Sees(`[aria-label="Orders (hook 654), waiting"]`, "8d88f6f5b0484908890ef11fe7e5bf63")
	p.Sees(`[aria-label="Orders (hook 654), processing"]`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.Press(".state", "Back to now")
	p.Sees("#moment-text", "now")
	p.exchange("deleteHookIncomings")
	p.Press("dialog", "Show the state after this")
	p.Sees("#moment-text", "deleteHookIncomings")
	p.Do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft))
	p.Sees("#moment-text", "beginIncomings")
	p.Fill("#past-as", "again")
	p.Press("#past-form", "Go on from here")
	p.Sees("#world-name", "again")
	p.Behaved()
	p.world = "again"
	p.has(waiting, `"id":"8d88f6f5b0484908890ef11fe7e5bf63"`)
	p.has(processing, `"total":1`)
	p.world = "shop"
	p.has(waiting, `"total":0`)
}

// Whoever has no mouse reads an exchange, and comes back.
func TestTheKeyboardAlone(t *testing.T) {
	p := watch(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true}`, nil)
	p.Sees(".exchange", "deleteHookIncomings")
	p.tabTo("journal", `document.activeElement.id || document.activeElement.textContent.trim()`)
	p.Do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.Sees("dialog .sentences", "makecom/delete/all-unconfirmed")
	p.Do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
	p.tabTo("Freeze", `document.activeElement.textContent.trim()`)
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.has("/clock", "frozen")
	p.Behaved()
}

// tabTo presses Tab until the focus is where an expression says so.
func (p *person) tabTo(want, expression string) {
	p.t.Helper()
	at := ""
	for range 400 {
		if p.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(expression, &at)); at == want {
			return
		}
	}
	p.t.Fatalf("Tab never comes to %q; it is at %q", want, at)
}

// A page finds the server again that was started anew, and the world as it is then.
func TestAPageComesBackAfterARestart(t *testing.T) {
	p := watch(t)
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
	p.Sees("#journal-count", "1")
	p.restart()
	p.Sees("#connection", "reconnecting")
	p.control(http.MethodPost, "/tokens", `{}`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":3}`)
	p.Sees("#connection", "live")
	p.Sees(".column .count", "5")
	p.Wait(`document.getElementById('journal-count').textContent === '0'`, "the empty journal of the new world")
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", "shop", "", nil)
	p.Sees(".exchange", "getHookIncomingStats")
}

// restart ends the server and starts another one at the same address.
func (p *person) restart() {
	p.t.Helper()
	p.stop()
	mock, err := mockserver.New()
	if err != nil {
		p.t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(p.t.Context(), "tcp", strings.TrimPrefix(p.origin, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mock)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	p.t.Cleanup(func() { mock.EndStreams(); server.Close() })
}
