package killmatrix_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/internal/killmatrix"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
)

// seed is that of the published matrix.
const seed = 1

// Every broken vendor is noticed by the test of what it breaks, and every check notices one.
func TestNothingSurvives(t *testing.T) {
	sweep.Skip(t)
	m, err := killmatrix.Quick(t.Context(), seed, conformance.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range m.Wrong() {
		t.Error(wrong)
	}
	published := read(t)
	if diff := cmp.Diff(fates(published), fates(m)); diff != "" {
		t.Errorf("docs/kill-matrix.json is not of this suite, run make mutants (-published +got):\n%s", diff)
	}
}

// fates is what became of each mutant, by what, and what was wanted. Numbers are masked: those of requests, for one, depend
// on what else ran at the time.
func fates(m *killmatrix.Matrix) map[string]string {
	all := map[string]string{}
	for _, r := range m.Rows {
		all[r.Mutant] = fmt.Sprintf("%s by %s: wants %s", r.Fate, r.By, masked(r.Want))
	}
	return all
}

var digits = regexp.MustCompile(`[0-9]+`)

// compared is how much of a masked text counts: the end of a long one depends on how long its numbers are.
const compared = 60

func masked(text string) string {
	runes := []rune(digits.ReplaceAllString(text, "#"))
	return string(runes[:min(compared, len(runes))])
}

func TestThePublishedPagesAgree(t *testing.T) {
	m := read(t)
	var page bytes.Buffer
	if err := m.WriteMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text(t, "../../docs/kill-matrix.md"), page.String()); diff != "" {
		t.Errorf("docs/kill-matrix.md, run make mutants (-page +want):\n%s", diff)
	}
	readme := text(t, "../../README.md")
	want, err := m.InPage(readme)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(readme, want); diff != "" {
		t.Errorf("README.md, run make mutants (-page +want):\n%s", diff)
	}
}

func TestThePublishedMatrixHasEveryMutant(t *testing.T) {
	var want, got []string
	for _, m := range catalog.New(mockserver.APIs()...).All() {
		want = append(want, m.ID+": "+m.Text)
	}
	for _, r := range read(t).Rows {
		got = append(got, r.Mutant+": "+r.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mutants in docs/kill-matrix.json, run make mutants (-want +got):\n%s", diff)
	}
}

func read(t *testing.T) *killmatrix.Matrix {
	t.Helper()
	m, err := killmatrix.ReadJSON(strings.NewReader(text(t, "../../docs/kill-matrix.json")))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func text(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
