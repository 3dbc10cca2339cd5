package packaging_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestQuick wants what a registry does not give out to be left out of the continuous integration with a line, and a defect to fail it.
// In the place of the scripts that build and try the packages stand some that say their name.
func TestQuick(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"bash", "curl", "git", "node", "npm", "python3"} {
		if _, err := exec.LookPath(command); err != nil {
			t.Skipf("left out: no %s here", command)
		}
	}
	if exec.CommandContext(t.Context(), "node", "-e", `process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)`).Run() != nil {
		t.Skip("left out: node is older than 20")
	}
	for _, tt := range []struct {
		name string
		ends map[string]string // script to exit code
		code int
		want string
		lack string
	}{
		{"all well", nil, 0, "ran npm/try/run", "LEFT OUT: the npm"},
		{"the registry is down", map[string]string{"npm/build": "75"}, 0, "LEFT OUT: the npm packages", "ran npm/try/run"},
		{"the last part cannot be had", map[string]string{"action/lint": "75"}, 0, "LEFT OUT: actionlint", "actionlint: failed"},
		{"a package does not build", map[string]string{"npm/build": "3"}, 3, "the npm packages: failed with 3", "ran python"},
		{"a package does not work", map[string]string{"npm/try/run": "1"}, 1, "npm, tried: failed with 1", "ran python"},
		{"an action is malformed", map[string]string{"action/lint": "1"}, 1, "actionlint: failed with 1", "left out here"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			root := standIns(t, tt.ends)
			cmd := exec.CommandContext(t.Context(), filepath.Join(root, "packaging/quick"))
			out, _ := cmd.CombinedOutput() // the exit code is looked at
			if code := cmd.ProcessState.ExitCode(); code != tt.code {
				t.Errorf("ended with %d, want %d", code, tt.code)
			}
			if text := string(out); !strings.Contains(text, tt.want) || strings.Contains(text, tt.lack) {
				t.Errorf("want %q, and not %q, in:\n%s", tt.want, tt.lack, text)
			}
		})
	}
}

func standIns(t *testing.T, ends map[string]string) string {
	t.Helper()
	root := t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(root, "packaging", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil { //nolint:gosec // it is run
			t.Fatal(err)
		}
	}
	write("quick", read(t, "quick"))
	write("version", "#!/usr/bin/env bash\necho 0.1.0-dev unknown 1970-01-01T00:00:00Z\n")
	for _, script := range []string{
		"binaries", "reproducible", "npm/build", "npm/try/run", "python/build.py", "python/try/run", "image/build", "image/try/run",
		"action/try/run", "action/lint",
	} {
		end := ends[script]
		if end == "" {
			end = "0"
		}
		write(script, "#!/usr/bin/env bash\necho ran "+script+"\nexit "+end+"\n")
	}
	return root
}
