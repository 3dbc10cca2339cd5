// Package page_test has a person use the page, in a real browser.
package page_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/internal/browser"
	"github.com/understudy-mock/understudy/mockserver"
)

// The sizes of the people's windows, and of a screen that is larger than most.
const (
	narrow = 390
	usual  = 1280
	broad  = 2560
	height = 900
)

// person is a browser that looks at a world of a mock.
type person struct {
	*browser.Tab

	t      *testing.T
	mock   http.Handler
	origin string
	world  string
	stop   func() // ends the server
}

// leftTo leaves a test to a target of the Makefile, because a browser takes its time: UNDERSTUDY_PAGE names the target.
func leftTo(t *testing.T, targets ...string) {
	t.Helper()
	if !slices.Contains(targets, os.Getenv("UNDERSTUDY_PAGE")) {
		t.Skipf("SKIPPED: make %s runs it, and sets UNDERSTUDY_PAGE", targets[0])
	}
}

// open starts a browser of a width for a new mock, where a target asks for the page.
func open(t *testing.T, width int64, options ...mockserver.Option) *person {
	t.Helper()
	leftTo(t, "page", "page-full")
	return start(t, width, options...)
}

func start(t *testing.T, width int64, options ...mockserver.Option) *person {
	t.Helper()
	mock, err := mockserver.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	p := &person{t: t, mock: mock, origin: server.URL, world: "shop", stop: func() { mock.EndStreams(); server.Close() }}
	t.Cleanup(p.stop)
	p.browse(width)
	return p
}

// browse starts the browser of a person who knows the address.
func (p *person) browse(width int64) {
	p.t.Helper()
	p.Tab = browser.Open(p.t, p.origin, width, height, "blob:"+p.origin)
	p.Before(listener)
}

// listener keeps what the page says for a moment, so that nobody has to be as quick: its messages, and whether it is connected.
const listener = `window.said = []; window.states = [];
	new MutationObserver((changes) => { for (const c of changes) for (const n of c.addedNodes) {
		if (c.target.id === 'messages') window.said.push(n.textContent);
		if (c.target.id === 'connection') window.states.push(n.textContent);
	} }).observe(document, { childList: true, subtree: true });`

// told waits until the page has said a text.
func (p *person) told(text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`window.said.some((s) => s.includes(%s))`, quoted(text)), "word of "+text)
}

// watch opens the page of a new world.
func watch(t *testing.T, options ...mockserver.Option) *person {
	t.Helper()
	p := open(t, usual, options...)
	p.enter("shop")
	return p
}

// enter makes a world and opens its page.
func (p *person) enter(world string) {
	p.t.Helper()
	p.world = world
	p.control(http.MethodPost, "/tokens", `{}`)
	p.look()
}

// look opens the page of the world, which is there.
func (p *person) look() {
	p.t.Helper()
	p.Do(chromedp.Navigate(p.origin+"/_understudy/page?world="+p.world), chromedp.WaitVisible(".board", chromedp.ByQuery))
	p.Sees("#connection", "live")
}

// card opens the card of a column that has a text, as soon as there is one.
func (p *person) card(column, text string) {
	p.t.Helper()
	p.Open(`[aria-label$=", `+column+`"] .card`, text)
	p.Sees("dialog", "Close")
}

// exchange opens the newest exchange that has a text.
func (p *person) exchange(text string) {
	p.t.Helper()
	p.Open(".exchange", text)
	p.Sees("dialog h3", "Request")
}

// control calls the control API for the world.
func (p *person) control(method, path, body string) map[string]any {
	p.t.Helper()
	out := map[string]any{}
	p.call(method, p.origin+"/_understudy/v1/worlds/"+p.world+path, "", body, &out)
	return out
}

func (p *person) call(method, address, token, body string, into any) int {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, bytes.NewBufferString(body))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Token "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer answer.Body.Close()
	data, err := io.ReadAll(answer.Body)
	if err == nil && into != nil && len(data) > 0 {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		p.t.Fatalf("%s %s: %v: %s", method, address, err, data)
	}
	return answer.StatusCode
}

// until asks the API until its answer is as wanted.
func (p *person) until(path string, holds func(string) bool) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), browser.Patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		var answer json.RawMessage
		p.call(http.MethodGet, p.origin+"/_understudy/v1/worlds/"+p.world+path, "", "", &answer)
		if holds(string(answer)) {
			return string(answer)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			said := ""
			p.Eval(`window.said.join('; ') + ', the focus is at ' + document.activeElement.outerHTML.slice(0, 200)`, &said)
			p.t.Fatalf("%s stays %s; the page said %s", path, answer, said)
		}
	}
}

// has asks until an answer of the API has a text.
func (p *person) has(path, text string) string {
	p.t.Helper()
	return p.until(path, func(answer string) bool { return strings.Contains(answer, text) })
}

func quoted(s string) string {
	data, _ := json.Marshal(s) // a string can be encoded
	return string(data)
}
