package crmcom_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// target serves a handler that has the alternative's addresses, and describes it as a target.
func target(t *testing.T, h http.Handler) conformance.Target {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return conformance.Target{
		API: "crmcom", URL: s.URL + crmapi.BasePath, Token: "demo",
		States:   conformance.States{URL: s.URL + "/states"},
		Login:    conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"},
		Receiver: conformance.Receiver{Wait: time.Second},
		Workers:  4, // more of them take time from each other, and some of these targets give their receivers little
	}
}

func verify(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), target, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// alternative serves the second implementation, which gives up on a receiver after so long.
func alternative(timeout time.Duration, defect server.Defect) http.Handler {
	return server.New(server.Options{DeliveryTimeout: timeout, Defect: defect})
}

// answers are those that the alternative's README names; where it names none, it gives the default.
func answers() map[string]string {
	all := map[string]string{}
	for _, q := range crmapi.Contract.Questions {
		all[q.ID] = q.Default()
	}
	for id, answer := range map[string]string{
		crmapi.ErrorHTTPStatus.ID:       crmapi.Answer4xx,
		crmapi.ErrorCodeStyle.ID:        crmapi.AnswerShortCode,
		crmapi.ErrorData.ID:             crmapi.AnswerEmptyObject,
		crmapi.ResendIdentity.ID:        crmapi.AnswerNewRecord,
		crmapi.ObjectNullMembers.ID:     crmapi.AnswerAbsent,
		crmapi.HMACAlgorithm.ID:         crmapi.AnswerSHA256Base64,
		crmapi.HMACCarrier.ID:           crmapi.AnswerHeader,
		crmapi.DeliveryTimeout.ID:       "300ms",
		crmapi.ListCreatedDate.ID:       crmapi.AnswerFrom,
		crmapi.ListOrder.ID:             crmapi.AnswerOldestFirst,
		crmapi.ListDefaultSize.ID:       crmapi.Answer100,
		crmapi.ListZeroSize.ID:          crmapi.AnswerEmpty,
		crmapi.ListUnknownDefinition.ID: crmapi.AnswerError,
		crmapi.FieldsSetUnknown.ID:      crmapi.AnswerError,
		crmapi.FieldsSetID.ID:           crmapi.AnswerYes,
		crmapi.ShowTrailingSlash.ID:     crmapi.AnswerNo,
	} {
		all[id] = answer
	}
	return all
}

func TestAnHonestServerPasses(t *testing.T) {
	honest := target(t, alternative(300*time.Millisecond, ""))
	honest.Receiver.Patience = 5 * time.Second
	r := verify(t, honest)
	for _, result := range r.Results {
		if result.Outcome != report.Pass {
			t.Errorf("%s: %s %s %+v", result.Requirement, result.Outcome, result.Reason, result.Findings)
		}
	}
	got := map[string]string{}
	for _, q := range r.Questions {
		got[q.ID] = q.Answer + q.Observed
	}
	if diff := cmp.Diff(answers(), got, cmp.Comparer(sameAnswer)); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if r.Verdict != report.Conforms || r.Requests == 0 || r.Requests > 625 {
		t.Errorf("verdict %s %s after %d requests", r.Verdict, r.Why, r.Requests)
	}
	t.Logf("%d requests, %d for states, %.2f s", r.Requests, r.SetupRequests, r.Seconds)
}

// violated lists the requirements that a report finds violated.
func violated(r *report.Report) []string {
	ids := []string{}
	for i := range r.Results {
		if o := r.Results[i].Outcome; o == report.Fail || o == report.Warn {
			ids = append(ids, r.Results[i].Requirement)
		}
	}
	slices.Sort(ids)
	return ids
}

// defects are those of the alternative, by the requirement that each violates.
func defects() map[string]server.Defect {
	all := map[string]server.Defect{}
	for _, broken := range server.Defects() {
		if strings.HasPrefix(broken.Violates, "crmcom/") {
			all[broken.Violates] = broken.Defect
		}
	}
	return all
}

func TestTheAlternativesDefectsAreCaught(t *testing.T) {
	t.Parallel()
	// A code made with the wrong key is wrong wherever the contract speaks of it, and a filter that does nothing does nothing beside others.
	alsoViolated := map[server.Defect][]string{
		server.WrongHMAC:     {crmapi.ShowAuthenticationCode.ID, crmapi.ResendPayload.ID},
		server.FilterIgnored: {crmapi.ListCombined.ID},
	}
	for violates, defect := range defects() {
		t.Run(string(defect), func(t *testing.T) {
			t.Parallel()
			wrong := target(t, alternative(0, defect))
			wrong.Workers = 1 // a number that is given again must not be another check's
			r := verify(t, wrong, conformance.OnlyChecks())
			want := append([]string{violates}, alsoViolated[defect]...)
			slices.Sort(want)
			if diff := cmp.Diff(want, violated(r)); diff != "" {
				t.Errorf("violated (-want +got):\n%s", diff)
			}
		})
	}
}
