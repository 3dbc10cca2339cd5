package page_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
)

// With a control token the start page signs in once, and its links are read with the token.
func TestTheStartPageWithAControlToken(t *testing.T) {
	figures := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "some_figure 1\n") })
	p := open(t, usual, mockserver.WithControl(control.Options{Token: "✓", Metrics: figures}))
	p.Do(chromedp.Navigate(p.origin + "/"))
	p.Sees("dialog", "Sign in")
	p.Fill("dialog input", "✓")
	p.Press("dialog", "Sign in")
	p.Sees("#no-worlds", "demo")
	p.Wait(`!document.querySelector('a[data-reads]')`, "no link that a tab of its own could not read")
	p.Press("main", "Resources")
	p.Sees("dialog pre", "/worlds/{world}/clock")
	p.Press("dialog", "Close")
	p.Press("main", "metrics")
	p.Sees("dialog pre", "some_figure 1")
	p.Behaved()
}

// Among hundreds of worlds one is found by its name. The list that is looked at is not made anew under hand and focus, and a server that is
// gone is told of once, until it is back.
func TestTheStartPageOfManyWorlds(t *testing.T) {
	p := open(t, usual)
	for i := range 300 {
		p.call(http.MethodPost, fmt.Sprintf("%s/_understudy/v1/worlds/w%03d/tokens", p.origin, i), "", `{}`, nil)
	}
	p.Do(chromedp.Navigate(p.origin + "/"))
	p.Sees("#more-worlds", "100 more")
	p.Do(chromedp.Focus(`#worlds li:nth-child(3) a`, chromedp.ByQuery))
	p.call(http.MethodPost, p.origin+"/_understudy/v1/worlds/a-new-one/tokens", "", `{}`, nil)
	p.Sees("#worlds", "a-new-one")
	p.Wait(`document.activeElement.textContent === 'w002'`, "the focus where it was")
	p.Fill("#find-world", "W27")
	p.Sees("#worlds-count", "10 of 301")
	p.stop()
	p.Sees("#trouble", "the server does not answer")
	p.restart()
	p.call(http.MethodPost, p.origin+"/_understudy/v1/worlds/w27/tokens", "", `{}`, nil)
	p.Wait(`document.getElementById('trouble').hidden && document.getElementById('worlds-count').textContent === '1 of 1'`, "the worlds of the server that is back")
	p.Do(chromedp.Focus("#find-world", chromedp.ByQuery), chromedp.KeyEvent(kb.Enter))
	p.Sees("#world-name", "w27")
	p.Behaved()
}
