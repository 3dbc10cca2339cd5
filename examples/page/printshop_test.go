package page_test

import (
	"bufio"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
)

// The print shop, an API of somebody else in a module of its own, has a page like the vendors.
func TestThePrintShopHasAPage(t *testing.T) {
	leftTo(t, "page-full")
	origin, _ := started(t, built(t, "../printshop", "./cmd/printshop"), "serve", "--addr", "127.0.0.1:0")
	p := &person{t: t, origin: origin}
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

// built is a program of a module.
func built(t *testing.T, module, program string) (binary string) {
	t.Helper()
	binary = filepath.Join(t.TempDir(), filepath.Base(program))
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, program)
	build.Dir = module
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return binary
}

// started runs a program that serves, and is where it listens and what ends it.
func started(t *testing.T, binary string, args ...string) (origin string, end func(syscall.Signal)) {
	t.Helper()
	server := exec.Command(binary, args...) //nolint:noctx // the cleanup ends it
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	end = func(by syscall.Signal) {
		_ = server.Process.Signal(by) // an error means that it has ended
		_ = server.Wait()             // which tells how it ended
	}
	t.Cleanup(func() { end(syscall.SIGKILL) })
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if found := regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text()); found != "" {
			return found, end
		}
	}
	t.Fatalf("%s does not say where it listens", binary)
	return "", nil
}
