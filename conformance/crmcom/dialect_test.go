package crmcom_test

import (
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// mock serves the mock with a dialect.
func mock(t *testing.T, d contract.Dialect) conformance.Target {
	t.Helper()
	return served(t, mockserver.WithDialect(d))
}

func served(t *testing.T, how mockserver.Option) conformance.Target {
	t.Helper()
	server, err := mockserver.New(how)
	if err != nil {
		t.Fatal(err)
	}
	at := target(t, server)
	at.States.URL = at.URL[:len(at.URL)-len(crmcom.BasePath)] + "/_understudy/v1/provider-states"
	return at
}

// patient has the run wait for time-outs too.
func patient(t conformance.Target) conformance.Target {
	t.Receiver.Patience = 5 * time.Second
	return t
}

// shortTimeout is an answer to delivery/timeout that a test can wait for.
const shortTimeout = "500ms"

func wantConforms(t *testing.T, r *report.Report) {
	t.Helper()
	if r.Verdict != report.Conforms || r.Count(report.Pass) != len(crmcom.Contract.Requirements) {
		t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
	}
}

// sameAnswer compares durations roughly: they are measured, on machines that have other things to do.
func sameAnswer(got, want string) bool {
	measured, err1 := time.ParseDuration(got)
	wanted, err2 := time.ParseDuration(want)
	if err1 != nil || err2 != nil {
		return got == want
	}
	return max(measured, wanted) < 5*min(measured, wanted)
}

func wantAnswer(t *testing.T, r *report.Report, q *contract.Question, want string) {
	t.Helper()
	i := slices.IndexFunc(r.Questions, func(asked report.Question) bool { return asked.ID == q.ID })
	if i < 0 {
		t.Fatalf("%s: not asked", q.ID)
	}
	if asked := r.Questions[i]; !sameAnswer(asked.Answer, want) {
		t.Errorf("%s: want %s, got %q %s", q.ID, want, asked.Answer, asked.Observed)
	}
}

func TestTheMockConforms(t *testing.T) {
	d := contract.Dialect{crmcom.DeliveryTimeout.ID: shortTimeout}
	r := verify(t, patient(mock(t, d)))
	wantConforms(t, r)
	for _, q := range crmcom.Contract.Questions {
		wantAnswer(t, r, q, d.Answer(q))
	}
	t.Logf("%d requests, %d for states, %.2f s", r.Requests, r.SetupRequests, r.Seconds)
}

func TestEveryAnswerIsLegalAndObserved(t *testing.T) {
	t.Parallel()
	for _, q := range crmcom.Contract.Questions {
		for _, answer := range q.Answers[1:] { // TestTheMockConforms has the first ones
			t.Run(q.ID+"/"+answer.Name, func(t *testing.T) {
				t.Parallel()
				served := mock(t, contract.Dialect{q.ID: answer.Name})
				wantConforms(t, verify(t, served, conformance.OnlyChecks()))
				asked := verify(t, served, conformance.OnlyQuestions(), conformance.Select(regexp.MustCompile(q.ID)))
				wantAnswer(t, asked, q, answer.Name)
			})
		}
	}
}

// TestTheLastAnswersConform gives every question its last answer at once.
func TestTheLastAnswersConform(t *testing.T) {
	d := contract.Dialect{}
	for _, q := range crmcom.Contract.Questions {
		d[q.ID] = q.Answers[len(q.Answers)-1].Name
	}
	d[crmcom.DeliveryTimeout.ID] = shortTimeout
	r := verify(t, patient(mock(t, d)))
	wantConforms(t, r)
	for _, q := range crmcom.Contract.Questions {
		wantAnswer(t, r, q, d.Answer(q))
	}
}
