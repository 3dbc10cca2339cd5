package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// counted is where a page says how many requirements an API has: "all 72", "of Make's 72", "OF 72 REQUIREMENTS", "tests=\"72\"".
func counted() *regexp.Regexp {
	return regexp.MustCompile(`(?:\b[Aa]ll |of (?:Make|CRM\.COM)'s |OF )(\d+)\b( [Rr]equirements| REQUIREMENTS| of them)?|tests="(\d+)"`)
}

// TestCountsOfRequirements holds the numbers on the pages to the catalogs. A figure that was measured when there were others says so in
// other words.
func TestCountsOfRequirements(t *testing.T) {
	known := map[int]bool{}
	for _, api := range []*contract.API{makecom.Contract, crmcom.Contract} {
		known[len(api.Requirements)] = true
	}
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range append(pages, "../README.md", "../examples/alternative/README.md", "../CONTRIBUTING.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range counted().FindAllStringSubmatch(string(text), -1) {
			n, _ := strconv.Atoi(m[1] + m[3]) // one of them is digits, the other empty
			found++
			if !known[n] {
				t.Errorf("%s says %q; no API has %d requirements", page, m[0], n)
			}
		}
	}
	if found == 0 {
		t.Error("no page says how many requirements there are; the test has lost sight of them")
	}
}
