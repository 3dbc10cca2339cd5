package page_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What the page copies of an exchange, or of all of them, runs, and calls the same.
func TestCopiesRun(t *testing.T) {
	leftTo(t, "page-full") // it compiles what is copied
	p := watch(t)
	odd := `{"all":true,"note":"it's $HOME \\ \"quoted\" ` + "`x`" + ` é"}`
	if status := p.call(http.MethodDelete, p.origin+"/api/v2/hooks/654/incomings?confirmed=false", "shop", odd, nil); status != http.StatusNotAcceptable {
		t.Fatalf("status %d", status)
	}
	p.Eval(`navigator.clipboard.writeText = (text) => { window.copied = text; return Promise.resolve(); }`, nil)
	p.exchange("deleteHookIncomings")
	for label, run := range map[string]func(*testing.T, string) *exec.Cmd{
		"Copy as curl":       runShell,
		"Copy as Go test":    runGo,
		"Copy as JavaScript": runNode,
	} {
		text := p.copied("dialog", label)
		if !strings.Contains(text, "The token of this call is shop, which opens this world.") {
			t.Errorf("%s does not say whose token it has:\n%s", label, text)
		}
		p.runs(label, run, text, odd)
	}
	p.Press("dialog", "Close")
	p.has("/journal", "deleteHookIncomings")
	if text := p.copied("main", "All as curl"); !strings.Contains(text, "confirmed=false") {
		t.Errorf("all as curl:\n%s", text)
	}
	if text := p.copied("main", "All as Go test"); !strings.Contains(text, "confirmed=false") || !strings.Contains(text, "func Test") {
		t.Errorf("all as Go test:\n%s", text)
	}
	p.Behaved()
}

// copied is what a button puts into the clipboard.
func (p *person) copied(within, label string) string {
	p.t.Helper()
	p.Eval(`window.copied = ''`, nil)
	p.Press(within, label)
	p.Wait(`window.copied !== ''`, "a copy of "+label)
	text := ""
	p.Eval(`window.copied`, &text)
	return text
}

// runs has a copy make one exchange more, with the same body.
func (p *person) runs(label string, run func(*testing.T, string) *exec.Cmd, text, body string) {
	p.t.Helper()
	command := run(p.t, text)
	if command == nil {
		p.t.Logf("SKIPPED: %s is not run, because its program is not on this machine", label)
		return
	}
	before := len(p.entries())
	out, err := command.CombinedOutput()
	if err != nil {
		p.t.Errorf("%s: %v\n%s\nof\n%s", label, err, out, text)
		return
	}
	after := p.entries()
	if len(after) != before+1 {
		p.t.Errorf("%s makes %d exchanges:\n%s", label, len(after)-before, out)
		return
	}
	last, _ := after[len(after)-1].(map[string]any)
	request, _ := last["request"].(map[string]any)
	if last["status"] != float64(http.StatusNotAcceptable) || last["query"] != "confirmed=false" || request["body"] != body {
		p.t.Errorf("%s calls otherwise: %v", label, last)
	}
}

func (p *person) entries() []any {
	p.t.Helper()
	all, _ := p.control(http.MethodGet, "/journal", "")["entries"].([]any)
	return all
}

func runShell(t *testing.T, text string) *exec.Cmd {
	t.Helper()
	return command(t.Context(), "curl", "bash", "-c", text)
}

func runNode(t *testing.T, text string) *exec.Cmd {
	t.Helper()
	file := filepath.Join(t.TempDir(), "copy.mjs")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return command(t.Context(), "node", "node", file)
}

func runGo(t *testing.T, text string) *exec.Cmd {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"copy_test.go": text, "go.mod": "module understudy_copy\n\ngo 1.24\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	c := command(t.Context(), "go", "go", "test", "-count=1", ".")
	if c != nil {
		c.Dir = dir
	}
	return c
}

// command is nil where a program that it needs is not on this machine.
func command(ctx context.Context, needs, name string, args ...string) *exec.Cmd {
	if _, err := exec.LookPath(needs); err != nil {
		return nil
	}
	return exec.CommandContext(ctx, name, args...)
}
