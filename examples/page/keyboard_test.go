package page_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/cdproto/input"
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

// stops is how often somebody presses Tab at most to come from anywhere to anywhere on the page of a world.
const stops = 70

// tabTo presses Tab until the focus is where an expression says so, and goes along toolbars and lists with an arrow key.
func (p *person) tabTo(want, expression string) {
	p.t.Helper()
	at := ""
	if p.along(want, expression) {
		return
	}
	for range stops {
		if p.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(expression, &at)); at == want || p.along(want, expression) {
			return
		}
	}
	p.t.Fatalf("%d times Tab never come to %q; it is at %q", stops, want, at)
}

// along goes to the beginning of the list that has the focus, and along it to what is wanted.
func (p *person) along(want, expression string) bool {
	p.t.Helper()
	var more int
	const list = `document.activeElement.tabIndex === 0 ? [...(document.activeElement.closest('[role=toolbar], #sentences section, #sinks, #faults, #worlds')
		?.querySelectorAll('[tabindex="-1"]') ?? [])].filter((n) => n.checkVisibility()).length : 0`
	if p.Eval(list, &more); more == 0 {
		return false
	}
	p.Do(chromedp.KeyEvent(kb.Home))
	for range more + 1 {
		var at string
		if p.Eval(expression, &at); at == want {
			return true
		}
		p.Do(chromedp.KeyEvent(kb.ArrowRight))
	}
	return false
}

// What a press brought is the next stop, wherever it stands in the page, and Tab goes on from where the press was.
func TestWhatAPressBroughtIsTheNextStop(t *testing.T) {
	p := watch(t)
	p.push("Delete all, unconfirmed")
	p.Sees("#messages", "Why?")
	var at string
	p.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(focus, &at))
	if at != "Why?" {
		t.Fatalf("one Tab comes to %q, want Why?", at)
	}
	p.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	p.Wait(`document.activeElement.closest('.board') !== null`, "the board again")
	p.Do(chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(input.ModifierShift)), chromedp.Evaluate(focus, &at))
	if at != "Delete all, unconfirmed" {
		t.Errorf("back comes to %q, want the button that was pressed", at)
	}
	p.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Enter))
	p.Sees("dialog .sentence", "makecom/delete/all-unconfirmed")
	p.Behaved()
}

// A list is one stop: a round through the page of a world, with all that it shows, does not grow with its cards, sentences and deliveries.
func TestARoundThroughThePageIsShort(t *testing.T) {
	p := watch(t)
	fireARule(p)
	setAFault(p)
	p.setFaults(`[{"operation":"*","first":1,"status":500},{"operation":"*","first":2,"status":503}]`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":50}`)
	p.Sees("#faults", "503")
	p.Do(chromedp.Focus("h1 a", chromedp.ByQuery))
	round := 0
	for at := ""; at != "Understudy"; round++ {
		if p.Do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(focus, &at)); round > 2*stops {
			t.Fatalf("after %d times Tab the focus is at %q", round, at)
		}
	}
	t.Logf("%d stops", round)
	if round > stops {
		t.Errorf("a round has %d stops, want %d at most", round, stops)
	}
	p.tabTo("by-hook", `document.activeElement.matches('.cell summary') ? 'by-hook' : ''`)
	var first, second string
	p.Do(chromedp.KeyEvent(kb.End), chromedp.Evaluate(focus, &first), chromedp.KeyEvent(kb.ArrowLeft), chromedp.Evaluate(focus, &second))
	if first == second {
		t.Errorf("an arrow key stays at %q", first)
	}
	p.Behaved()
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
