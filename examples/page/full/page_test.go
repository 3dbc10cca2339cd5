package full_test

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// A newcomer opens the address, sees an item arrive, be held, be refused the deletion, and reads which sentence said so, where it is
// from and which check holds servers to it. No documentation is read on the way.
func TestANewcomerReadsWhyADeletionIsRefused(t *testing.T) {
	checked := mockserver.APIs()
	for i, api := range checked {
		mine := *api
		mine.Check = func(r *contract.Requirement) mockapi.Check {
			return mockapi.Check{Command: "verify " + r.ID + " --url {base}"}
		}
		checked[i] = &mine
	}
	p := open(t, 1280, 900, mockserver.WithOnly(checked...))
	p.do(chromedp.Navigate(p.origin + "/"))
	p.sees("h1", "Understudy")
	p.press("#no-worlds", "Open the world demo")
	p.sees("#world-name", "demo")
	p.sees("#connection", "live")
	p.world = "demo"
	p.press(".board", "Deliver a sample")
	p.sees(`[aria-label$=", waiting"] + *, .column h4`, "waiting 3")
	p.press(".board", "Begin the oldest")
	p.sees(`[aria-label$=", processing"] .card`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.card("processing", "7a567f38")
	p.press("dialog", "Delete")
	p.sees("#messages", "being processed right now")
	p.has(processing, "7a567f385d1a4f5ab7bff89162b7605e")
	p.press(".board", "Delete all, unconfirmed")
	p.sees("#messages", "Delete all, unconfirmed: 406")
	p.has(waiting, `"total":2`)
	p.exchange("406")
	p.sees("dialog .sentence", "`all:true` without `confirmed` MUST be refused with 406")
	p.wait(`document.querySelector('dialog .sentence summary').click() ?? true`, "a sentence")
	p.sees("dialog .source", "MUST, documented: Make API reference, Hooks > Incomings")
	p.sees("dialog .check code", "makecom/delete/all-unconfirmed")
	p.sees("dialog .command", "verify makecom/delete/all-unconfirmed --url "+p.origin+"/api/v2")
	p.sees("dialog .breakers", "makecom/delete/all-unconfirmed/carried-out")
	p.sees(".cell.reached", "all-unconfirmed")
	p.behaved()
}

// A person goes back to before a deletion, sees what was there, and goes on from there in a copy.
func TestLookingBack(t *testing.T) {
	p := look(t)
	p.press(".board", "Begin the oldest")
	p.sees("#messages", "Begin the oldest: done")
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confirmed=true", "shop", `{"all":true}`, nil)
	p.sees(".exchange", "deleteHookIncomings")
	p.has(waiting, `"total":0`)
	p.do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft), chromedp.KeyEvent(kb.ArrowLeft))
	p.sees("#moment-text", "beginIncomings")
	p.sees(`[aria-label="Orders (hook 654), waiting"]`, "8d88f6f5b0484908890ef11fe7e5bf63")
	p.sees(`[aria-label="Orders (hook 654), processing"]`, "7a567f385d1a4f5ab7bff89162b7605e")
	p.press(".state", "Back to now")
	p.sees("#moment-text", "now")
	p.exchange("deleteHookIncomings")
	p.press("dialog", "Show the state after this")
	p.sees("#moment-text", "deleteHookIncomings")
	p.do(chromedp.Focus("#moment", chromedp.ByQuery), chromedp.KeyEvent(kb.ArrowLeft))
	p.sees("#moment-text", "beginIncomings")
	p.fill("#past-as", "again")
	p.press("#past-form", "Go on from here")
	p.sees("#world-name", "again")
	p.behaved()
	p.world = "again"
	p.has(waiting, `"id":"8d88f6f5b0484908890ef11fe7e5bf63"`)
	p.has(processing, `"total":1`)
	p.world = "shop"
	p.has(waiting, `"total":0`)
}

// Whoever has no mouse reads an exchange, and comes back.
func TestTheKeyboardAlone(t *testing.T) {
	p := look(t)
	p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"all":true}`, nil)
	p.sees(".exchange", "deleteHookIncomings")
	p.tabTo("journal", `document.activeElement.id || document.activeElement.textContent.trim()`)
	p.do(chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Enter))
	p.sees("dialog .sentences", "makecom/delete/all-unconfirmed")
	p.do(chromedp.KeyEvent(kb.Escape), chromedp.WaitNotPresent("dialog", chromedp.ByQuery))
	p.tabTo("Freeze", `document.activeElement.textContent.trim()`)
	p.do(chromedp.KeyEvent(kb.Enter))
	p.has("/clock", "frozen")
	p.behaved()
}

// tabTo presses Tab until the focus is where an expression says so.
func (p *person) tabTo(want, expression string) {
	p.t.Helper()
	at := ""
	for range 400 {
		if p.do(chromedp.KeyEvent(kb.Tab), chromedp.Evaluate(expression, &at)); at == want {
			return
		}
	}
	p.t.Fatalf("Tab never comes to %q; it is at %q", want, at)
}

// A page finds the server again that was started anew, and the world as it is then.
func TestAPageComesBackAfterARestart(t *testing.T) {
	p := look(t)
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
	p.sees("#journal-count", "1")
	p.restart()
	p.sees("#connection", "reconnecting")
	p.control(http.MethodPost, "/tokens", `{}`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", `{"count":3}`)
	p.sees("#connection", "live")
	p.sees(".column .count", "5")
	p.wait(`document.getElementById('journal-count').textContent === '0'`, "the empty journal of the new world")
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings/stats", "shop", "", nil)
	p.sees(".exchange", "getHookIncomingStats")
}

// restart ends the server and starts another one at the same address.
func (p *person) restart() {
	p.t.Helper()
	p.stop()
	mock, err := mockserver.New()
	if err != nil {
		p.t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(p.t.Context(), "tcp", strings.TrimPrefix(p.origin, "http://"))
	if err != nil {
		p.t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(mock)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	p.t.Cleanup(func() { mock.EndStreams(); server.Close() })
}

// A second page follows what is done on the first.
func TestTwoPagesShowTheSame(t *testing.T) {
	p := look(t)
	second := &person{t: t, ctx: tab(t), origin: p.origin, world: p.world}
	second.listen()
	second.look()
	p.press(".board", "Deliver a sample")
	p.sees(".column .count", "3")
	second.sees(".column .count", "3")
	second.press("#clock-form", "Freeze")
	p.sees("#clock-form", "Let it run")
	p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
	p.sees(".exchange", "listHookIncomings")
	second.sees(".exchange", "listHookIncomings")
	p.behaved()
	second.behaved()
}

func withControlToken(token string) mockserver.Option {
	return mockserver.WithControl(control.Options{Token: token})
}

func quoted(s string) string {
	data, _ := json.Marshal(s) // a string can be encoded
	return string(data)
}

// Whatever comes from outside is text, at any width, and no page scrolls sideways.
func TestHostileDataIsText(t *testing.T) {
	for _, width := range []int64{390, 1280, 2560} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { hostileData(t, width) })
	}
}

func hostileData(t *testing.T, width int64) {
	t.Helper()
	p := open(t, width, 900)
	hostile := `<img src=x onerror="window.broken=true"><script>window.broken=true</script>` + "\u202e\u0007"
	long := strings.Repeat("w", 1<<20)
	data, err := json.Marshal(map[string]any{"data": []any{map[string]string{hostile: hostile, "long": long}}})
	if err != nil {
		t.Fatal(err)
	}
	p.control(http.MethodPost, "/makecom/hooks", `{"name":`+quoted(hostile)+`}`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", string(data))
	rule, _ := p.control(http.MethodPost, "/crmcom/definitions", `{"url":"sink:hostile","name":`+quoted(hostile)+`,"alternative_code":`+quoted(hostile)+`}`)["workflow_rule"].(map[string]any)
	fired := `{"workflow_rule":` + quoted(fmt.Sprint(rule["id"])) + `,"entity":"ACTIVITIES","data":{` + quoted(hostile) + `:` + quoted(hostile+long) + `},"entity_id":` + quoted(hostile) + `}`
	if number := p.control(http.MethodPost, "/crmcom/fire", fired)["number"]; number == nil {
		t.Fatal("nothing was fired")
	}
	p.hostileExchange(hostile, long)
	p.look()
	p.sees(".board", "<img src=x")
	p.sees(".exchange", "unread")
	p.sees("#sinks", "POST")
	p.fill("#filter-text", hostile)
	p.fill("#filter-text", "")
	p.wait(`(document.querySelectorAll('.card').forEach((c) => c.click()), true)`, "cards")
	p.exchange("unread")
	p.sees("dialog .unread", "onerror")
	p.sees("dialog .unread", `\u202e`)
	p.wait(`(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)`, "details")
	var broken, raw bool
	var inner, outer float64
	p.evaluate(`window.broken === true || document.querySelector('main img, main script, dialog img, dialog script') !== null`, &broken)
	p.evaluate(`/[\u0007\u202e]/.test(document.body.textContent)`, &raw)
	p.do(chromedp.Evaluate(`document.documentElement.scrollWidth`, &inner), chromedp.Evaluate(`window.innerWidth`, &outer))
	if broken || raw || inner > outer {
		t.Errorf("at %d px: markup became elements: %t, control characters are shown: %t, the page is %.0f px wide in a window of %.0f", width, broken, raw, inner, outer)
	}
	p.behaved()
}

// hostileExchange sends it in every place of a request that a client fills.
func (p *person) hostileExchange(hostile, long string) {
	p.t.Helper()
	address := p.origin + "/api/v2/hooks/654/incomings?" + url.QueryEscape(hostile) + "=" + url.QueryEscape(hostile)
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodDelete, address, strings.NewReader(`{`+quoted(hostile)+`:`+quoted(hostile)+`,"ids":[`+quoted(hostile+long)+`]}`))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Token shop")
	r.Header.Set("X-Own", strings.ToValidUTF8(strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, hostile), ""))
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	_ = answer.Body.Close()
	p.call(http.MethodGet, p.origin+"/api/v2/"+url.PathEscape(hostile), "shop", "", nil)
}

// The public rules of accessibility, at both widths, of every view. UNDERSTUDY_AXE is the file axe.min.js.
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
		p.do(chromedp.Navigate(p.origin + "/"))
		p.sees("#no-worlds", "demo")
		p.accessible(string(axe), fmt.Sprintf("the start page at %d px", width))
		p.control(http.MethodPost, "/tokens", `{}`)
		p.look()
		fireARule(p)
		setAFault(p)
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confrmed=true", "shop", `{"all":true}`, nil)
		p.sees(".exchange", "deleteHookIncomings")
		p.accessible(string(axe), fmt.Sprintf("the page at %d px", width))
		p.exchange("deleteHookIncomings")
		p.wait(`(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)`, "details")
		p.sees("dialog .source", "Make")
		p.accessible(string(axe), fmt.Sprintf("an exchange at %d px", width))
		p.press("dialog", "Show the state after this")
		p.accessible(string(axe), fmt.Sprintf("looking back at %d px", width))
		p.press(".state", "Back to now")
		p.card("waiting", "7a567f38")
		p.accessible(string(axe), fmt.Sprintf("a card at %d px", width))
		p.behaved()
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
	p.do(chromedp.Evaluate(axe, nil))
	p.evaluate(`axe.run().then(r => r.violations)`, &violations)
	for _, v := range violations {
		p.t.Errorf("%s: %s: %.300s", what, v.ID, v.Nodes[0].HTML)
	}
}
