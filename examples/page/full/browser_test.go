// Package full_test has a person use all of the page, in a real browser. It runs when it is asked to: make page-full.
package full_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/mockserver"
)

// patience is how long a browser on a busy machine may take to show something.
const patience = 60 * time.Second

// person is a tab of a browser that looks at a world of a mock.
type person struct {
	t      *testing.T
	ctx    context.Context
	mock   http.Handler
	origin string
	world  string
	stop   func() // ends the server

	mu       sync.Mutex
	strange  []string // requests that left the mock
	problems []string // exceptions, and what the console calls an error
}

// chromium is the one browser of all tests. Each has a tab of its own in it; the page keeps nothing that others could see.
var chromium = sync.OnceValues(startChromium) //nolint:gochecknoglobals // it takes seconds to start

// ended are what the end of the tests has to end.
var ended []func() //nolint:gochecknoglobals // TestMain has no other way to know

func TestMain(m *testing.M) {
	code := m.Run()
	for _, end := range ended {
		end()
	}
	os.Exit(code)
}

func startChromium() (context.Context, error) {
	dir, err := os.MkdirTemp("", "page")
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program()), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience), chromedp.UserDataDir(dir))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	ended = append(ended, end, cancel, func() { _ = os.RemoveAll(dir) })
	return ctx, chromedp.Run(ctx) // starts it
}

// program is where Chromium is, "" for nowhere.
func program() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// tab opens an empty page.
func tab(t *testing.T) context.Context {
	t.Helper()
	switch {
	case testing.Short():
		t.Skip("SKIPPED: no browser is started in a short run")
	case os.Getenv("UNDERSTUDY_PAGE_FULL") == "":
		t.Skip("SKIPPED: UNDERSTUDY_PAGE_FULL is not set; make page-full sets it")
	case program() == "":
		t.Skip("SKIPPED: there is no Chromium on this machine, so the page is not tried in a browser; install chromium")
	}
	browser, err := chromium()
	if err != nil {
		t.Fatal(err)
	}
	// A window of its own: a tab behind another one is not drawn.
	window, err := target.CreateTarget("about:blank").WithNewWindow(true).Do(cdp.WithExecutor(browser, chromedp.FromContext(browser).Browser))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithTargetID(window))
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil { // it ends with the context of the first run
		t.Fatal(err)
	}
	return ctx
}

// open opens a tab of a size for a world of a new mock.
func open(t *testing.T, width, height int64, options ...mockserver.Option) *person {
	t.Helper()
	p := &person{t: t, ctx: tab(t), world: "shop"}
	mock, err := mockserver.New(options...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	p.mock, p.origin, p.stop = mock, server.URL, func() { mock.EndStreams(); server.Close() }
	t.Cleanup(p.stop)
	p.listen()
	p.do(chromedp.EmulateViewport(width, height))
	return p
}

// listen notes from now on what a page should not do.
func (p *person) listen() {
	p.t.Helper()
	chromedp.ListenTarget(p.ctx, p.note)
	p.do(log.Enable(), network.Enable())
}

// look opens the page of a world, which its first request makes.
func look(t *testing.T, options ...mockserver.Option) *person {
	t.Helper()
	p := open(t, 1280, 900, options...)
	p.control(http.MethodPost, "/tokens", `{}`)
	p.look()
	return p
}

func (p *person) look() {
	p.t.Helper()
	p.do(chromedp.Navigate(p.origin+"/_understudy/page?world="+p.world), chromedp.WaitVisible(".board", chromedp.ByQuery))
	p.sees("#connection", "live")
}

// note keeps what a page should not do.
func (p *person) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !strings.HasPrefix(e.Request.URL, p.origin+"/") && !strings.HasPrefix(e.Request.URL, "data:") && !strings.HasPrefix(e.Request.URL, "blob:"+p.origin) {
			p.strange = append(p.strange, e.Request.URL)
		}
	case *runtime.EventExceptionThrown:
		p.problems = append(p.problems, e.ExceptionDetails.Error())
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork { // a refusal is an answer like any other
			p.problems = append(p.problems, e.Entry.Text)
		}
	}
}

// behaved wants that nothing left the mock and nothing failed.
func (p *person) behaved() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.strange) > 0 || len(p.problems) > 0 {
		p.t.Errorf("requests elsewhere: %q, problems: %q", p.strange, p.problems)
	}
}

func (p *person) do(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// evaluate runs a script whose value, or whose promise's value, is read into a pointer.
func (p *person) evaluate(script string, into any) {
	p.t.Helper()
	p.do(chromedp.Evaluate(script, into, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
}

// press clicks the button that has this text, below a selector.
func (p *person) press(within, label string) {
	p.t.Helper()
	p.click(within+` button`, label)
}

// click clicks the element of a selector that has this text and is not hidden, as soon as there is one.
func (p *person) click(selector, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(() => { const n = [...document.querySelectorAll(%q)].find(n => n.textContent.trim() === %q && n.checkVisibility());
		n?.click(); return Boolean(n); })()`, selector, text), fmt.Sprintf("a %s %q to click", selector, text))
}

// card opens the card of a column that has a text, as soon as there is one.
func (p *person) card(column, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(() => { const n = [...document.querySelectorAll('[aria-label$=%q] .card')].find(n => n.textContent.includes(%q)); n?.click(); return Boolean(n); })()`,
		", "+column, text), fmt.Sprintf("a card %q in %s", text, column))
	p.sees("dialog", "Close")
}

// exchange opens the newest exchange that has a text.
func (p *person) exchange(text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(() => { const n = [...document.querySelectorAll('.exchange')].find(n => n.textContent.includes(%q)); n?.click(); return Boolean(n); })()`, text),
		"an exchange "+text)
	p.sees("dialog h3", "Request")
}

// fill gives an input a value, as somebody does who types.
func (p *person) fill(selector, value string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`(() => { const n = document.querySelector(%q); if (!n) return false; n.value = %q;
		n.dispatchEvent(new Event('input', {bubbles: true})); n.dispatchEvent(new Event('change', {bubbles: true})); return n.value === %q; })()`, selector, value, value),
		"an input "+selector)
}

// sees waits until a part of the page holds a text.
func (p *person) sees(within, text string) {
	p.t.Helper()
	p.wait(fmt.Sprintf(`[...document.querySelectorAll(%q)].some(n => n.textContent.includes(%q))`, within, text), fmt.Sprintf("%q in %s", text, within))
}

// wait asks until a script says true. A page that is on its way to another one cannot be asked, and is asked again.
func (p *person) wait(script, what string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		holds := false
		err := chromedp.Run(ctx, chromedp.Evaluate(script, &holds))
		if err == nil && holds {
			return
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			shown := ""
			_ = chromedp.Run(p.ctx, chromedp.Text("body", &shown, chromedp.ByQuery)) // only to say what was there instead
			p.t.Fatalf("there is never %s: %v; the page begins with\n%.1500s", what, err, shown)
		}
	}
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

// until asks the API until its answer is as wanted, which it returns.
func (p *person) until(path string, holds func(string) bool) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
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
			p.t.Fatalf("%s stays %s", path, answer)
		}
	}
}

// has asks until an answer of the API has a text.
func (p *person) has(path, text string) string {
	p.t.Helper()
	return p.until(path, func(answer string) bool { return strings.Contains(answer, text) })
}
