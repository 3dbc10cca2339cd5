package browser

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/chromedp/chromedp"
)

// often is how often a page is looked at that does not show yet what is waited for.
const often = 50 * time.Millisecond

// Wait asks until a script says true. A page that is on its way to another one cannot be asked, and is asked again.
func (p *Tab) Wait(script, what string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	tick := time.NewTicker(often)
	defer tick.Stop()
	for {
		holds := false
		if err := chromedp.Run(ctx, chromedp.Evaluate(script, &holds)); err == nil && holds {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			p.t.Fatalf("there is never %s: %v; the page begins with\n%.1500s", what, ctx.Err(), p.shown())
		}
	}
}

// shown is what the page shows, or the dialog that is open, to say what was there instead.
func (p *Tab) shown() (text string) {
	_ = chromedp.Run(p.ctx, chromedp.Evaluate(`(document.querySelector('dialog:modal') ?? document.body).innerText`, &text))
	return text
}

// Sees waits until a part of the page holds a text.
func (p *Tab) Sees(within, text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`[...document.querySelectorAll(%s)].some(n => n.textContent.includes(%s))`, quoted(within), quoted(text)), fmt.Sprintf("%q in %s", text, within))
}

// Press clicks the button that has this text, below a selector.
func (p *Tab) Press(within, label string) {
	p.t.Helper()
	p.Click(within+` button`, label)
}

// Click clicks the element of a selector that has this text, as soon as a hand can.
func (p *Tab) Click(selector, text string) {
	p.t.Helper()
	p.press(fmt.Sprintf(`[...document.querySelectorAll(%s)].find((n) => n.textContent.trim() === %s && n.checkVisibility() && !n.disabled)`, quoted(selector), quoted(text)),
		fmt.Sprintf("a %s %q", selector, text))
}

// Open clicks the first element of a selector that holds this text, as soon as a hand can.
func (p *Tab) Open(selector, text string) {
	p.t.Helper()
	p.press(fmt.Sprintf(`[...document.querySelectorAll(%s)].find((n) => n.textContent.includes(%s) && n.checkVisibility())`, quoted(selector), quoted(text)), fmt.Sprintf("%q in %s", text, selector))
}

// Fill gives an input a value, as somebody does who types or chooses.
func (p *Tab) Fill(selector, value string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`(() => { const n = document.querySelector(%s); if (!n) return false; n.value = %s;
		n.dispatchEvent(new Event('input', {bubbles: true})); n.dispatchEvent(new Event('change', {bubbles: true})); return n.value === %s; })()`, quoted(selector), quoted(value), quoted(value)),
		fmt.Sprintf("an input %s that takes %q", selector, value))
}

// quoted is a text as a script writes it.
func quoted(text string) string {
	data, _ := json.Marshal(text) // a text can be encoded
	return string(data)
}
