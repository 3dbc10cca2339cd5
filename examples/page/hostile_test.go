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

// Whatever comes from outside is text, at any width, and no page scrolls sideways.
func TestHostileDataIsText(t *testing.T) {
	for _, width := range []int64{narrow, usual, broad} {
		t.Run(fmt.Sprint(width), func(t *testing.T) { hostileData(t, width) })
	}
}

func hostileData(t *testing.T, width int64) {
	t.Helper()
	p := open(t, width)
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
	p.Sees(".board", "<img src=x")
	p.Sees(".exchange", "unread")
	p.Sees("#sinks", "POST")
	p.Fill("#filter-text", hostile)
	p.Fill("#filter-text", "")
	p.Wait(`(document.querySelectorAll('.card').forEach((c) => c.click()), true)`, "cards")
	p.exchange("unread")
	p.Sees("dialog .unread", "onerror")
	p.Sees("dialog .unread", `\u202e`)
	p.Wait(`(document.querySelectorAll('details').forEach((d) => { d.open = true; }), true)`, "details")
	var broken, raw bool
	var inner, outer float64
	p.Eval(`window.broken === true || document.querySelector('main img, main script, dialog img, dialog script') !== null`, &broken)
	p.Eval(`/[\u0007\u202e]/.test(document.body.textContent)`, &raw)
	p.Do(chromedp.Evaluate(`document.documentElement.scrollWidth`, &inner), chromedp.Evaluate(`window.innerWidth`, &outer))
	if broken || raw || inner > outer {
		t.Errorf("at %d px: markup became elements: %t, control characters are shown: %t, the page is %.0f px wide in a window of %.0f", width, broken, raw, inner, outer)
	}
	p.Behaved()
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
