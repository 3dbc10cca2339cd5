package page_test

import (
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Whoever has no mouse reads an exchange, and comes back.
func TestTheKeyboardAlone(t *testing.T) {
	p := watch(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true}`, nil)
	p.Sees(".exchange", "deleteHookIncomings")
	p.tabTo("journal", focus)
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

// focus is what has it: the id, and otherwise the text.
const focus = `document.activeElement.id || document.activeElement.textContent.trim()`
