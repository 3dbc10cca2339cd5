package page_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// hostile is markup that runs where it is taken for markup, and characters that cannot be seen.
const hostile = `<img src=x onerror="window.broken=true"><script>window.broken=true</script>` + "\u202e\u0007"

// Whatever comes from outside is text, at any width, and no page scrolls sideways.
func TestHostileDataIsText(t *testing.T) {
	for _, width := range []int64{narrow, usual, broad} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { hostileData(t, width) })
	}
}

func hostileData(t *testing.T, width int64) {
	t.Helper()
	p := open(t, width)
	long := strings.Repeat("w", 1<<20)
	data, err := json.Marshal(map[string]any{"data": []any{map[string]string{hostile: hostile, "long": long}}})
	if err != nil {
		t.Fatal(err)
	}
	p.control(http.MethodPost, "/makecom/hooks", `{"name":`+quoted(hostile)+`}`)
	p.control(http.MethodPut, "/sinks/hostile", `{"answers":[{"status":500,"body":`+quoted(hostile+long)+`,"headers":{"X-Own":["<b>"]}}]}`)
	p.control(http.MethodPost, "/makecom/hooks/654/incomings", string(data))
	rule, _ := p.control(http.MethodPost, "/crmcom/definitions", `{"url":"sink:hostile","name":`+quoted(hostile)+`,"alternative_code":`+quoted(hostile)+`}`)["workflow_rule"].(map[string]any)
	fired := `{"workflow_rule":` + quoted(fmt.Sprint(rule["id"])) + `,"entity":"ACTIVITIES","data":{` + quoted(hostile) + `:` + quoted(hostile+long) + `},"entity_id":` + quoted(hostile) + `}`
	if number := p.control(http.MethodPost, "/crmcom/fire", fired)["number"]; number == nil {
		t.Fatal("nothing was fired")
	}
	p.hostileExchange(long)
	p.look()
	p.Sees(".board", "<img src=x")
	p.Sees(".exchange", "unread")
	p.Sees("#sinks", "POST")
	p.Fill("#filter-text", hostile)
	p.Fill("#filter-text", "")
	p.Wait(`(document.querySelectorAll('.card').forEach((c) => c.click()), true)`, "cards")
	p.harmless()
	p.Wait(`(document.querySelectorAll('dialog').forEach((d) => d.close()), true)`, "the page behind them")
	p.exchange("unread")
	p.Sees("dialog .unread", "onerror")
	p.Sees("dialog .unread", `\u202e`)
	p.Wait(`(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)`, "details")
	p.harmless()
}

// harmless wants that nothing of what is shown became more than text, that it can be seen, and that the page does not scroll sideways.
func (p *person) harmless() {
	p.t.Helper()
	var broken, raw bool
	var inner, outer float64
	p.Eval(`window.broken === true || document.querySelector('main img, main script, dialog img, dialog script, #messages img, .notice img, .top img') !== null`, &broken)
	p.Eval(`/[\u0007\u202e]/.test(document.body.textContent + document.title +
		[...document.querySelectorAll('*')].flatMap((n) => [n.getAttribute('aria-label'), n.getAttribute('title')]).concat(window.said).join(''))`, &raw)
	p.Eval(`document.documentElement.scrollWidth`, &inner)
	p.Eval(`window.innerWidth`, &outer)
	if broken || raw || inner > outer {
		p.t.Errorf("markup became elements: %t, control characters are shown: %t, the page is %.0f px wide in a window of %.0f", broken, raw, inner, outer)
	}
	p.Behaved()
}

// hostileExchange sends it in every place of a request that a client fills.
func (p *person) hostileExchange(long string) {
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

// Whoever types something hostile is answered in words: by the server, or by the page itself.
func TestHostileInputIsText(t *testing.T) {
	p := open(t, narrow)
	p.Do(chromedp.Navigate(p.origin + "/_understudy/page?world=" + url.QueryEscape(hostile)))
	p.Sees("#no-world", "There is no world")
	p.harmless()
	p.enter("shop")
	answered := func(what string) {
		t.Helper()
		p.Wait(`window.said.length > 0`, "an answer to "+what)
		p.harmless()
		p.Eval(`(window.said = []) && undefined`, nil)
	}
	p.Fill("#fork-as", hostile)
	p.Press("#fork-form", "Fork")
	answered("a copy of that name")
	p.Fill("#sink-name", hostile)
	p.Press("#sink-form", "Program")
	answered("a sink of that name")
	for _, c := range []struct{ action, field string }{{"Deliver …", "textarea"}, {"New definition …", "input"}} {
		p.Press(".board", c.action)
		p.Fill("dialog "+c.field, hostile)
		p.Press("dialog", c.action)
		answered(c.action)
		p.Press("dialog", "Cancel")
	}
	p.Fill("#filter-text", hostile)
	p.Fill("#filter-sentence", hostile)
	p.importing(hostile, `{"name": `+quoted(hostile))
	answered("a file of that name")
	p.importing(hostile+".yaml", hostile)
	answered("a file that is markup")
}

// importing chooses a file of that name and text to make the world of.
func (p *person) importing(name, text string) {
	p.t.Helper()
	p.Wait(fmt.Sprintf(`((input) => { const files = new DataTransfer(); files.items.add(new File([%s], %s)); input.files = files.files;
		input.dispatchEvent(new Event('change')); return true; })(document.getElementById('import'))`, quoted(text), quoted(name)), "a file to import")
	p.Sees("dialog", "takes the place")
	p.harmless()
	p.Press("dialog", "Import it")
}
