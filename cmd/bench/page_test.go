package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A run of five minutes must not fail at its end because the document has no place for a table.
func TestTheDocumentHasAPlaceForEveryTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/performance.md")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "performance.md")
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	p := newPage(io.Discard)
	s := settings{page: p}
	everywhere().head(s)
	apart().head(s)
	p.table("figures", "also", "measured", "goal")
	p.row("one", "two", "three")
	p.table("outside", "operation")
	p.end()
	p.begin("growth")
	p.end()
	conditions(s, true, "a line", 0, 0)
	for range 2 { // what was published is replaced the next time
		if err := p.publish(file); err != nil {
			t.Fatal(err)
		}
	}
	published, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := bytes.Count(published, []byte("| one | two | three |\n")); n != 1 {
		t.Errorf("a row is there %d times, want once", n)
	}
	if len(p.parts) != 6 {
		t.Errorf("%d parts, want operations, apart, outside, figures, growth and conditions", len(p.parts))
	}
}

func TestADocumentWithoutAPlaceIsRefused(t *testing.T) {
	_, err := replaced("# Performance\n", "figures", "| a |\n")
	if err == nil || !strings.Contains(err.Error(), "<!-- bench figures -->") {
		t.Errorf("got %v, want the line that is missing", err)
	}
}

// The counts are those of proc(5): user, nice, system, idle, iowait, irq, softirq, steal.
func TestSharesOfProcessors(t *testing.T) {
	before, after := ticks{all: 1000, idle: 700, stolen: 10}, ticks{all: 1400, idle: 1000, stolen: 30}
	busy, stolen := after.shares(before)
	if busy != 0.2 || stolen != 0.05 {
		t.Errorf("busy %v, stolen %v, want 0.2 and 0.05", busy, stolen)
	}
}

func TestWhatWrkIsToldAndSays(t *testing.T) {
	request := httpRequest{"POST", "/wh/x?a=1", `{"n":"\u00e4"}`}.bytes(world{addr: "127.0.0.1:1", name: "w"})
	script, path, err := wrkScript(request)
	const want = "wrk.method = \"POST\"\nwrk.headers[\"Authorization\"] = \"Token w\"\nwrk.headers[\"Content-Type\"] = \"application/json\"\n" +
		`wrk.body = "{\"n\":\"\\u00e4\"}"` + "\n"
	if err != nil || path != "/wh/x?a=1" || string(script) != want {
		t.Errorf("got %s for %q, %v; want %s", script, path, err, want)
	}
	if rate, err := readWrk([]byte("  20 requests in 2.00s\nRequests/sec:  12034.56\nTransfer/sec:      1.00MB\n")); err != nil || rate != 12034.56 {
		t.Errorf("got %v, %v", rate, err)
	}
	for _, bad := range []string{"", "  Non-2xx or 3xx responses: 3\nRequests/sec:  1.00\n", "  Socket errors: connect 0, read 1, write 0, timeout 0\nRequests/sec:  1.00\n"} {
		if rate, err := readWrk([]byte(bad)); err == nil {
			t.Errorf("%q: got %v, want an error", bad, rate)
		}
	}
}
