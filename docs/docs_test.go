// Package docs_test runs what the pages show.
package docs_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/internal/sweep"
)

// guides are the pages whose every command is run; of the others, those that call a server.
func guides() []string {
	return []string{"ci.md", "go-test.md", "reports.md", "target-file.md", "verify-the-vendor-safely.md", "verify-your-implementation.md"}
}

// TestConsole runs every command of every console block, and wants what the page says.
func TestConsole(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	path := build(t)
	ran := 0
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			if slices.Contains(guides(), page) {
				sweep.Skip(t) // whole runs of the suite
			}
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			terminal := open(t, path, string(text))
			for _, s := range steps(string(text), slices.Contains(guides(), page)) {
				ran++
				if got := terminal.run(t, s.command); !matches(s.output, got) {
					t.Errorf("$ %s\nthe page says:\n%s\nit printed:\n%s", s.command, s.output, got)
				}
			}
		})
	}
	if most := 40; ran < most && sweep.Whole() || ran < most/2 {
		t.Errorf("the pages show %d commands; the test has lost sight of them", ran)
	}
}

// TestReadme runs what the first page shows, in the order of the page.
func TestReadme(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	terminal := open(t, build(t), string(text))
	shown := steps(string(text), true)
	for _, s := range shown {
		if strings.HasPrefix(s.command, "understudy verify") && !sweep.Whole() {
			continue // a whole run of the suite
		}
		if got := terminal.run(t, s.command); !matches(s.output, got) {
			t.Errorf("$ %s\nthe page says:\n%s\nit printed:\n%s", s.command, s.output, got)
		}
	}
	if len(shown) < 5 {
		t.Errorf("the page shows %d commands; the test has lost sight of them", len(shown))
	}
	if !strings.Contains(string(text), "make serve") {
		t.Error("the page does not say how to start the mock")
	}
}

// TestFirstCommands wants what the tables of the first page have typed to be commands and flags of the program, and targets of make.
func TestFirstCommands(t *testing.T) {
	page, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tables, _ := strings.Cut(string(page), "\n## Install\n")
	tables, _, _ = strings.Cut(tables, "\n```")
	targets, err := os.ReadFile("../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	terminal, ran := open(t, build(t), string(page)), 0
	for _, row := range strings.Split(tables, "\n") {
		for i, code := range strings.Split(row, "`") {
			switch {
			case i%2 == 0 || !strings.HasPrefix(row, "|"):
			case strings.HasPrefix(code, "understudy "):
				ran++
				typed := strings.ReplaceAll(code, "$MAKE_TOKEN", "whose reader has one")
				if out := terminal.run(t, typed+" --help"); terminal.lastCode != 0 {
					t.Errorf("$ %s\n%s", code, out)
				}
			case strings.HasPrefix(code, "make "):
				ran++
				if target := strings.Fields(code)[1]; !strings.Contains(string(targets), "\n"+target+":") {
					t.Errorf("the Makefile has no target %s", target)
				}
			}
		}
	}
	if ran < 9 {
		t.Errorf("the tables show %d commands; the test has lost sight of them", ran)
	}
}

// TestGoIsQuoted wants every piece of Go on go-test.md to stand in a test that runs.
func TestGoIsQuoted(t *testing.T) {
	page, err := os.ReadFile("go-test.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../examples/verified/contract_test.go")
	if err != nil {
		t.Fatal(err)
	}
	quotes := blocks(string(page), "go")
	if len(quotes) < 2 {
		t.Fatalf("the page shows %d pieces of Go", len(quotes))
	}
	for _, quote := range quotes {
		if !strings.Contains(string(source), quote) {
			t.Errorf("examples/verified/contract_test.go has no\n%s", quote)
		}
	}
}

// TestIndex wants every page in the index.
func TestIndex(t *testing.T) {
	index, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if page != "README.md" && !strings.Contains(string(index), "("+page+")") {
			t.Errorf("README.md has no link to %s", page)
		}
	}
}

// TestTargetFileIsWhole wants every member of the schema on target-file.md.
func TestTargetFileIsWhole(t *testing.T) {
	page, err := os.ReadFile("target-file.md")
	if err != nil {
		t.Fatal(err)
	}
	var schema object
	if err := json.Unmarshal(conformance.TargetSchema, &schema); err != nil {
		t.Fatal(err)
	}
	members := schema.members("")
	if len(members) < 25 {
		t.Fatalf("the schema has only %d members: %q", len(members), members)
	}
	for _, member := range members {
		_, last, nested := strings.Cut(member, ".")
		named := strings.Contains(string(page), "`"+member+"`")
		if !named && (!nested || !strings.Contains(string(page), "`."+last+"`")) {
			t.Errorf("the page has no `%s`", member)
		}
	}
}

// object is as much of a JSON Schema as names members.
type object struct {
	Properties map[string]object `json:"properties"`
}

// members are the paths of the members that have no members themselves.
func (o object) members(at string) (all []string) {
	for name, member := range o.Properties {
		if len(member.Properties) == 0 {
			all = append(all, at+name)
		}
		all = append(all, member.members(at+name+".")...)
	}
	return all
}

// TestMatches tries the comparison that everything here relies on.
func TestMatches(t *testing.T) {
	for _, c := range []struct {
		page, got string
		want      bool
	}{
		{"a\nb", "a\nb", true},
		{"a\nb", "a\nc", false},
		{"a\nb", "a\nb\nc", false},
		{"a\n…\nc", "a\nb\nb\nc", true},
		{"a\n…\nc", "a\nc", true},
		{"a\n…\nc", "a\nb", false},
		{"took … s", "took 0.2 s", true},
		{"took … s", "took 0.2 m", false},
		{"took … s\nb", "took 1\n2 s\nb", false},
		{"…\nCONFORMS", "VIOLATES", false},
	} {
		if got := matches(c.page, c.got); got != c.want {
			t.Errorf("page %q, output %q: %v", c.page, c.got, got)
		}
	}
}
