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
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/mockserver"
)

// patience is how long a browser on a busy machine may take to show something.
const patience = 60 * time.Second

// person is a browser that looks at a world of a mock.
type person struct {
	t      *testing.T
	ctx    context.Context
	origin string
	world  string
	stop   func() // ends the server

	mu       sync.Mutex
	strange  []string // requests that left the mock
	problems []string // exceptions, and what the console calls an error
}

func browser(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("SKIPPED: no browser is started in a short run")
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("SKIPPED: there is no Chromium on this machine, so the page is not tried in a browser; install chromium")
	return ""
}

// profile is a directory for the browser, which may still write when it is told to end.
func profile(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "page") //nolint:usetesting // T fails when its directory cannot be removed at once
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// open shows a fresh world at a size of window.
func open(t *testing.T, width, height int64) *person {
	t.Helper()
	path := browser(t)
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(func() { mock.EndStreams(); server.Close() })
	p := &person{t: t, origin: server.URL, world: "shop", stop: func() { mock.EndStreams(); server.Close() }}
	p.control(http.MethodPost, "/tokens", `{}`)
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience), chromedp.UserDataDir(profile(t)), chromedp.WindowSize(int(width), int(height)))...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	p.ctx = ctx
	if err := chromedp.Run(ctx); err != nil { // starts the browser, which ends with the context of the first run
		t.Fatal(err)
	}
	chromedp.ListenTarget(ctx, p.note)
	p.do(log.Enable(), network.Enable(), chromedp.EmulateViewport(width, height))
	return p
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

func (p *person) look() {
	p.t.Helper()
	p.do(chromedp.Navigate(p.origin+"/_understudy/page?world="+p.world), chromedp.WaitVisible(".board", chromedp.ByQuery))
}

// press clicks the button that has this text, below a selector.
func (p *person) press(within, label string) {
	p.t.Helper()
	found := ""
	script := fmt.Sprintf(`(() => { const b = [...document.querySelectorAll(%q)].flatMap(n => [...n.querySelectorAll('button')])
		.find(b => b.textContent.trim() === %q); if (!b) return 'missing'; b.click(); return 'clicked'; })()`, within, label)
	if p.do(chromedp.Evaluate(script, &found)); found != "clicked" {
		p.t.Fatalf("there is no button %q in %s", label, within)
	}
}

// sees waits until a part of the page holds a text.
func (p *person) sees(within, text string) {
	p.t.Helper()
	script := fmt.Sprintf(`[...document.querySelectorAll(%q)].some(n => n.textContent.includes(%q))`, within, text)
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if err := chromedp.Run(ctx, chromedp.Poll(script, nil, chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(0))); err != nil {
		shown := ""
		_ = chromedp.Run(p.ctx, chromedp.Text("body", &shown, chromedp.ByQuery)) // only to say what was there instead
		p.t.Fatalf("%s never shows %q: %v; the page begins with\n%.1500s", within, text, err, shown)
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

// A newcomer delivers, holds, is refused the deletion, and reads which sentence said so.
func TestAPersonSeesWhyADeletionIsRefused(t *testing.T) {
	p := open(t, 1280, 900)
	p.look()
	p.press(".board", "Deliver a sample")
	p.sees("#messages", "Deliver a sample: done")
	p.press(".board", "Begin the oldest")
	p.sees("#messages", "Begin the oldest: done")
	token, _ := p.control(http.MethodPost, "/tokens", `{}`)["token"].(string)
	if status := p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", token, `{"all":true}`, nil); status != http.StatusNotAcceptable {
		t.Fatalf("the deletion is answered with %d", status)
	}
	p.sees(".exchange", "deleteHookIncomings")
	p.sees(".exchange .status", "406")
	p.do(chromedp.Evaluate(`[...document.querySelectorAll('.exchange')].find(n => n.textContent.includes('406')).click()`, nil))
	p.sees("dialog .sentences", "makecom/delete/all-unconfirmed")
	p.behaved()
}

// What a page does goes through the control API: what it shows and what the API says are the same.
func TestActionsChangeTheWorld(t *testing.T) {
	p := open(t, 1280, 900)
	p.look()
	p.do(chromedp.SetValue("#fault-what", "status=503", chromedp.ByQuery))
	p.press("#fault-form", "Set")
	p.sees("#faults", "503")
	p.until("/faults", func(answer string) bool { return strings.Contains(answer, "503") })
	p.press("main", "Hostile")
	p.sees("#messages", "ialect")
	p.do(chromedp.Click("#clock-freeze", chromedp.ByQuery))
	before := p.until("/clock", func(answer string) bool { return strings.Contains(answer, `"mode":"frozen"`) })
	p.do(chromedp.SetValue("#clock-by", "2h", chromedp.ByQuery))
	p.press("#clock-form", "Advance")
	p.until("/clock", func(answer string) bool { return answer != before })
	p.press("main", "Reset")
	p.until("/faults", func(answer string) bool { return !strings.Contains(answer, "503") })
	p.behaved()
}

// until asks the API until its answer is as wanted.
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

// Whatever comes from outside is text, at any width, and a narrow page does not scroll sideways.
func TestHostileDataIsText(t *testing.T) {
	for _, width := range []int64{390, 1280} {
		p := open(t, width, 900)
		hostile := `<img src=x onerror="window.broken=true"><script>window.broken=true</script>` + "\u202e\u0007"
		body, err := json.Marshal(map[string]any{"data": []any{map[string]string{"x": hostile, "long": strings.Repeat("w", 1<<20)}}})
		if err != nil {
			t.Fatal(err)
		}
		p.control(http.MethodPost, "/makecom/hooks", `{"name":`+quoted(hostile)+`}`)
		p.control(http.MethodPost, "/makecom/hooks/654/incomings", string(body))
		p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings?x="+url.QueryEscape(hostile), "shop", "", nil)
		p.look()
		p.sees(".board", "<img src=x")
		p.do(chromedp.Evaluate(`document.querySelectorAll('.card').forEach(c => c.click())`, nil))
		var broken bool
		var inner, outer float64
		p.do(chromedp.Evaluate(`window.broken === true`, &broken),
			chromedp.Evaluate(`document.documentElement.scrollWidth`, &inner), chromedp.Evaluate(`window.innerWidth`, &outer))
		if broken || inner > outer {
			t.Errorf("at %d px: markup ran: %t, the page is %.0f px wide in a window of %.0f", width, broken, inner, outer)
		}
		p.behaved()
	}
}

func quoted(s string) string {
	data, _ := json.Marshal(s) // a string can be encoded
	return string(data)
}

// A second page follows what is done on the first.
func TestTwoPagesShowTheSame(t *testing.T) {
	p := open(t, 1280, 900)
	p.look()
	other, cancel := chromedp.NewContext(p.ctx)
	defer cancel()
	if err := chromedp.Run(other); err != nil {
		t.Fatal(err)
	}
	second := &person{t: t, ctx: other, origin: p.origin, world: p.world}
	second.look()
	p.press(".board", "Deliver a sample")
	p.sees(".column .count", "3")
	second.sees(".column .count", "3")
}

// The public rules of accessibility, at both widths, with a dialog open and without. UNDERSTUDY_AXE is the file axe.min.js.
func TestAccessibility(t *testing.T) {
	file := os.Getenv("UNDERSTUDY_AXE")
	if file == "" {
		t.Skip("SKIPPED: UNDERSTUDY_AXE names no axe.min.js, so accessibility is not looked at; make page does")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, width := range []int64{390, 1280} {
		p := open(t, width, 900)
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true}`, nil)
		p.look()
		p.sees(".exchange", "deleteHookIncomings")
		p.accessible(string(axe), fmt.Sprintf("the page at %d px", width))
		p.do(chromedp.Evaluate(`document.querySelector('.exchange').click()`, nil))
		p.sees("dialog .sentences", "makecom/")
		p.accessible(string(axe), fmt.Sprintf("an exchange at %d px", width))
	}
}

func (p *person) accessible(axe, what string) {
	p.t.Helper()
	var violations []struct {
		ID    string `json:"id"`
		Nodes []struct {
			HTML string `json:"html"`
		} `json:"nodes"`
	}
	p.do(chromedp.Evaluate(axe, nil), chromedp.Evaluate(`axe.run().then(r => r.violations)`, &violations, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithAwaitPromise(true)
	}))
	for _, v := range violations {
		p.t.Errorf("%s: %s: %.300s", what, v.ID, v.Nodes[0].HTML)
	}
}
