package gogc

import (
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"testing"
)

// TestImport wants the percentage to be set before anything else runs, or to be what GOGC says.
func TestImport(t *testing.T) {
	want := percent
	if given := os.Getenv("GOGC"); given == "off" {
		want = -1
	} else if given != "" {
		var err error
		if want, err = strconv.Atoi(given); err != nil {
			t.Fatal(err)
		}
	}
	got := debug.SetGCPercent(percent)
	defer debug.SetGCPercent(got)
	if got != want {
		t.Errorf("%d%%, want %d%%", got, want)
	}
}

func TestLimitOfAControlGroup(t *testing.T) {
	file := filepath.Join(t.TempDir(), "memory.max")
	for text, want := range map[string]int64{"67108864\n": 60397974, "max\n": 0, "": 0} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got, ok := limitIn(file); ok != (want > 0) || ok && got != want {
			t.Errorf("%q: got %d, %v, want %d", text, got, ok, want)
		}
	}
	if _, ok := limitIn(file + ".absent"); ok {
		t.Error("a file that is absent has a limit")
	}
}
