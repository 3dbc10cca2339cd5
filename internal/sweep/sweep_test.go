package sweep_test

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/internal/sweep"
)

func TestOf(t *testing.T) {
	list := []int{0, 1, 2, 3, 4, 5, 6}
	t.Setenv(sweep.Variable, "")
	if got := sweep.Of(list, 3); !slices.Equal(got, []int{0, 2, 4}) {
		t.Errorf("a part is %v", got)
	}
	if got := sweep.Of(list, 8); !slices.Equal(got, list) {
		t.Errorf("a part of more is %v", got)
	}
	t.Setenv(sweep.Variable, "1")
	if got := sweep.Of(list, 3); !slices.Equal(got, list) {
		t.Errorf("the whole is %v", got)
	}
}

func TestSkip(t *testing.T) {
	t.Setenv(sweep.Variable, "")
	ran := false
	t.Run("part", func(t *testing.T) { sweep.Skip(t); ran = true })
	t.Setenv(sweep.Variable, "1")
	if ran {
		t.Error("it ran without being asked for")
	}
	t.Run("whole", func(t *testing.T) { sweep.Skip(t); ran = true })
	if !ran {
		t.Error("it did not run")
	}
}

// TestTheMakefileNamesEverySweep wants every package that has a sweep in the list that the continuous integration runs.
func TestTheMakefileNamesEverySweep(t *testing.T) {
	makefile, err := os.ReadFile("../../Makefile")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(makefile), "\nSWEEPS := ")
	list, _, _ = strings.Cut(list, "\n")
	sources, err := filepath.Glob("../../*/*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, deeper := range []string{"../../*/*/*_test.go", "../../*/*/*/*_test.go"} {
		more, err := filepath.Glob(deeper)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, more...)
	}
	found := map[string]bool{}
	for _, source := range sources {
		text, err := os.ReadFile(source)
		if err != nil {
			t.Fatal(err)
		}
		if dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(source)), "../../"); strings.Contains(string(text), "understudy/internal/sweep") && dir != "internal/sweep" {
			found["./"+dir] = true
		}
	}
	if got := slices.Sorted(maps.Keys(found)); !slices.Equal(got, strings.Fields(list)) {
		t.Errorf("sweeps are in %q, the Makefile has %q", got, strings.Fields(list))
	}
}
