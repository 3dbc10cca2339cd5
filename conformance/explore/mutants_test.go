package explore_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
)

// bases are the APIs that can be explored, with the base of their addresses.
var bases = map[string]string{"makecom": "/api/v2", "crmcom": "/crmapi/rest/v2"}

// explored explores the mock with a mutant.
func explored(t *testing.T, api, mutantID string, opts ...conformance.Option) *report.Exploration {
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

// TestEveryMutantThatNeedsExplorationIsFound holds for a run of the usual size: with seeds 0 to 7 none was missed.
func TestEveryMutantThatNeedsExplorationIsFound(t *testing.T) {
	for api := range bases {
		for _, broken := range catalog.New().Of(api) {
			if broken.Needs != mutant.Exploration {
				continue
			}
			t.Run(broken.ID, func(t *testing.T) {
				for seed := range uint64(1) {
					x := explored(t, api, broken.ID, conformance.Seed(seed))
					if len(x.Findings) == 0 || x.Findings[0].Outcome == report.Unverified {
						t.Errorf("seed %d: %+v", seed, x)
						continue
					}
					f := x.Findings[0]
					t.Logf("seed %d: %s, from %d commands to %d: %s", seed, f.Requirement, f.From, len(f.Commands), strings.Join(f.Commands, "; "))
				}
			})
		}
	}
}
