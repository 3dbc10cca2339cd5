package report_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/browser"
)

// markup is what a target may send to whoever looks at a report: elements, a script, and one word that does not end.
const markup = `</pre></script><img src=x onerror="window.broken=true"><script>window.broken=true</script>"'` + "`\u202e\u0007"

// spoiled is a report with such text wherever a target has a say.
func spoiled() *report.Report {
	r := sample()
	text := markup + strings.Repeat("w", 5000)
	e := &r.Results[1].Exchanges[0]
	*e = report.Exchange{
		Operation: text, Method: "DELETE", URL: "http://h/" + text, Header: map[string]string{"X-" + markup: text}, Body: text,
		Status: 200, ResponseHeader: map[string]string{markup: text}, ResponseBody: text, At: e.At, Err: text,
	}
	r.Target, r.Why, r.Left, r.Uncertain = "http://h/"+text, text, []string{text}, []string{text}
	r.Results[1].Findings = []report.Finding{{Want: text, Got: text, Exchange: e}}
	r.Results[3].Reason, r.Questions[0].Evidence, r.Questions[1].Observed = text, e, text
	x, h := r.Exploration, r.History
	x.Stopped, x.Gaps, h.Stopped, h.Gaps = text, []string{text}, text, []string{text}
	x.Findings[0] = report.Sequence{
		Text: text, Outcome: report.Fail, Commands: []string{text}, Want: text, Got: text, Reason: text, Script: text, GoTest: text,
		Also: []string{text}, Exchanges: []report.Exchange{*e},
	}
	h.Findings = []report.Interleaving{{Text: text, Outcome: report.Warn, Commands: []string{text}, Page: "<p>a picture</p>"}}
	return r
}

// shownAs shows a report in a browser.
func shownAs(t *testing.T, r *report.Report, width int64) *browser.Tab {
	t.Helper()
	var page bytes.Buffer
	if err := r.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(page.Bytes()) }))
	t.Cleanup(server.Close)
	tab := browser.Open(t, server.URL, width, 900, "about:")
	tab.Do(chromedp.Navigate(server.URL+"/report.html"), chromedp.WaitVisible("#filter", chromedp.ByQuery))
	return tab
}

// Whatever a target said is text, and a page of any width is read without scrolling sideways.
func TestReportsInABrowser(t *testing.T) {
	for _, width := range []int64{390, 1280} {
		t.Run(fmt.Sprint(width), func(t *testing.T) {
			tab := shownAs(t, spoiled(), width)
			tab.Do(chromedp.Evaluate(`document.querySelectorAll("details").forEach(d => d.open = true)`, nil))
			var broken bool
			var images, inner, outer int
			tab.Eval(`window.broken === true`, &broken)
			tab.Eval(`document.images.length`, &images)
			tab.Eval(`document.documentElement.scrollWidth`, &inner)
			tab.Eval(`window.innerWidth`, &outer)
			if broken || images > 0 || inner > outer {
				t.Errorf("markup ran: %t, %d images, the page is %d px wide in a window of %d", broken, images, inner, outer)
			}
			tab.Behaved()
		})
	}
}

// rows counts the requirements that the page shows, as a person sees it.
const rows = `[...document.querySelectorAll(".matrix tr[data-outcome]")].filter(r => r.offsetParent !== null).length`

// The filter leaves what was asked for, and says how much that is.
func TestTheFilterOfAReport(t *testing.T) {
	r := sample()
	tab := shownAs(t, r, 1280)
	want := func(what string, want int) {
		t.Helper()
		var got int
		var said string
		tab.Eval(rows, &got)
		tab.Eval(`document.querySelector("#filter output").value`, &said)
		if got != want || said != fmt.Sprintf("%d requirements", want) {
			t.Errorf("%s: %d are shown, and %q is said; want %d", what, got, said, want)
		}
	}
	want("all", len(r.Results))
	tab.Do(chromedp.Click(`#filter input[value="pass"]`, chromedp.ByQuery))
	want("without what passed", len(r.Results)-r.Count(report.Pass))
	tab.Do(chromedp.SendKeys(`#filter input[type="search"]`, "DELETE/fail", chromedp.ByQuery))
	want("with a text", 1)
	tab.Behaved()
}

// Both schemes of colours keep the public rules of accessibility.
func TestReportsAreAccessible(t *testing.T) {
	axe := browser.Axe(t)
	for _, width := range []int64{390, 1280} {
		tab := shownAs(t, sample(), width)
		for _, scheme := range []string{"light", "dark"} {
			tab.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}))
			tab.Accessible(axe, fmt.Sprintf("%s at %d px", scheme, width))
		}
	}
}
