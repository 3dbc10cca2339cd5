//go:build unix

package schemafile_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/schemafile"
)

// TestATextIsBoundedByWhatItComesTo refuses, before anything is built, what short texts can be made to mean.
func TestATextIsBoundedByWhatItComesTo(t *testing.T) {
	schema := definition(t, "Any")
	long := strings.Repeat("x", 1<<20)
	for name, test := range map[string]struct{ text, says string }{
		"aliases to a long text": {"a: &a " + long + "\nb: [" + strings.Repeat("*a,", 900) + "]", "aliases make it larger by more than 16 MiB"},
		"merges of a long text":  {"a: &a {x: " + long + "}\nb: [" + strings.Repeat("{<<: *a},", 900) + "]", "aliases make it larger by more than 16 MiB"},
		"aliases of aliases":     {laughs("[", "]"), "it has more than 1048576 values"},
		"merges of merges":       {laughs("{<<: [", "]}"), "it has more than 1048576 values"},
		"many YAML values":       {"items: [" + strings.Repeat("1,", 2<<20) + "1]", "it may have more than 524288 values"},
		"many lines":             {strings.Repeat("- 1\n", 1<<20), "it may have more than 524288 values"},
		"many JSON values":       {`{"items": [` + strings.Repeat("1,", 2<<20) + `1]}`, "it has more than 1048576 values"},
		"many empty JSON lists":  {`[` + strings.Repeat("[],", 1<<20) + `[]]`, "it has more than 1048576 values"},
		"deep JSON":              {strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "it is nested more than 500 deep"},
		"deep YAML":              {"a: " + strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "it is nested more than 500 deep"},
		"a text within itself":   {"a: &a [*a]", "or contains itself"},
		"a merge within itself":  {"&a {<<: *a}", "or contains itself"},
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := schema.Read("text", []byte(test.text))
			runtime.ReadMemStats(&after)
			if err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %.200v, want %s", err, test.says)
			}
			if cost := after.TotalAlloc - before.TotalAlloc; cost > 64<<20 {
				t.Errorf("it cost %d MiB to refuse %d KiB", cost>>20, len(test.text)>>10)
			}
		})
	}
}

// laughs multiplies a text by ten seven times over.
func laughs(open, closing string) string {
	text := "a: &a {x1: 1, x2: 1, x3: 1, x4: 1, x5: 1, x6: 1, x7: 1, x8: 1, x9: 1}\n"
	for name := 'b'; name < 'i'; name++ {
		text += string(name) + ": &" + string(name) + " " + open + strings.Repeat("*"+string(name-1)+" ,", 10) + closing + "\n"
	}
	return text
}

// What is within the bounds costs a bounded multiple of its bytes: these have a tenth of the values that texts may have.
func TestWhatTextsCost(t *testing.T) {
	schema := definition(t, "Any")
	for name, text := range map[string]string{
		"YAML": "items: [" + strings.Repeat("1,", 50_000) + "1]",
		"JSON": `{"items": [` + strings.Repeat("1,", 100_000) + `1]}`,
	} {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			if _, err := schema.Read("text", []byte(text)); err != nil {
				t.Fatalf("%.200v", err)
			}
			runtime.ReadMemStats(&after)
			if cost := after.TotalAlloc - before.TotalAlloc; cost > 100<<20 {
				t.Errorf("it cost %d MiB", cost>>20)
			} else {
				t.Logf("%d KiB cost %d MiB in all", len(text)>>10, cost>>20)
			}
		})
	}
}

// Repeating a little is what aliases are for.
func TestAliasesWithinTheBounds(t *testing.T) {
	text, err := definition(t, "Any").Read("text", []byte("a: &a {x: 1}\nb: [*a, {<<: *a, y: 2}, {<<: [*a]}]"))
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"a":{"x":1},"b":[{"x":1},{"y":2,"x":1},{"x":1}]}`; string(text.JSON) != want {
		t.Errorf("%s, want %s", text.JSON, want)
	}
}

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	file, pipe := filepath.Join(dir, "file"), filepath.Join(dir, "pipe")
	if err := os.WriteFile(file, []byte("seed: 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if text, err := schemafile.ReadFile(file, 1<<10); err != nil || !bytes.Equal(text, []byte("seed: 1\n")) {
		t.Errorf("%q, %v", text, err)
	}
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, says := range map[string]string{dir: "is no file", "/dev/zero": "is no file", "/dev/tty0": "", file + ".gone": "no such file"} {
		if _, err := schemafile.ReadFile(name, 1<<10); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := schemafile.ReadFile(file, 4); err == nil || !strings.Contains(err.Error(), "it is larger than 0 KiB") {
		t.Errorf("a file that is too large: %v", err)
	}
	began := time.Now()
	if text, err := schemafile.ReadFile(pipe, 1<<10); err != nil || len(text) > 0 || time.Since(began) > time.Second {
		t.Errorf("a pipe without a writer: %q, %v after %s", text, err, time.Since(began))
	}
}

// A pipe that somebody writes to is as good as a file: target files come from <(…) in shells.
func TestReadFileTakesAPipe(t *testing.T) {
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if _, err := to.WriteString("seed: 1\n"); err != nil {
		t.Fatal(err)
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := schemafile.ReadFile(fmt.Sprintf("/dev/fd/%d", from.Fd()), 1<<10); err != nil || string(text) != "seed: 1\n" {
		t.Errorf("read %q, %v", text, err)
	}
}
