package page_test

import (
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var screenshots = flag.String("screenshots", "", "a folder for pictures of the page") //nolint:gochecknoglobals // a flag

// TestScreenshots takes pictures of the page at every width, light and dark: make screenshots.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("SKIPPED: -screenshots names no folder; make screenshots does")
	}
	for _, width := range []int64{narrow, usual, broad} {
		p := open(t, width)
		p.Do(chromedp.Navigate(p.origin + "/"))
		p.Sees("#no-worlds", "demo")
		p.take(fmt.Sprintf("start-%d", width))
		p.control(http.MethodPut, "/clock", `{"mode":"frozen","now":"2026-11-28T09:30:00Z"}`)
		p.look()
		p.take(fmt.Sprintf("empty-%d", width))
		p.busy()
		p.take(fmt.Sprintf("world-%d", width))
		p.exchange("406")
		p.Wait(`(document.querySelector('dialog .sentence').open = true)`, "a sentence")
		p.Sees("dialog .source", "Make")
		p.take(fmt.Sprintf("exchange-%d", width))
		p.Press("dialog", "Show the state after this")
		p.take(fmt.Sprintf("past-%d", width))
		p.Press(".state", "Back to now")
		p.card("waiting", "")
		p.take(fmt.Sprintf("card-%d", width))
	}
}

// busy does a little of everything in a world.
func (p *person) busy() {
	p.t.Helper()
	fireARule(p)
	p.Press(".board", "Deliver a sample")
	p.Press(".board", "Begin the oldest")
	p.Sees(`[aria-label$=", processing"] .card`, "7a567f38")
	address := p.origin + "/api/v2/hooks/654/incomings"
	p.call(http.MethodGet, address, p.world, "", nil)
	p.call(http.MethodDelete, address+"?confrmed=true", p.world, `{"all":true}`, nil)
	p.Press(".board", "Delete all, unconfirmed")
	p.call(http.MethodDelete, address, p.world, `{"ids":["7a567f385d1a4f5ab7bff89162b7605e","8d88f6f5b0484908890ef11fe7e5bf63"]}`, nil)
	p.Sees("#journal-count", "4")
	p.Wait(`document.getElementById('messages').childElementCount === 0`, "no message")
}

// take writes what is in sight, light and dark, and the whole page.
func (p *person) take(name string) {
	p.t.Helper()
	var picture []byte
	for _, scheme := range []string{"dark", "light"} {
		p.Do(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}), chromedp.CaptureScreenshot(&picture))
		p.write(name+"-"+scheme+".png", picture)
	}
	p.Do(chromedp.FullScreenshot(&picture, 100)) // 100: as PNG
	p.write(name+"-whole.png", picture)
}

func (p *person) write(name string, picture []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(*screenshots, name), picture, 0o600); err != nil {
		p.t.Fatal(err)
	}
}
