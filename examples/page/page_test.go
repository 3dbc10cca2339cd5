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
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/internal/browser"
	"github.com/understudy-mock/understudy/mockserver"
)

// person is a browser that looks at a world of a mock.
type person struct {
	*browser.Tab

	t      *testing.T
	origin string
	world  string
	stop   func() // ends the server
}

// open shows a fresh world at a size of window.
func open(t *testing.T, width, height int64) *person {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(mock)
	t.Cleanup(func() { mock.EndStreams(); server.Close() })
	p := &person{t: t, origin: server.URL, world: "shop", stop: func() { mock.EndStreams(); server.Close() }}
	p.control(http.MethodPost, "/tokens", `{}`)
	p.Tab = browser.Open(t, p.origin, width, height, "blob:"+p.origin)
	return p
}

func (p *person) look() {
	p.t.Helper()
	p.Do(chromedp.Navigate(p.origin+"/_understudy/page?world="+p.world), chromedp.WaitVisible(".board", chromedp.ByQuery))
}

// press clicks the button that has this text, below a selector.
func (p *person) press(within, label string) {
	p.t.Helper()
	found := ""
	script := fmt.Sprintf(`(() => { const b = [...document.querySelectorAll(%q)].flatMap(n => [...n.querySelectorAll('button')])
		.find(b => b.textContent.trim() === %q); if (!b) return 'missing'; b.click(); return 'clicked'; })()`, within, label)
	if p.Do(chromedp.Evaluate(script, &found)); found != "clicked" {
		p.t.Fatalf("there is no button %q in %s", label, within)
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
	p.Sees("#messages", "Deliver a sample: done")
	p.press(".board", "Begin the oldest")
	p.Sees("#messages", "Begin the oldest: done")
	token, _ := p.control(http.MethodPost, "/tokens", `{}`)["token"].(string)
	if status := p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", token, `{"all":true}`, nil); status != http.StatusNotAcceptable {
		t.Fatalf("the deletion is answered with %d", status)
	}
	p.Sees(".exchange", "deleteHookIncomings")
	p.Sees(".exchange .status", "406")
	p.Do(chromedp.Evaluate(`[...document.querySelectorAll('.exchange')].find(n => n.textContent.includes('406')).click()`, nil))
	p.Sees("dialog .sentences", "makecom/delete/all-unconfirmed")
	p.Behaved()
}

// What a page does goes through the control API: what it shows and what the API says are the same.
func TestActionsChangeTheWorld(t *testing.T) {
	p := open(t, 1280, 900)
	p.look()
	p.Do(chromedp.SetValue("#fault-what", "status=503", chromedp.ByQuery))
	p.press("#fault-form", "Set")
	p.Sees("#faults", "503")
	p.until("/faults", func(answer string) bool { return strings.Contains(answer, "503") })
	p.press("main", "Hostile")
	p.Sees("#messages", "ialect")
	p.Do(chromedp.Click("#clock-freeze", chromedp.ByQuery))
	before := p.until("/clock", func(answer string) bool { return strings.Contains(answer, `"mode":"frozen"`) })
	p.Do(chromedp.SetValue("#clock-by", "2h", chromedp.ByQuery))
	p.press("#clock-form", "Advance")
	p.until("/clock", func(answer string) bool { return answer != before })
	p.press("main", "Reset")
	p.until("/faults", func(answer string) bool { return !strings.Contains(answer, "503") })
	p.Behaved()
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
		p.Sees(".board", "<img src=x")
		p.Do(chromedp.Evaluate(`document.querySelectorAll('.card').forEach(c => c.click())`, nil))
		var broken bool
		var inner, outer float64
		p.Do(chromedp.Evaluate(`window.broken === true`, &broken),
			chromedp.Evaluate(`document.documentElement.scrollWidth`, &inner), chromedp.Evaluate(`window.innerWidth`, &outer))
		if broken || inner > outer {
			t.Errorf("at %d px: markup ran: %t, the page is %.0f px wide in a window of %.0f", width, broken, inner, outer)
		}
		p.Behaved()
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
	second := &person{t: t, Tab: p.Another(), origin: p.origin, world: p.world}
	second.look()
	p.press(".board", "Deliver a sample")
	p.Sees(".column .count", "3")
	second.Sees(".column .count", "3")
}

// The public rules of accessibility, at both widths, with a dialog open and without.
func TestAccessibility(t *testing.T) {
	axe := browser.Axe(t)
	for _, width := range []int64{390, 1280} {
		p := open(t, width, 900)
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true}`, nil)
		p.look()
		p.Sees(".exchange", "deleteHookIncomings")
		p.Accessible(axe, fmt.Sprintf("the page at %d px", width))
		p.Do(chromedp.Evaluate(`document.querySelector('.exchange').click()`, nil))
		p.Sees("dialog .sentences", "makecom/")
		p.Accessible(axe, fmt.Sprintf("an exchange at %d px", width))
	}
}
