package page_test

import (
	"bufio"
	"context"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// The print shop, an API of somebody else in a module of its own, has a page like the vendors.
func TestThePrintShopHasAPage(t *testing.T) {
	leftTo(t, "page-full")
	p := &person{t: t, origin: printshop(t)}
	p.browse(usual)
	p.enter("paper")
	p.Press(".board", "Submit job …")
	p.Press("dialog", "Submit job …")
	p.told("Submit job …: 201")
	p.Sees(`[aria-label$=", queued"] .card`, "a title")
	p.card("queued", "a title")
	p.Press("dialog", "Cancel job")
	p.told("Cancel job: 200")
	p.Sees(`[aria-label$=", cancelled"] .card`, "a title")
	p.has("/state?column=cancelled", `"total":1`)
	p.exchange("cancelJob")
	p.Sees("dialog .sentence", "printshop/cancel/queued")
	p.Behaved()
}

// printshop builds and starts the program of its module, and is where it listens.
func printshop(t *testing.T) (origin string) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "printshop")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/printshop")
	build.Dir = "../printshop"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithCancel(t.Context())
	server := exec.CommandContext(ctx, binary, "serve", "--addr", "127.0.0.1:0")
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cancel(); _ = server.Wait() }) // it is killed, which Wait tells
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text()); found != "" {
			return found
		}
	}
	t.Fatal("the print shop does not say where it listens")
	return ""
}
