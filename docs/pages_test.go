package docs_test

import (
	"io/fs"
	"os"
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/docs"
)

// TestPages wants every page in the program but those that say what was measured.
func TestPages(t *testing.T) {
	left := []string{"clients.md", "false-alarms.md", "kill-matrix.md", "peers.md", "performance.md"}
	all, err := fs.Glob(os.DirFS("."), "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range all {
		_, err := docs.Pages.Open(page)
		if out := slices.Contains(left, page); out == (err == nil) {
			t.Errorf("%s: left out is %v, want %v; see the patterns of Pages", page, err != nil, out)
		}
	}
}
