// Package packaging_test holds what the packages' pages show against files that run. The packages themselves are built and tried by
// `make packages`, and in part by the continuous integration, with packaging/quick.
package packaging_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPagesAreQuoted wants what the pages show in a language to stand in a file that is run or checked: by packaging/*/try/run, by
// packaging/action/lint or by packaging/examples/check.
func TestPagesAreQuoted(t *testing.T) {
	for _, c := range []struct{ page, language, file string }{
		{"npm/understudy-mock/README.md", "js", "npm/try/readme.mjs"},
		{"../docs/javascript.md", "js", "npm/try/readme.mjs"},
		{"python/README.md", "python", "python/try/test_readme.py"},
		{"../docs/python.md", "python", "python/try/test_readme.py python/try/test_spelling.py"},
		{"../docs/containers.md", "yaml", "examples/gitlab-ci.yaml examples/github-services.yaml"},
		{"../docs/containers.md", "go", "examples/testcontainers.go"},
		{"../docs/containers.md", "js", "examples/testcontainers.mjs"},
	} {
		var files strings.Builder
		for _, file := range strings.Fields(c.file) {
			files.WriteString(read(t, file))
		}
		quotes := blocks(read(t, c.page), c.language)
		if len(quotes) != len(strings.Fields(c.file)) {
			t.Errorf("%s has %d blocks of %s, want %s", c.page, len(quotes), c.language, c.file)
		}
		for _, quote := range quotes {
			if !strings.Contains(files.String(), quote) {
				t.Errorf("%s does not have what %s shows:\n%s", c.file, c.page, quote)
			}
		}
	}
}

func blocks(page, language string) (all []string) {
	for _, rest := range strings.Split(page, "```"+language+"\n")[1:] {
		text, _, _ := strings.Cut(rest, "```")
		all = append(all, text)
	}
	return all
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestVersion wants what packaging/version stamps to be what the program takes in.
func TestVersion(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("left out: no bash here")
	}
	out, err := exec.CommandContext(t.Context(), "./version").Output()
	if err != nil {
		t.Fatal(err)
	}
	words := strings.Fields(string(out))
	if len(words) != 3 {
		t.Fatalf("packaging/version says %q", out)
	}
	flags, err := exec.CommandContext(t.Context(), "./version", "ldflags").Output()
	if err != nil {
		t.Fatal(err)
	}
	stamps := read(t, "../internal/buildinfo/buildinfo.go")
	for i, name := range []string{"version", "commit", "date"} {
		if want := "buildinfo." + name + "=" + words[i]; !strings.Contains(string(flags), want) {
			t.Errorf("the flags %q lack %s", flags, want)
		}
		if !strings.Contains(stamps, "\n\t"+name+" ") {
			t.Errorf("internal/buildinfo has no variable %s", name)
		}
	}
}

// TestFetch wants a registry's failure told from a mistake of ours: the one leaves a part out of the continuous integration, the other
// fails it.
func TestFetch(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("left out: no bash here")
	}
	for _, tt := range []struct {
		name, command string
		code          int
		runs          string
	}{
		{"it works", "exit 0", 0, "x"},
		{"it works the second time", `[ "$(cat runs)" = xx ]`, 0, "xx"},
		{"nothing answers", "echo npm error code ECONNREFUSED; exit 1", 75, "xx"},
		{"the package is gone", "echo npm ERR! code E404; exit 1", 75, "xx"},
		{"it hangs", "exec sleep 600", 75, "xx"},
		{"the lock file does not fit", "echo npm error code EUSAGE; exit 7", 7, "x"},
		{"a sum is wrong", "echo npm error code EINTEGRITY; exit 1", 1, "x"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fetch, err := filepath.Abs("fetch")
			if err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), fetch, "bash", "-c", "printf x >>runs; "+tt.command)
			cmd.Dir = t.TempDir()
			cmd.Env = append(os.Environ(), "FETCH_SECONDS=30")
			if tt.name == "it hangs" {
				cmd.Env = append(os.Environ(), "FETCH_SECONDS=1")
			}
			out, err := cmd.CombinedOutput()
			if code := cmd.ProcessState.ExitCode(); code != tt.code || (err == nil) != (tt.code == 0) {
				t.Errorf("ended with %d (%v), want %d: %s", code, err, tt.code, out)
			}
			if runs := read(t, filepath.Join(cmd.Dir, "runs")); runs != tt.runs {
				t.Errorf("ran %q, want %q", runs, tt.runs)
			}
		})
	}
}
