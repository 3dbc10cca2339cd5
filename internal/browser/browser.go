// Package browser starts Chromium for tests that look at a page as a person does. Where there is none, they are skipped and say so.
package browser

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// Patience is how long a browser on a busy machine may take to show something.
const Patience = 60 * time.Second

// Tab is a page in a browser of its own.
type Tab struct {
	t   *testing.T
	ctx context.Context //nolint:containedctx // chromedp keeps the browser in it
	own []string        // how the addresses of requests begin that may be sent

	mu       sync.Mutex
	strange  []string // requests that went elsewhere
	problems []string // exceptions, and what the console calls an error
}

// Open starts a browser with a window of that size, for pages below an origin. What begins as one of also may be asked for besides.
func Open(t *testing.T, origin string, width, height int64, also ...string) *Tab {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path(t)), chromedp.NoSandbox,
		chromedp.WSURLReadTimeout(Patience), chromedp.UserDataDir(profile(t)), chromedp.WindowSize(int(width), int(height)))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	tab := (&Tab{t: t, ctx: ctx, own: append(also, origin+"/", "data:")}).tab(chromedp.WithErrorf(func(string, ...any) {}))
	tab.Do(chromedp.EmulateViewport(width, height))
	return tab
}

// Another is one more page in the same browser, in a window of its own: a page behind another one is not drawn.
func (p *Tab) Another() *Tab {
	p.t.Helper()
	window, err := target.CreateTarget("about:blank").WithNewWindow(true).Do(cdp.WithExecutor(p.ctx, chromedp.FromContext(p.ctx).Browser))
	if err != nil {
		p.t.Fatal(err)
	}
	return p.tab(chromedp.WithTargetID(window))
}

// tab is a page in the browser.
func (p *Tab) tab(options ...chromedp.ContextOption) *Tab {
	p.t.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx, options...)
	p.t.Cleanup(cancel)
	tab := &Tab{t: p.t, ctx: ctx, own: p.own}
	if err := chromedp.Run(ctx); err != nil { // the first one starts the browser, which ends with the context of that run
		p.t.Fatal(err)
	}
	chromedp.ListenTarget(ctx, tab.note)
	tab.Do(log.Enable(), network.Enable())
	return tab
}

// path finds the program.
func path(t *testing.T) string {
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
	dir, err := os.MkdirTemp("", "browser") //nolint:usetesting // T fails when its directory cannot be removed at once
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// note keeps what a page should not do.
func (p *Tab) note(event any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		if !slices.ContainsFunc(p.own, func(begin string) bool { return strings.HasPrefix(e.Request.URL, begin) }) {
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

// Before runs a script before those of every page that is opened from now on.
func (p *Tab) Before(script string) {
	p.t.Helper()
	p.Do(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := page.AddScriptToEvaluateOnNewDocument(script).Do(ctx)
		return err
	}))
}

// Behaved wants that nothing was asked elsewhere and nothing failed.
func (p *Tab) Behaved() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.strange) > 0 || len(p.problems) > 0 {
		p.t.Errorf("requests elsewhere: %q, problems: %q", p.strange, p.problems)
	}
}

// For has a test of its own fail where the page does not do as it should, such as a part of the test that opened it.
func (p *Tab) For(t *testing.T) {
	t.Helper()
	p.t = t
}

// Do carries actions out, and fails the test where one cannot be.
func (p *Tab) Do(actions ...chromedp.Action) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, Patience)
	defer cancel()
	if err := chromedp.Run(ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// Eval is the value of a script, which may be a promise.
func (p *Tab) Eval(script string, into any) {
	p.t.Helper()
	p.Do(chromedp.Evaluate(script, into, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
}

// Axe is the text of axe.min.js, which UNDERSTUDY_AXE names. Without it the test is skipped.
func Axe(t *testing.T) string {
	t.Helper()
	file := os.Getenv("UNDERSTUDY_AXE")
	if file == "" {
		t.Skip("SKIPPED: UNDERSTUDY_AXE names no axe.min.js, so accessibility is not looked at; make page does")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(axe)
}

// Accessible holds the page to the public rules of accessibility. axe comes from [Axe].
func (p *Tab) Accessible(axe, what string) {
	p.t.Helper()
	var violations []struct {
		ID    string `json:"id"`
		Nodes []struct {
			HTML string `json:"html"`
		} `json:"nodes"`
	}
	p.Do(chromedp.Evaluate(axe, nil))
	p.Eval(`axe.run().then(r => r.violations)`, &violations)
	for _, v := range violations {
		p.t.Errorf("%s: %s: %.300s", what, v.ID, v.Nodes[0].HTML)
	}
}
