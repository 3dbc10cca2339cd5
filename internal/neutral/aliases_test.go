package neutral

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestAnAliasIsOnePackage wants an alias to stand for one package of this module wherever it is used, a package to have one alias,
// and no alias to be the name of another package. The print shop is a module of its own.
func TestAnAliasIsOnePackage(t *testing.T) {
	const module = "github.com/understudy-mock/understudy/"
	packages, aliases, plain := map[string]string{}, map[string]string{}, map[string]string{}
	seen := 0
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"node_modules", "dist", ".cache", ".git", "printshop"}, d.Name()):
			return filepath.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			at, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imported, ours := strings.CutPrefix(at, module)
			if !ours || spec.Name != nil && (spec.Name.Name == "_" || spec.Name.Name == ".") {
				continue
			}
			if spec.Name == nil {
				plain[filepath.Base(imported)] = imported
				continue
			}
			seen++
			alias := spec.Name.Name
			if other, used := packages[alias]; used && other != imported {
				t.Errorf("%s: %s is %s here, and %s elsewhere", path, alias, imported, other)
			}
			if other, has := aliases[imported]; has && other != alias {
				t.Errorf("%s: %s is called %s here, and %s elsewhere", path, imported, alias, other)
			}
			packages[alias], aliases[imported] = imported, alias
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for alias, imported := range packages {
		if other, named := plain[alias]; named {
			t.Errorf("%s is an alias of %s, and the name of %s", alias, imported, other)
		}
	}
	if seen < 50 {
		t.Errorf("only %d aliases were looked at", seen)
	}
}
