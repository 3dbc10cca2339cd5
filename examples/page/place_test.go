package page_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Whoever has no mouse goes on from where something was done, however much of the page is drawn anew by it.
func TestTheFocusStaysWithWhoeverWorks(t *testing.T) {
	p := watch(t)
	stays := func(what, script string) {
		t.Helper()
		p.Wait(script, "the focus after "+what+" where the work is: "+script)
	}
	at := func(expression string) string { return `document.activeElement?.matches(` + quoted(expression) + `)` }
	const question = `#dialect select[aria-label="makecom/http/head"]`
	p.Click("#dialect-all summary", "Open questions and their answers")
	p.focus(question)
	p.Do(chromedp.KeyEvent("y"))
	p.has("/dialect", `"makecom/http/head":"yes"`)
	p.told("makecom/http/head: yes")
	stays("another answer", at(question))
	for _, status := range []string{"500", "503"} {
		p.Fill("#fault-what", "status="+status)
		p.focus("#fault-form button")
		p.Do(chromedp.KeyEvent(kb.Enter))
		p.Sees("#faults li", status)
		p.told("fault set")
		p.Eval(`window.said = []`, nil)
		stays("a fault that is set", at("#fault-form button"))
	}
	p.Sees("#faults li:nth-child(2)", "503")
	p.focus("#faults li:nth-child(2) button")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.until("/faults", func(answer string) bool { return answer == `[{"operation":"*","status":500}]` })
	p.Wait(`document.querySelectorAll('#faults li').length === 1`, "one fault less on the page")
	stays("the end of a fault", at("#faults button"))
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.has("/faults", "[]")
	p.Wait(`document.querySelectorAll('#faults li').length === 0`, "no fault on the page")
	stays("the end of the last fault", at("#fault-form select"))
	p.focus(".board button")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.has(waiting, `"total":3`)
	p.Sees(".column .count", "3")
	stays("a delivery", at(".board button"))
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
	p.exchange("listHookIncomings")
	p.focus("dialog .actions button")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Sees("#moment-text", "listHookIncomings")
	stays("looking back", at("#moment"))
	p.focus("#moment-live")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Sees("#moment-text", "now")
	stays("coming back", at("#moment"))
	p.Press(".board", "Delete all, unconfirmed")
	p.Press("#messages", "Why?")
	p.Sees("dialog h3", "Request")
	p.Eval(`document.querySelector('#messages').replaceChildren()`, nil) // its time is over while the exchange is read
	p.Do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
	stays("a dialog whose button is gone", `document.activeElement !== document.body`)
	p.Behaved()
}

// focus gives an element the focus, as soon as it is there.
func (p *person) focus(selector string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`(document.querySelector(%[1]s)?.focus(), document.activeElement?.matches(%[1]s) === true)`, quoted(selector)), "a focus on "+selector)
}

// A delivery that is open stays open, and keeps the focus, when another one comes.
func TestAnOpenDeliveryStaysOpen(t *testing.T) {
	p := watch(t)
	rule, _ := p.control(http.MethodPost, "/crmcom/definitions", `{"url":"sink:shop"}`)["workflow_rule"].(map[string]any)
	fire := func(status string) {
		t.Helper()
		p.control(http.MethodPost, "/crmcom/fire", fmt.Sprintf(`{"workflow_rule":%q,"entity":"ACTIVITIES","data":{"status":%q},"entity_id":"1"}`, rule["id"], status))
	}
	fire("FIRST")
	p.Open("#sinks summary", "answered 200")
	p.Wait(`document.activeElement?.matches('#sinks summary') && document.querySelector('#sinks details').open`, "an open delivery")
	fire("SECOND")
	p.Wait(`document.querySelectorAll('#sinks details').length === 2`, "another delivery")
	p.Wait(`document.activeElement?.matches('#sinks summary') && document.querySelectorAll('#sinks details')[1].open`, "the first one still open, with the focus")
	p.Behaved()
}

// where is a script: the number of the selected exchange, and how far it is below the edge of the journal.
const where = `(() => { const row = document.querySelector('#journal [aria-selected=true]'); if (!row) return 'none';
	return row.querySelector('.number').textContent + ' at ' + Math.round(row.getBoundingClientRect().top - document.getElementById('journal').getBoundingClientRect().top); })()`

// Somebody reads an exchange while others come: it stays selected, in its place. How many are new is told, and one press goes there.
func TestAnExchangeThatIsReadStaysInItsPlace(t *testing.T) {
	p := watch(t)
	call := func(times int) {
		for range times {
			p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", "shop", "", nil)
		}
	}
	call(60)
	p.Sees("#journal-count", "60")
	p.Wait(`document.getElementById('journal').scrollTop = 46 * 20, true`, "older exchanges")
	p.Wait(`[...document.querySelectorAll('.exchange .number')].some((n) => n.textContent === '36')`, "exchange 36")
	p.Click(".exchange .number", "36")
	p.Sees("dialog", "36 · getHookIncomingStats")
	p.Press("dialog", "Close")
	var before, after string
	p.Eval(where, &before)
	call(25)
	p.Wait(`document.getElementById('journal-new').textContent === '25 new'`, "25 new ones")
	if p.Eval(where, &after); after != before || after == "none" {
		t.Errorf("the exchange that was selected is %s, and was %s", after, before)
	}
	p.Do(chromedp.KeyEvent(kb.ArrowDown))
	p.Wait(`(`+where+`).startsWith('35 at')`, "the next older exchange, by an arrow key")
	p.Do(chromedp.KeyEvent(kb.Enter))
	p.Sees("dialog", "35 · getHookIncomingStats")
	p.Do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
	p.Fill("#filter-operation", "getHookIncomingStats")
	p.Wait(`(`+where+`).startsWith('35 at')`, "the same exchange among those of its operation")
	p.Click("#journal-new", "25 new")
	p.Wait(`document.getElementById('journal').scrollTop === 0 && document.querySelector('.exchange .number').textContent === '85' && `+where+` === 'none'`, "the newest exchange")
	call(1)
	p.Wait(`document.querySelector('.exchange .number').textContent === '86' && document.getElementById('journal-new').hidden`, "what comes next, at the top")
	p.Behaved()
}

// Items that leave a queue do not move those that somebody reads.
func TestAnItemThatIsReadStaysInItsPlace(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":598}`)
	const box = `document.querySelector('[aria-label$=", waiting"]')`
	p.Sees(".column .count", "600")
	p.Wait(box+`.scrollTop = 44 * 400, true`, "item 400")
	const first = `(() => { const box = ` + box + `, edge = box.getBoundingClientRect().top;
		const row = [...box.querySelectorAll('.card')].find((n) => n.getBoundingClientRect().top >= edge); return row ? row.querySelector('.title').textContent + ' at ' + Math.round(row.getBoundingClientRect().top - edge) : ''; })()`
	p.Wait(first+` !== ''`, "items in sight")
	var before string
	p.Eval(first, &before)
	for n := range 5 {
		p.control(http.MethodPost, "/makecom/hooks/654/begin", `{"count":1}`)
		p.Wait(fmt.Sprintf(`document.querySelector('.column .count').textContent === '%d'`, 599-n), "one item less")
	}
	p.Wait(first+` === `+quoted(before), "the same item where it was")
	p.Behaved()
}
