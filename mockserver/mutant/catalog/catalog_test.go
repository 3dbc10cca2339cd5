package catalog_test

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi"
)

var word = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestMutantsAreNamedAfterWhatTheyBreak(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range catalog.New(mockserver.APIs()...).All() {
		own, ok := strings.CutPrefix(m.ID, m.Breaks.ID+"/")
		if !ok || !word.MatchString(own) {
			t.Errorf("%s: it breaks %s", m.ID, m.Breaks.ID)
		}
		if seen[m.ID] {
			t.Errorf("%s: the id comes twice", m.ID)
		}
		seen[m.ID] = true
		if !strings.HasSuffix(m.Text, ".") || strings.Contains(m.Text, "\n") {
			t.Errorf("%s: the text is no sentence of one line: %q", m.ID, m.Text)
		}
		if m.Wrap == nil && m.Setup == nil {
			t.Errorf("%s: it is the honest mock", m.ID)
		}
	}
}

func TestEveryRequirementHasAMutant(t *testing.T) {
	c := catalog.New(mockserver.APIs()...)
	for _, a := range openapi.APIs() {
		mutants := c.Of(a.Name)
		for _, r := range a.Requirements {
			if !slices.ContainsFunc(mutants, func(m *mutant.Mutant) bool { return m.Breaks == r && m.Needs == mutant.Checks }) {
				t.Errorf("%s: no mutant breaks it for a check to see", r.ID)
			}
		}
	}
}

func TestThereAreEnoughToMeasureWith(t *testing.T) {
	kinds := map[string]map[mutant.Needs]int{}
	for _, m := range catalog.New(mockserver.APIs()...).All() {
		if kinds[m.API()] == nil {
			kinds[m.API()] = map[mutant.Needs]int{}
		}
		kinds[m.API()][m.Needs]++
	}
	if n := len(catalog.New(mockserver.APIs()...).All()); n < 150 {
		t.Errorf("%d mutants, want 150", n)
	}
	for api, of := range kinds {
		if of[mutant.Exploration] < 5 || of[mutant.History] < 8 {
			t.Errorf("%s: %v; want 5 that take exploration, and 8 that take several clients", api, of)
		}
	}
}

func TestFindSaysWhatIsNear(t *testing.T) {
	for _, test := range []struct{ id, first string }{
		{"makecom/delete/ids/only-frist", "makecom/delete/ids/only-first"},
		{"makecom/delete/ids/only", "makecom/delete/ids/only-first"},
		{"delete/ids/only-first", "makecom/delete/ids/only-first"},
	} {
		_, err := catalog.New(mockserver.APIs()...).Find(test.id)
		var unknown *catalog.UnknownError
		if !errors.As(err, &unknown) || !errors.Is(err, catalog.ErrUnknown) {
			t.Fatalf("%s: error %v", test.id, err)
		}
		if diff := cmp.Diff(test.first, unknown.Near[0]); diff != "" {
			t.Errorf("%s: nearest (-want +got):\n%s", test.id, diff)
		}
	}
}

func TestNoWorldPlaysWhatOpensNone(t *testing.T) {
	_, err := catalog.New(mockserver.APIs()...).ForWorld("makecom/auth/token-required/open-stats")
	if !errors.Is(err, catalog.ErrServerWide) {
		t.Errorf("error %v", err)
	}
}
