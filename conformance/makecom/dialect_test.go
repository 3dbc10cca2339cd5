package makecom_test

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// mock serves the mock with a dialect.
func mock(t *testing.T, d contract.Dialect) conformance.Target {
	t.Helper()
	server, err := mockserver.New(mockserver.WithDialect(d))
	if err != nil {
		t.Fatal(err)
	}
	served := target(t, server)
	served.States.URL = served.URL[:len(served.URL)-len(makecom.BasePath)] + "/_understudy/v1/provider-states"
	return served
}

func TestEveryAnswerIsLegalAndObserved(t *testing.T) {
	t.Parallel()
	for _, q := range makecom.Contract.Questions {
		for _, answer := range q.Answers[1:] { // TestTheMockConforms has the first ones
			t.Run(q.ID+"/"+answer.Name, func(t *testing.T) {
				t.Parallel()
				r := verify(t, mock(t, contract.Dialect{q.ID: answer.Name}))
				if r.Verdict != report.Conforms {
					t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
				}
				wantAnswer(t, r, q, answer.Name)
			})
		}
	}
}

func TestTheMockConforms(t *testing.T) {
	r := verify(t, mock(t, nil))
	if r.Verdict != report.Conforms || r.Count(report.Pass) != len(makecom.Contract.Requirements) {
		t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
	}
	for _, q := range makecom.Contract.Questions {
		wantAnswer(t, r, q, q.Default())
	}
}

func wantAnswer(t *testing.T, r *report.Report, q *contract.Question, want string) {
	t.Helper()
	for _, asked := range r.Questions {
		if asked.ID == q.ID && asked.Answer != want {
			t.Errorf("%s: want %s, got %q %s", q.ID, want, asked.Answer, asked.Observed)
		}
	}
}

// hidden is the dialect that shows an item in processing nowhere.
func hidden() contract.Dialect {
	return contract.Dialect{
		makecom.ListIncludesProcessing.ID: makecom.AnswerNo,
		makecom.StatsCountsProcessing.ID:  makecom.AnswerNo,
		makecom.DetailProcessing.ID:       makecom.Answer404,
	}
}

func TestWhatCannotBeSeenIsUnverified(t *testing.T) {
	r := verify(t, mock(t, hidden()), conformance.OnlyChecks())
	for _, id := range []string{makecom.DeleteProcessingRefused.ID, makecom.DeleteAllProcessing.ID} {
		if result := outcome(t, r, id); result.Outcome != report.Unverified {
			t.Errorf("%s: %s", id, result.Outcome)
		}
	}
	if r.Verdict != report.Conforms {
		t.Errorf("%s: %s", r.Verdict, report.Summary(r))
	}
}

// hostile gives every question its last answer.
func hostile() contract.Dialect {
	d := contract.Dialect{}
	for _, q := range makecom.Contract.Questions {
		d[q.ID] = q.Answers[len(q.Answers)-1].Name
	}
	return d
}

func TestAHostileDialectConforms(t *testing.T) {
	d := hostile()
	for seed := range uint64(5) {
		r := verify(t, mock(t, d), conformance.Seed(seed))
		if r.Verdict != report.Conforms || r.Count(report.Warn) > 0 {
			t.Errorf("seed %d: %s: %s", seed, r.Verdict, report.Summary(r))
		}
		for _, q := range makecom.Contract.Questions {
			wantAnswer(t, r, q, d[q.ID])
		}
	}
}
