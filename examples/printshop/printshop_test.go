// Package printshop shows how an API of one's own is added: see docs/add-an-api.md.
package printshop

import (
	"bytes"
	"io/fs"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/printshop/checks"
	"github.com/understudy-mock/understudy/examples/printshop/contract"
	"github.com/understudy-mock/understudy/examples/printshop/mock"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
)

func target(t *testing.T, options ...mockserver.Option) conformance.Target {
	t.Helper()
	shop, err := mockserver.New(append(options, mockserver.WithOnly(mock.API()), mockserver.WithValidateResponses())...)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shop)
	t.Cleanup(server.Close)
	return conformance.Target{
		API: contract.API.Name, URL: server.URL + contract.API.BasePath, Token: "demo",
		States: conformance.States{URL: server.URL + "/_understudy/v1/provider-states"},
	}
}

func verify(t *testing.T, on conformance.Target, options ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), on, append(options, conformance.Catalogs(checks.Catalog()))...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestTheMockConforms has every check pass and every question answered as the mock does by default.
func TestTheMockConforms(t *testing.T) {
	r := verify(t, target(t))
	for _, result := range r.Results {
		if result.Outcome != report.Pass {
			t.Errorf("%s: %s %s", result.Requirement, result.Outcome, result.Reason)
		}
	}
	for _, q := range r.Questions {
		if want := contract.API.Question(q.ID).Default(); q.Answer != want {
			t.Errorf("%s: %q, want %q", q.ID, q.Answer, want)
		}
	}
	if r.ExitCode() != 0 || len(r.Results) < 12 {
		t.Errorf("exit code %d, %d results", r.ExitCode(), len(r.Results))
	}
}

// TestEveryMutantIsKilled wants the check of the sentence that a mutant breaks to fail.
func TestEveryMutantIsKilled(t *testing.T) {
	mutants := mock.API().Mutants()
	for _, m := range mutants {
		t.Run(m.ID, func(t *testing.T) {
			if on := target(t, mockserver.WithMutant(m.ID)); m.Needs == mutant.Exploration {
				wantDisagreement(t, m, verify(t, on, conformance.Explore()))
			} else {
				wantKilled(t, m, verify(t, on, conformance.OnlyChecks()))
			}
		})
	}
	if len(mutants) < 12 {
		t.Errorf("%d mutants", len(mutants))
	}
}

func wantKilled(t *testing.T, m *mutant.Mutant, r *report.Report) {
	t.Helper()
	for _, result := range r.Results {
		violated := result.Outcome == report.Fail || result.Outcome == report.Warn
		if result.Requirement == m.Breaks.ID && !violated {
			t.Errorf("survived: %s %s", result.Outcome, result.Reason)
		}
		if result.Requirement != m.Breaks.ID && violated {
			t.Logf("%s fails as well", result.Requirement)
		}
	}
}

func wantDisagreement(t *testing.T, m *mutant.Mutant, r *report.Report) {
	t.Helper()
	for _, f := range r.Exploration.Findings {
		t.Logf("%+v", f)
	}
	if r.ExitCode() != 1 || len(r.Exploration.Findings) == 0 {
		t.Errorf("%s survived", m.ID)
	}
}

// TestTheModel explores the honest shop, and judges what clients at once see of it.
func TestTheModel(t *testing.T) {
	r := verify(t, target(t), conformance.Explore(), conformance.Concurrent())
	if r.ExitCode() != 0 || r.Exploration == nil || r.Exploration.Commands < 1000 || len(r.Exploration.Findings) > 0 {
		t.Errorf("exit code %d, explored %+v", r.ExitCode(), r.Exploration)
	}
	if r.History == nil || r.History.Legal == 0 || len(r.History.Findings) > 0 {
		t.Errorf("histories %+v", r.History)
	}
}

// TestTheDialectIsLearned has a shop that answers the open questions otherwise found out, and still conform.
func TestTheDialectIsLearned(t *testing.T) {
	other := map[string]string{
		contract.ListOrder.ID: contract.NewestFirst, contract.CancelAgain.ID: contract.Accepted, contract.SubmitBlank.ID: contract.Accepted,
	}
	r := verify(t, target(t, mockserver.WithDialect(other)))
	for _, q := range r.Questions {
		if q.Answer != other[q.ID] {
			t.Errorf("%s: %q, want %q", q.ID, q.Answer, other[q.ID])
		}
	}
	if r.ExitCode() != 0 {
		t.Errorf("exit code %d", r.ExitCode())
	}
}

// TestTheBound counts what an API costs: code, document and sentences, without tests.
func TestTheBound(t *testing.T) {
	const most = 1200
	lines := 0
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "_test.go") || !strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".yaml") {
			return err
		}
		text, err := os.ReadFile(path)
		lines += bytes.Count(text, []byte("\n"))
		return err
	})
	if err != nil || lines > most {
		t.Errorf("%d lines, at most %d: %v", lines, most, err)
	}
	t.Logf("%d hand-written lines", lines)
}
