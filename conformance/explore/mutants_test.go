package explore_test

import (
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi"
)

// bases are the APIs that can be explored, with the base of their addresses.
var bases = func() map[string]string {
	all := map[string]string{}
	for _, api := range openapi.APIs() {
		all[api.Name] = api.BasePath
	}
	return all
}()

// runExploration explores the mock with a mutant.
func runExploration(t *testing.T, api, mutantID string, opts ...conformance.Option) *report.Exploration {
	t.Helper()
	handler, err := mockserver.New(mockserver.WithMutant(mutantID))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	target := conformance.Target{
		API: api, URL: server.URL + bases[api], Token: "demo",
		States: conformance.States{URL: server.URL + "/_understudy/v1/provider-states"},
	}
	r, err := conformance.Run(t.Context(), target, append(opts, conformance.OnlyQuestions(), conformance.Explore())...)
	if err != nil {
		t.Fatal(err)
	}
	return r.Exploration
}

var (
	seeds = flag.Uint64("seeds", 2, "how many seeds to explore each mutant with")
	shows = flag.Bool("lengths", false, "print how long the shrunk sequences are, as a table")
)

// short is the length to which a sequence has to be shrunk.
const short = 6

// TestEveryMutantThatNeedsExplorationIsFound holds for a run of the usual size: what is found is shrunk to six commands at most,
// and of ten runs one at most finds nothing.
func TestEveryMutantThatNeedsExplorationIsFound(t *testing.T) {
	for _, api := range slices.Sorted(maps.Keys(bases)) {
		needing := slices.DeleteFunc(catalog.New(mockserver.APIs()...).Of(api), func(m *mutant.Mutant) bool { return m.Needs != mutant.Exploration })
		for _, broken := range sweep.Of(needing, 2) {
			t.Run(broken.ID, func(t *testing.T) {
				lengths, missed := map[int]int{}, uint64(0)
				for _, seed := range sweep.Of(upTo(*seeds), 1) {
					findings := found(t, broken, seed)
					for _, f := range findings {
						lengths[len(f.Commands)]++
					}
					if len(findings) == 0 {
						missed++
					}
				}
				if 10*missed > *seeds {
					t.Errorf("%d of %d runs found nothing", missed, *seeds)
				}
				if *shows {
					t.Logf("| `%s` |%s %d |", broken.ID, row(lengths), missed)
				}
			})
		}
	}
}

func upTo(n uint64) []uint64 {
	all := make([]uint64, n)
	for i := range all {
		all[i] = uint64(i)
	}
	return all
}

// found are the findings of an exploration. Where there are any, one is of the sentence that the mutant breaks.
func found(t *testing.T, broken *mutant.Mutant, seed uint64) []report.Sequence {
	t.Helper()
	x := runExploration(t, broken.API(), broken.ID, conformance.Seed(seed))
	own := func(f report.Sequence) bool { return f.Requirement == broken.Breaks.ID }
	if x.Stopped != "" || len(x.Findings) > 0 && !slices.ContainsFunc(x.Findings, own) {
		t.Errorf("seed %d: its sentence is not found: %+v", seed, x)
	}
	for _, f := range x.Findings {
		if f.Outcome == report.Unverified || len(f.Commands) > short {
			t.Errorf("seed %d: %s %s, from %d commands to %d: %s", seed, f.Outcome, f.Requirement, f.From, len(f.Commands), strings.Join(f.Commands, "; "))
		}
	}
	return x.Findings
}

// row is how often each length came, from 2 to 6.
func row(lengths map[int]int) string {
	var b strings.Builder
	for n := 2; n <= short; n++ {
		fmt.Fprintf(&b, " %d |", lengths[n])
	}
	return b.String()
}
