package makecom_test

import (
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
)

// runHistories records histories of a target without checking it.
func runHistories(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.History {
	t.Helper()
	opts = append(opts, conformance.Concurrent(), conformance.OnlyQuestions())
	return verify(t, target, opts...).History
}

func wantLegal(t *testing.T, h *report.History) {
	t.Helper()
	if h.Stopped != "" || len(h.Gaps) > 0 || h.Legal == 0 || h.Illegal+h.Unjudged+h.Unanswered > 0 {
		t.Errorf("%d legal, %d illegal, %d unjudged, %d without an answer; gaps %q; stopped: %s", h.Legal, h.Illegal, h.Unjudged, h.Unanswered, h.Gaps, h.Stopped)
	}
	if h.Acknowledged == 0 || h.Lost+h.Duplicated+h.Resurrected > 0 {
		t.Errorf("%d acknowledged, %d lost, %d duplicated, %d resurrected", h.Acknowledged, h.Lost, h.Duplicated, h.Resurrected)
	}
	for _, f := range h.Findings {
		t.Errorf("%s\n%s", f.Requirement, strings.Join(f.Commands, "\n"))
	}
}

func TestHistoriesOfTheMockAreLegal(t *testing.T) {
	for seed := range uint64(2) {
		wantLegal(t, runHistories(t, mock(t, nil), conformance.Seed(seed)))
	}
}

func TestHistoriesInAHostileDialectAreLegal(t *testing.T) {
	wantLegal(t, runHistories(t, mock(t, hidden())))
	h := runHistories(t, mock(t, hostile()))
	if h.Illegal > 0 || h.Legal == 0 {
		t.Errorf("%+v", h)
	}
}

func TestHistoriesOfTheAlternativeAreLegal(t *testing.T) {
	wantLegal(t, runHistories(t, target(t, server.New(server.Options{}))))
}
