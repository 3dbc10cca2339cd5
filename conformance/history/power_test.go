package history_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi"
)

var update = flag.Bool("update", false, "measure the detection power anew; it takes minutes")

// apis are those whose histories can be judged, with the base of their addresses.
var apis = func() map[string]string {
	all := map[string]string{}
	for _, api := range openapi.APIs() {
		all[api.Name] = api.BasePath
	}
	return all
}()

// measured is how many histories a measurement records of each mutant.
const measured = 200

func recorded(t *testing.T, api, mutantID string, opts ...conformance.Option) *report.History {
	t.Helper()
	handler, err := mockserver.New(mockserver.WithMutant(mutantID))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	target := conformance.Target{
		API: api, URL: server.URL + apis[api], Token: "demo",
		States: conformance.States{URL: server.URL + "/_understudy/v1/provider-states"},
	}
	r, err := conformance.Run(t.Context(), target, append(opts, conformance.OnlyQuestions(), conformance.Concurrent())...)
	if err != nil {
		t.Fatal(err)
	}
	return r.History
}

func needHistory(api string) []*mutant.Mutant {
	return slices.DeleteFunc(catalog.New(mockserver.APIs()...).Of(api), func(m *mutant.Mutant) bool { return m.Needs != mutant.History })
}

// TestPowerIsThatOfTheMutants holds what reports say about the power against the mutants that there are, and measures it
// with -update.
func TestPowerIsThatOfTheMutants(t *testing.T) {
	if *update {
		measure(t)
		return
	}
	for api := range apis {
		m, err := history.Measured(api)
		if err != nil {
			t.Fatal(err)
		}
		if m.Clients != history.DefaultClients || m.Operations != history.DefaultOperations {
			t.Errorf("%s: measured with %d clients and %d operations, which is not what a run does; go test -update", api, m.Clients, m.Operations)
		}
		var have, want []string
		for _, p := range m.Powers {
			have = append(have, p.Mutant)
			if p.In(history.DefaultRounds) < 0.5 {
				t.Errorf("%s: shown in %d of %d histories: a run would rather miss it", p.Mutant, p.Shown, p.Rounds)
			}
			if 2*p.Named < p.Shown {
				t.Errorf("%s: %d of %d illegal histories point at the sentence that it breaks: most do not", p.Mutant, p.Named, p.Shown)
			}
		}
		for _, m := range needHistory(api) {
			want = append(want, m.ID)
		}
		if !slices.Equal(have, want) {
			t.Errorf("%s: measured with %q, there are %q; go test -update", api, have, want)
		}
	}
}

// TestThePowerIsPublished wants the figures on the page for users.
func TestThePowerIsPublished(t *testing.T) {
	page, err := os.ReadFile("../../docs/mutants.md")
	if err != nil {
		t.Fatal(err)
	}
	for api := range apis {
		m, err := history.Measured(api)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range m.Powers {
			if row := fmt.Sprintf("| `%s` | %d of %d | %d | %d |", p.Mutant, p.Shown, p.Rounds, p.Named, p.Alone); !strings.Contains(string(page), row) {
				t.Errorf("docs/mutants.md lacks\n%s", row)
			}
		}
	}
}

func measure(t *testing.T) {
	t.Helper()
	all := map[string]history.Measurement{}
	for _, api := range slices.Sorted(maps.Keys(apis)) {
		m := history.Measurement{Clients: history.DefaultClients, Operations: history.DefaultOperations}
		for _, broken := range needHistory(api) {
			h := recorded(t, api, broken.ID, conformance.Rounds(measured))
			named, alone := h.Naming(broken.Breaks.ID)
			m.Powers = append(m.Powers, history.Power{Mutant: broken.ID, Shown: h.Illegal, Rounds: h.Rounds, Named: named, Alone: alone})
			t.Logf("| `%s` | %d of %d | %d | %d |", broken.ID, h.Illegal, h.Rounds, named, alone)
			for i := range h.Findings {
				t.Logf("    %d: %s", h.Findings[i].Histories, h.Findings[i].Sentence())
			}
		}
		all[api] = m
	}
	text, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("power.json", append(text, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestARunNoticesEveryMutant runs as many histories as anybody would, three times at most: to miss a mutant that shows in
// half of the runs three times over is rare, and the seeds are printed.
func TestARunNoticesEveryMutant(t *testing.T) {
	for api := range apis {
		for _, broken := range needHistory(api) {
			t.Run(broken.ID, func(t *testing.T) {
				for seed := range uint64(3) {
					h := recorded(t, api, broken.ID, conformance.Seed(seed))
					if h.Illegal > 0 && len(h.Findings) > 0 && h.Findings[0].Page != "" {
						return
					}
					t.Logf("seed %d: %d legal, %d illegal, stopped %q", seed, h.Legal, h.Illegal, h.Stopped)
				}
				t.Error("no run noticed it")
			})
		}
	}
}
