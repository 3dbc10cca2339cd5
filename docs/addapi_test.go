package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheAPIPageIsQuoted wants every piece of Go on add-an-api.md to stand in the print shop, which its own tests run.
func TestTheAPIPageIsQuoted(t *testing.T) {
	page, err := os.ReadFile("add-an-api.md")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	err = filepath.WalkDir("../examples/printshop", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		text, err := os.ReadFile(path)
		source.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	quotes := blocks(string(page), "go")
	if len(quotes) < 5 {
		t.Fatalf("the page shows %d pieces of Go", len(quotes))
	}
	for _, quote := range quotes {
		if !strings.Contains(source.String(), quote) {
			t.Errorf("the print shop has no\n%s", quote)
		}
	}
}
