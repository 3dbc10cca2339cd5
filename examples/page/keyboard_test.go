package page_test

import (
	"fmt"
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

// Every kind of control is reached by Tab and used by keys: buttons, cards, forms of a dialog, selections, the slider, texts.
func TestEveryActionByKeys(t *testing.T) {
	leftTo(t, "page-full")
	p := watch(t)
	p.push("Deliver a sample")
	p.has(waiting, `"total":3`)
	p.push("Deliver …")
	p.Sees("dialog textarea", "order")
	p.push("Deliver …") // Tab stays in the dialog
	p.has(waiting, `"total":4`)
	p.Do(chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
	p.push("Begin the oldest")
	p.has(processing, `"total":1`)
	p.push("Delete all, unconfirmed")
	p.has("/journal", "IM004")
	p.openFirst("waiting", "Begin")
	p.has(processing, `"total":2`)
	p.openFirst("processing", "Finish")
	p.has(processing, `"total":1`)
	p.push("Freeze")
	p.has("/clock", "frozen")
	p.typeInto("fault-operation", "listHookIncomings")
	p.typeInto("fault-what", "503")
	p.push("Set")
	p.has("/faults", `"status":503`)
	p.push("End")
	p.has("/faults", `[]`)
	p.typeInto("mutant", "makecom/delete/all-unconfirmed/carried-out")
	p.has("/mutants", "makecom/delete/all-unconfirmed/carried-out")
	p.typeInto("sink-name", "shop")
	p.push("Program")
	p.has("/sinks", `"shop"`)
	p.push("Hostile")
	p.has("/dialect", "makecom/")
	p.tabTo("moment", focus)
	p.Do(chromedp.KeyEvent(kb.ArrowLeft))
	p.Sees("#moment-text", "as it was after")
	p.push("Back to now")
	p.push("Reset")
	p.push("Reset it")
	p.has("/mutants", "{}")
	p.typeInto("fork-as", "copy")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Sees("#world-name", "copy")
	p.Behaved()
}

// openFirst opens the first card of a column by keys, and does something with it.
func (p *person) openFirst(column, action string) {
	p.t.Helper()
	p.tabTo("Orders (hook 654), "+column, `document.activeElement.getAttribute('aria-label') ?? ''`)
	p.Do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.Sees("dialog", action)
	p.push(action)
	p.Do(chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
}

// focus is what has it: the id, and otherwise the text.
const focus = `document.activeElement.id || document.activeElement.textContent.trim()`

// push comes to a button by Tab, and presses it.
func (p *person) push(label string) {
	p.t.Helper()
	p.Sees("button", label)
	p.tabTo(label, `document.activeElement.tagName === 'BUTTON' ? document.activeElement.textContent.trim() : ''`)
	p.Do(chromedp.KeyEvent(kb.Enter))
}

// typeInto comes to a field by Tab, and types.
func (p *person) typeInto(id, text string) {
	p.t.Helper()
	p.tabTo(id, focus)
	p.Do(chromedp.KeyEvent(text))
	p.Wait(fmt.Sprintf(`((n) => n.value === %[1]s || n.value.endsWith(%[1]s))(document.getElementById(%[2]s))`, quoted(text), quoted(id)), text+" in "+id)
}
