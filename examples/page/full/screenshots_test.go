package full_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "a folder for pictures of the page") //nolint:gochecknoglobals // a flag

// TestScreenshots takes the pictures of README.md and docs/page.md: make screenshots.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("SKIPPED: -screenshots names no folder; make screenshots does")
	}
	for _, size := range [][2]int64{{1280, 860}, {390, 844}} {
		p := open(t, size[0], size[1])
		p.control(http.MethodPut, "/clock", `{"mode":"frozen","now":"2026-11-28T09:30:00Z"}`)
		p.look()
		fireARule(p)
		p.press(".board", "Deliver a sample")
		p.press(".board", "Begin the oldest")
		p.sees(`[aria-label$=", processing"] .card`, "7a567f38")
		p.call(http.MethodGet, p.origin+"/api/v2/hooks/654/incomings", "shop", "", nil)
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confrmed=true", "shop", `{"all":true}`, nil)
		p.press(".board", "Delete all, unconfirmed")
		p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings", "shop", `{"ids":["7a567f385d1a4f5ab7bff89162b7605e","8d88f6f5b0484908890ef11fe7e5bf63"]}`, nil)
		p.sees("#journal-count", "4")
		p.wait(`document.getElementById('messages').childElementCount === 0`, "no message")
		p.take(fmt.Sprintf("page-%d.png", size[0]))
		p.exchange("406")
		p.wait(`(document.querySelector('dialog .sentence').open = true)`, "a sentence")
		p.sees("dialog .source", "Make")
		p.take(fmt.Sprintf("exchange-%d.png", size[0]))
	}
}

// take writes what is in sight.
func (p *person) take(name string) {
	p.t.Helper()
	var picture []byte
	p.do(chromedp.CaptureScreenshot(&picture))
	if err := os.WriteFile(filepath.Join(*screenshots, name), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
