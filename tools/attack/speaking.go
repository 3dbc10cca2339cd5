//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// spoken is what a hostile target says: escapes of terminals, bidi, markup, the ends of quotes in Go, shell and HTML, and bytes that are
// no text.
const spoken = "\\u001b]0;owned\\u0007\\u001b[2J\\u202e\\u009b31m<script>alert(1)</script>'\\\"`$(touch owned)\\nfunc init() { panic(1) }\xff"

// escapes lets a target speak through the console, the page, the scripts and the generated test.
func escapes(ctx context.Context, sc *scene) error {
	if err := sc.beside(ctx); err != nil {
		return err
	}
	at, stop := sc.spoiled(100, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Said", "\x1b[31m")
		fmt.Fprintf(w, `{"incomings":[{"id":"%s","hookId":1}],"message":"%[1]s","detail":"%[1]s","code":"%[1]s","pg":{"limit":"%[1]s"}}`, spoken)
	})
	defer stop()
	page, report, scripts := filepath.Join(sc.dir, "page.html"), filepath.Join(sc.dir, "report.json"), filepath.Join(sc.dir, "scripts")
	p, err := sc.launch(ctx, "verify", "makecom", "--url", at+"/api/v2", "--token", "hostile", "--state-url", at+statePath, "--deadline", "8s", "--timeout", "2s",
		"--verbose", "--report", "html="+page, "--report", "json="+report, "--report", "junit="+filepath.Join(sc.dir, "junit.xml"), "--scripts", scripts)
	if err != nil {
		return err
	}
	if err := p.wants(8*time.Second+wait, 1, 3, 4); err != nil {
		return err
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	if strings.Contains(string(text), "<script>alert(1)") {
		return errors.New("the page has the target's script")
	}
	return errors.Join(silent("console", p.out.String()), silent("page", string(text)), speakNot(scripts), sc.server.stop())
}

// silent fails where a text has characters that speak to a terminal or turn what is read.
func silent(where, text string) error {
	for i, r := range text {
		if r == '\n' || r == '\t' || r == '\r' {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == unicode.ReplacementChar && !strings.HasPrefix(text[i:], "\uFFFD") {
			return fmt.Errorf("%s: it has %U in %q", where, r, text[max(0, i-40):min(len(text), i+40)])
		}
	}
	return nil
}

// speakNot looks at the scripts of failures: a shell reads each without doing anything that the target said.
func speakNot(dir string) error {
	scripts, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		return err
	}
	for _, name := range scripts {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if err := silent(filepath.Base(name), string(text)); err != nil {
			return err
		}
		if said, err := exec.Command("sh", "-n", name).CombinedOutput(); err != nil { //nolint:gosec,noctx // it is only parsed
			return fmt.Errorf("%s: sh cannot read it: %s", filepath.Base(name), said)
		}
	}
	return nil
}

// shortToken looks for a token in everything that a run writes.
func shortToken(ctx context.Context, sc *scene) error {
	const token = "tok7car"
	if err := sc.beside(ctx); err != nil {
		return err
	}
	at, stop := sc.spoiled(1<<40, nil)
	defer stop()
	report := filepath.Join(sc.dir, "report.json")
	p, err := sc.launch(ctx, "verify", "makecom", "--url", at+"/api/v2", "--token", token, "--deadline", "15s", "--mode", "read-only", "--verbose", "--report", "json="+report)
	if err != nil {
		return err
	}
	if err := p.wants(15*time.Second+wait, 0, 1, 3); err != nil {
		return err
	}
	text, err := os.ReadFile(report)
	if err != nil {
		return err
	}
	if n := strings.Count(p.out.String()+string(text), token); n > 0 {
		return fmt.Errorf("the token is written %d times", n)
	}
	return sc.server.stop()
}

// learned serves what was learned of a target that says what nobody else says.
func learned(ctx context.Context, sc *scene) error {
	if err := sc.beside(ctx); err != nil {
		return err
	}
	at, stop := sc.spoiled(60, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"incomings":[{"id":"%s"}],"message":"%[1]s","code":"%[1]s"}`, spoken)
	})
	defer stop()
	file := filepath.Join(sc.dir, "dialect.yaml")
	p, err := sc.launch(ctx, "learn", "makecom", "--url", at+"/api/v2", "--token", "hostile", "--state-url", at+statePath, "--deadline", "8s", "--timeout", "2s", "-o", file)
	if err != nil {
		return err
	}
	if err := p.wants(8*time.Second+wait, 0, 3, 4); err != nil {
		return err
	}
	if _, err := os.Stat(file); err != nil {
		return sc.server.stop() // nothing was learned
	}
	served, err := sc.launch(ctx, "serve", "--addr", "127.0.0.1:0", "--dialect", file)
	if err != nil {
		return err
	}
	if err := served.ready(); err != nil {
		return fmt.Errorf("serve refuses what learn wrote: %w: %s", err, lastLine(served.out.String()))
	}
	served.interrupt()
	return errors.Join(served.wants(wait, 0), sc.server.stop())
}

// twoRuns has two runs use the same lent hook at once.
func twoRuns(ctx context.Context, sc *scene) error {
	if err := sc.beside(ctx, "--tokens", "declared"); err != nil { // where any token opens a world, a made-up one is rightly held against the mock
		return err
	}
	lent := `{"tokens":[{"token":"lent","scopes":["hooks:read","hooks:write"]}],"makecom":{"hooks":[{"id":654,"udid":"two"}]}}`
	if _, err := sc.client.want(ctx, call{method: http.MethodPut, path: "/_understudy/v1/worlds/lent", body: strings.NewReader(lent)}, 200); err != nil {
		return err
	}
	args := []string{"verify", "makecom", "--url", sc.honest() + "/api/v2", "--token", "lent", "--hook-id", "654", "--hook-url", sc.honest() + "/wh/two.lent", "--deadline", "30s"}
	var runs [2]*program
	for i := range runs {
		p, err := sc.launch(ctx, args...)
		if err != nil {
			return err
		}
		runs[i] = p
	}
	var failed error
	for _, p := range runs {
		failed = errors.Join(failed, p.wants(40*time.Second, 0, 3))
	}
	return errors.Join(failed, sc.server.stop())
}
