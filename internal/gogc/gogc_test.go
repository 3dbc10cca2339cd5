package gogc

import (
	"os"
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
