package crmcom_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// few are the questions that explorations depend on; the rest take their time.
var few = regexp.MustCompile("resend/identity|list/order")

func runExploration(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.Exploration {
	t.Helper()
	opts = append(opts, conformance.Explore(), conformance.OnlyQuestions(), conformance.Select(few))
	return verify(t, target, opts...).Exploration
}

func wantNothingFound(t *testing.T, x *report.Exploration) {
	t.Helper()
	if x.Stopped != "" || len(x.Gaps) > 0 || x.Commands == 0 {
		t.Errorf("%d commands; gaps %q; stopped: %s", x.Commands, x.Gaps, x.Stopped)
	}
	for _, f := range x.Findings {
		t.Errorf("%s (from %d)\n%s\nwant %s\ngot  %s", f.Requirement, f.From, strings.Join(f.Commands, "\n"), f.Want, f.Got)
	}
}

func TestExplorationAgreesWithTheMock(t *testing.T) {
	for seed := range uint64(3) {
		wantNothingFound(t, runExploration(t, mock(t, nil), conformance.Seed(seed)))
	}
}

func TestExplorationAgreesWithEveryDialect(t *testing.T) {
	for _, q := range sweep.Of(crmcom.Contract.Questions, 3) {
		for _, answer := range q.Answers[1:] {
			t.Run(q.ID+"/"+answer.Name, func(t *testing.T) {
				wantNothingFound(t, runExploration(t, mock(t, contract.Dialect{q.ID: answer.Name}), conformance.Rounds(4)))
			})
		}
	}
}

func TestExplorationAgreesWithTheAlternative(t *testing.T) {
	wantNothingFound(t, runExploration(t, target(t, alternative(300*time.Millisecond, ""))))
}
