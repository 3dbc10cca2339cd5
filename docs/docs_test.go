// Package docs_test runs what the pages show.
package docs_test

import (
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
)

// shown is where the mock is on the pages.
const shown = "http://127.0.0.1:8654"

// TestConsole runs every command of every console block, and wants what the page says.
func TestConsole(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			mock, err := mockserver.New(mockserver.WithValidateResponses())
			if err != nil {
				t.Fatal(err)
			}
			web := httptest.NewServer(mock)
			t.Cleanup(web.Close)
			for _, s := range steps(string(text)) {
				ran++
				if got := run(t, web.URL, s.command); got != s.output {
					t.Errorf("$ %s\n(-page +got):\n%s", s.command, cmp.Diff(s.output, got))
				}
			}
		})
	}
	if ran < 20 {
		t.Errorf("the pages show %d commands; the test has lost sight of them", ran)
	}
}

type step struct{ command, output string }

// steps are the commands of the console blocks that call the mock, and what they print.
func steps(page string) (all []step) {
	for _, block := range strings.Split(page, "```console\n")[1:] {
		block, _, _ = strings.Cut(block, "```")
		for _, part := range strings.Split("\n"+block, "\n$ ")[1:] {
			command, output, _ := strings.Cut(part, "\n")
			if strings.Contains(command, shown) {
				all = append(all, step{command, strings.TrimSuffix(output, "\n")})
			}
		}
	}
	return all
}

// run prints what a command does, a missing end of line aside.
func run(t *testing.T, url, command string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.ReplaceAll(command, shown, url)).Output()
	if err != nil && len(out) == 0 {
		t.Errorf("$ %s: %v", command, err)
	}
	return strings.TrimSuffix(strings.ReplaceAll(string(out), url, shown), "\n")
}
