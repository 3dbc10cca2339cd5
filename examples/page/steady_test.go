package page_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// noteControls is a script that notes where everything is that somebody may be about to press.
const noteControls = `(() => { window.controls = [...document.querySelectorAll('button, input, select, summary, a, .column h4')].filter((n) => n.checkVisibility() && !n.closest('.windowed, #sinks, #faults, #messages'))
	.map((node) => ({ node, at: node.getBoundingClientRect() })); return window.controls.length; })()`

// movedControls is a script: what is elsewhere now.
const movedControls = `window.controls.filter(({ node, at }) => { const now = node.getBoundingClientRect(); return node.checkVisibility() && (now.left !== at.left || now.top !== at.top); })
	.map(({ node, at }) => (node.id || node.textContent) + ' by ' + (node.getBoundingClientRect().left - at.left) + ', ' + (node.getBoundingClientRect().top - at.top)).slice(0, 8).join('; ')`

// Nothing that somebody is about to press moves away because of what others do: items, exchanges, deliveries, faults, a broken vendor.
func TestNothingMovesUnderAHand(t *testing.T) {
	for _, width := range []int64{narrow, usual, broad} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			p := open(t, width)
			p.enter("shop")
			p.Sees("#sinks", "warehouse")
			p.Sees("#dialect-count", "0 of")
			var controls int
			if p.Eval(noteControls, &controls); controls < 100 {
				t.Fatalf("only %d controls", controls)
			}
			p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":90}`)
			p.control(http.MethodPost, "/makecom/hooks/654/begin", `{"count":20}`)
			p.control(http.MethodPut, "/mutants", `{"id":"makecom/stats/exact/one-more"}`)
			p.setFaults(`[{"operation":"listHookIncomings","status":500}]`)
			p.control(http.MethodPut, "/dialect", `{"name":"hostile"}`)
			p.call(http.MethodPost, p.origin+"/crmapi/rest/v2/webhook_requests/resend", "shop", `{"token":"shop","webhook_request_identifier":{"number":"14"}}`, nil)
			for i := range 20 {
				p.control(http.MethodPost, fmt.Sprintf("/sinks/s%d", i), `{}`)
				p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
			}
			p.Sees(`#journal-count`, "21")
			p.Sees(".column .count", "72")
			p.Sees("#faults", "listHookIncomings")
			p.Sees("#sinks", "s19")
			p.Wait(`!document.getElementById('dialect-count').textContent.startsWith('0')`, "another dialect")
			var moved string
			if p.Eval(movedControls, &moved); moved != "" {
				t.Errorf("what moved: %s", moved)
			}
			p.Behaved()
		})
	}
}

// A row that a mouse rests on stays there while others come above it, and what followed the top follows it again when the mouse leaves.
func TestTheRowUnderAMouseStays(t *testing.T) {
	p := watch(t)
	call := func(times int) {
		for range times {
			p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", "shop", "", nil)
		}
	}
	call(5)
	p.Sees("#journal .number", "5")
	var at []float64
	p.Eval(`(() => { const r = document.querySelector('#journal').getBoundingClientRect(); return [r.left + 200, r.top + 60] })()`, &at)
	p.Do(chromedp.MouseEvent("mouseMoved", at[0], at[1]))
	under := fmt.Sprintf(`document.elementFromPoint(%f, %f).closest('.exchange')?.querySelector('.number').textContent`, at[0], at[1])
	var before string
	p.Eval(under, &before)
	call(30)
	p.Wait(`document.getElementById('journal-new').textContent === '30 new'`, "30 new ones")
	p.Wait(under+` === `+quoted(before), "the same exchange under the mouse")
	p.Do(chromedp.MouseEvent("mouseMoved", 5, 5))
	p.Wait(`document.getElementById('journal').scrollTop === 0 && document.querySelector('.exchange .number').textContent === '35'`, "the newest exchange")
	p.Behaved()
}

// A message stays in its place while others come and go.
func TestAMessageStaysInItsPlace(t *testing.T) {
	p := watch(t)
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees("#messages", "Why?")
	var before, after float64
	const top = `[...document.querySelectorAll('#messages button')].find((b) => b.textContent === 'Why?').getBoundingClientRect().top`
	p.Eval(top, &before)
	p.Press(".board", "Deliver a sample")
	p.told("Deliver a sample: done")
	if p.Eval(top, &after); before != after {
		t.Errorf("Why? went from %f to %f", before, after)
	}
}

// An item of a megabyte is shown as its size, and then as text: its beginning, and all of it on a press.
func TestAnItemOfAMegabyte(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"data":[{"text":`+quoted(hostile+strings.Repeat("w ", 1<<19))+`}]}`)
	p.card("waiting", "bytes")
	p.Press("dialog", "Show all")
	p.Sees("dialog pre", "onerror")
	p.Wait(`[...document.querySelectorAll('dialog pre')].some((n) => n.textContent.length > 1 << 20)`, "all of it")
	p.harmless()
	var slowest float64
	p.Eval(`new Promise((done) => { const pre = [...document.querySelectorAll('dialog pre')].at(-1); let last = performance.now(), slowest = 0, frames = 0;
		const step = (now) => { slowest = Math.max(slowest, now - last); last = now; pre.scrollTop += 4000; if (++frames > 60) done(slowest); else requestAnimationFrame(step); };
		requestAnimationFrame((now) => { last = now; requestAnimationFrame(step); }); })`, &slowest)
	t.Logf("the slowest frame while it is scrolled through: %.0f ms", slowest)
	if slowest > 1000 {
		t.Errorf("a frame took %.0f ms", slowest)
	}
}
