// Package neutral holds that generic rooms name no API.
package neutral

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/openapi"
)

// lists are the files that name the APIs on purpose: the lists of the mock, of the suite and of the command line, the fields that they
// have in mocktest, that of the command line's tests, and that of the tool whose requests are theirs.
func lists() []string {
	return []string{
		"mockserver/apis.go", "mockserver/mocktest/apis.go", "conformance/catalogs.go", "cmd/understudy/main.go", "cli/apis_test.go", "tools/soak/apis.go",
	}
}

// known are rooms and files that name an API and should not. None may be added.
func known() []string {
	return []string{
		"cmd/bench/", // what is measured stands in the code that measures it
		"cli/bounds_test.go", "cli/fixtures_test.go", "cli/mutate_test.go", "cli/complete_test.go", "cli/verdict_test.go", "internal/durable/", "internal/near/near_test.go", "cli/interrupt_test.go", "cli/stop_test.go",
		"internal/killmatrix/fate_test.go", "internal/killmatrix/shown_test.go",
		"internal/proof/load_test.go", "internal/proof/machine_test.go", "internal/proof/mock_test.go",
	}
}

// outsiders share no code with the rooms: they speak to the built program, or are spoken to by it, over the wire alone, and so
// have to write down themselves what an API's requests look like.
func outsiders() []string { return []string{"internal/outsider/", "tools/attack/"} }

func TestGenericRoomsNameNoAPI(t *testing.T) {
	var names []string
	for _, api := range openapi.APIs() {
		names = append(names, api.Name)
	}
	named, seen := regexp.MustCompile(strings.Join(names, "|")+"|incomings|webhook_requests"), 0
	for _, room := range []string{"cli", "cmd", "internal", "tools", "mockserver", "conformance"} {
		err := filepath.WalkDir(filepath.Join("../..", room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".go" {
				return err
			}
			seen++
			file := filepath.ToSlash(strings.TrimPrefix(path, "../../"))
			text, err := os.ReadFile(path)
			if found := named.Find(text); found != nil && !excused(file) {
				t.Errorf("%s names an API: %s. It belongs to the API's own folder, or comes from its value", file, found)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if seen < 50 {
		t.Errorf("only %d files were looked at", seen)
	}
}

func excused(file string) bool {
	return file == "internal/neutral/neutral_test.go" || slices.Contains(lists(), file) || ownedByAPI(file) || speaksToAPI(file) ||
		slices.ContainsFunc(slices.Concat(known(), outsiders()), func(known string) bool { return strings.HasPrefix(file, known) })
}

// ownedByAPI tells what lies in a folder, or in a file, that has the name of an API.
func ownedByAPI(file string) bool {
	for _, api := range openapi.APIs() {
		if slices.Contains(strings.Split(strings.TrimSuffix(file, ".go"), "/"), api.Name) {
			return true
		}
	}
	return false
}

// speaksToAPI tells tests of the mock and of the suite, many of which send an API's own requests. They should take their API from a
// list, and do not yet.
func speaksToAPI(file string) bool {
	if slices.ContainsFunc([]string{"conformance/explore/", "conformance/history/"}, func(room string) bool { return strings.HasPrefix(file, room) }) {
		return false // their tests go through the list of APIs
	}
	return strings.HasSuffix(file, "_test.go") && (strings.HasPrefix(file, "mockserver/") || strings.HasPrefix(file, "conformance/"))
}
