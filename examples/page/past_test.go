package page_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	p.told("Begin the oldest: done")
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
	p.Do(chromedp.KeyEvent(kb.Home))
	p.Sees("#moment-text", "before the command")
	p.Sees(`[aria-label="Orders (hook 654), waiting"]`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.Do(chromedp.KeyEvent(kb.End), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft))
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

// A page finds the server again that was started anew, and the world as it is then. Its calls still are of that world.
func TestAPageComesBackAfterARestart(t *testing.T) {
	p := watch(t)
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees("#journal-count", "1")
	p.stop()
	p.Do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft))
	p.told("the server does not answer")
	p.Wait(`document.getElementById('moment-text').textContent === 'now' && document.getElementById('past-form').hidden`, "no word of a past that was not read")
	p.restart()
	p.Wait(`window.states.includes('reconnecting')`, "that the connection is lost")
	p.control(http.MethodPost, "/tokens", `{}`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":3}`)
	p.Sees("#connection", "live")
	p.Sees(".column .count", "5")
	p.Sees(`[aria-label$=", gone"] ~ *, .column:last-child .count`, "0") // nothing left it: it is another one
	p.Wait(`document.getElementById('journal-count').textContent === '0'`, "the empty journal of the new world")
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees(".exchange", "deleteHookIncomings")
	var all struct{ Worlds []struct{ Name string } }
	if p.call(http.MethodGet, p.origin+"/_understudy/v1/worlds", "", "", &all); len(all.Worlds) != 1 {
		t.Errorf("the calls of the page made worlds: %v", all.Worlds)
	}
}

// Whatever is done on the page of a world that somebody has deleted says so, and makes it again only for whoever wants that. What reads it
// makes none either.
func TestAnActionOnAWorldThatIsGone(t *testing.T) {
	p := watch(t)
	gone := func() bool {
		return p.call(http.MethodGet, p.origin+"/_understudy/v1/worlds/shop/state", "", "", nil) == http.StatusNotFound
	}
	leave := func() {
		t.Helper()
		p.call(http.MethodDelete, p.origin+"/_understudy/v1/worlds/shop", "", "", nil)
		p.Sees("#no-world", `There is no world "shop" any more`)
		p.Wait(`document.getElementById('connection').textContent === 'no world'`, "no promise of a connection")
	}
	p.Press(".board", "Delete all, unconfirmed") // so that the page has a token of the world
	p.told("Delete all, unconfirmed: 406")
	leave()
	for _, action := range []struct{ within, label string }{
		{".board", "Deliver a sample"}, {".board", "Begin the oldest"}, {".board", "Delete all"}, {".board", "Delete all, unconfirmed"}, {"#clock-form", "Freeze"}, {"#clock-form", "Advance"},
	} {
		p.Press(action.within, action.label)
		p.Sees("dialog", `There is no world "shop" any more`)
		p.Press("dialog", "Cancel")
		p.told("nothing was done")
		if p.Eval(`(window.said = []) && undefined`, nil); !gone() {
			t.Fatalf("%s made the world again, although nobody wanted it", action.label)
		}
	}
	for _, action := range []struct{ within, label string }{{"main", "Export"}, {"main", "All as curl"}, {"main", "Hostile"}, {"#fault-form", "Set"}} {
		p.Press(action.within, action.label)
		p.Wait(`document.querySelector('dialog') !== null || window.said.length > 0`, "word of the world")
		p.Eval(`document.querySelector('dialog .plain')?.click()`, nil)
		p.told(`there is no world "shop" any more`)
		if p.Eval(`(window.said = []) && undefined`, nil); !gone() {
			t.Fatalf("%s made the world again", action.label)
		}
	}
	p.Press(".board", "Delete all, unconfirmed")
	p.Press("dialog", "Make it again")
	p.told("Delete all, unconfirmed: 406")
	p.Sees("#connection", "live")
	p.Sees("#journal-count", "1")
	leave()
	p.Press(".board", "Deliver a sample")
	p.Press("dialog", "Make it again")
	p.has(waiting, `"total":3`)
	p.Wait(`document.getElementById('no-world').hidden`, "that the world is there again")
	p.Sees(".column .count", "3")
	var all struct{ Worlds []struct{ Name string } }
	if p.call(http.MethodGet, p.origin+"/_understudy/v1/worlds", "", "", &all); len(all.Worlds) != 1 {
		t.Errorf("the calls of the page made other worlds: %v", all.Worlds)
	}
	p.Behaved()
}

// A world that is deleted under its page is told of, and can be made again. So is one that never was.
func TestAWorldThatIsNotThere(t *testing.T) {
	p := watch(t)
	p.Press(".board", "Deliver a sample")
	p.has(waiting, `"total":3`)
	p.call(http.MethodDelete, p.origin+"/_understudy/v1/worlds/shop", "", "", nil)
	p.Sees("#no-world", `There is no world "shop" any more`)
	p.Press("#no-world", "Make it")
	p.Sees("#connection", "live")
	p.Wait(`document.getElementById('no-world').hidden`, "that the world is there again")
	p.has(waiting, `"total":2`)
	p.Do(chromedp.Navigate(p.origin + "/_understudy/page?world=never"))
	p.Sees("#no-world", `There is no world "never". A first request with that token makes it.`)
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "never", "", nil)
	p.Sees(".exchange", "listHookIncomings")
	for _, name := range []string{"a b", "é", "a/b", strings.Repeat("w", 65), ".."} { // tokens, and no names
		p.Do(chromedp.Navigate(p.origin + "/_understudy/page?world=" + url.QueryEscape(name)))
		p.Sees("#no-world", "No world can have that name")
		p.Wait(`!document.getElementById('make').checkVisibility()`, "no way to make it")
	}
	p.Behaved()
}

// Whoever opens the page of a world that breaks a sentence on purpose is told so.
func TestAPageOfABrokenVendor(t *testing.T) {
	p := open(t, usual)
	p.control(http.MethodPut, "/mutants", `{"id":"makecom/delete/all-unconfirmed/carried-out"}`)
	p.look()
	p.Sees("#mutant-note", "breaks one sentence on purpose")
	p.Wait(`document.getElementById('mutant').value === 'makecom/delete/all-unconfirmed/carried-out' && !document.getElementById('mutant-note').hidden`, "the broken vendor")
	p.Press(".board", "Delete all, unconfirmed")
	p.told("Delete all, unconfirmed: 200")
	p.exchange("deleteHookIncomings")
	p.Sees("dialog .warning", "broken vendor: makecom/delete/all-unconfirmed/carried-out")
	p.Behaved()
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
