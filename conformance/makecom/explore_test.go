package makecom_test

import (
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// runExploration explores a target without checking it.
func runExploration(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.Exploration {
	t.Helper()
	opts = append(opts, conformance.Explore(), conformance.OnlyQuestions())
	return verify(t, target, opts...).Exploration
}

func wantNothingFound(t *testing.T, x *report.Exploration) {
	t.Helper()
	if x.Stopped != "" || len(x.Gaps) > 0 || x.Commands == 0 {
		t.Errorf("%d commands; gaps %q; stopped: %s", x.Commands, x.Gaps, x.Stopped)
	}
	for _, f := range x.Findings {
		t.Errorf("%s (from %d)\n%s\nwant %s\ngot  %s\n%s", f.Requirement, f.From, strings.Join(f.Commands, "\n"), f.Want, f.Got, f.Script)
	}
}

func TestExplorationAgreesWithTheMock(t *testing.T) {
	for seed := range uint64(3) {
		wantNothingFound(t, runExploration(t, mock(t, nil), conformance.Seed(seed)))
	}
}

func TestEveryDialectIsExpected(t *testing.T) {
	t.Parallel()
	wantNothingFound(t, runExploration(t, mock(t, hostile())))
	wantNothingFound(t, runExploration(t, mock(t, hidden())))
	for _, q := range sweep.Of(makecom.Contract.Questions, 2) {
		for _, answer := range q.Answers[1:] {
			t.Run(q.ID+"/"+answer.Name, func(t *testing.T) {
				t.Parallel()
				r := verify(t, mock(t, contract.Dialect{q.ID: answer.Name}),
					conformance.OnlyQuestions(), conformance.Explore(), conformance.Concurrent(), conformance.Rounds(6))
				wantNothingFound(t, r.Exploration)
				wantLegal(t, r.History)
			})
		}
	}
}

func TestExplorationAgreesWithTheAlternative(t *testing.T) {
	for seed := range uint64(3) {
		wantNothingFound(t, runExploration(t, target(t, server.New(server.Options{})), conformance.Seed(seed)))
	}
}
