package conformance_test

import (
	"bytes"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// learnt is what a run learns from the mock under a dialect, by way of the file that it writes.
func learnt(t *testing.T, api *contract.API, base string, d contract.Dialect, opts ...conformance.Option) contract.Dialect {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithDialect(d))
	if err != nil {
		t.Fatal(err)
	}
	defer mock.Close()
	server := httptest.NewServer(mock)
	defer server.Close()
	target := conformance.Target{
		API: api.Name, URL: server.URL + base, Token: "demo",
		States: conformance.States{URL: server.URL + "/_understudy/v1/provider-states"},
	}
	r, err := conformance.Run(t.Context(), target, append(opts, conformance.OnlyQuestions())...)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := conformance.WriteDialect(&file, r); err != nil {
		t.Fatal(err)
	}
	read, err := dialect.Read("learnt.yaml", &file)
	if err != nil {
		t.Fatal(err)
	}
	return read
}

// TestADialectIsLearntBack learns from the mock under each answer to each question, and under hostile dialects as a
// whole. What is answered by a length of time is left out: a run would have to wait for it.
func TestADialectIsLearntBack(t *testing.T) {
	for base, api := range map[string]*contract.API{makecom.BasePath: makecom.Contract, crmcom.BasePath: crmcom.Contract} {
		t.Run(api.Name, func(t *testing.T) {
			for _, q := range sweep.Of(api.Questions, 8) {
				for _, answer := range q.Answers {
					if q.Durations {
						continue
					}
					want := contract.Dialect{q.ID: answer.Name}
					only := conformance.Select(regexp.MustCompile("^" + regexp.QuoteMeta(q.ID) + "$"))
					if diff := cmp.Diff(want, learnt(t, api, base, want, only)); diff != "" {
						t.Errorf("%s: %s: want -, learnt +\n%s", q.ID, answer.Name, diff)
					}
				}
			}
			for _, seed := range sweep.Of([]int64{0, 1, 2, 3}, 1) {
				want := contract.Dialect{}
				for _, q := range api.Questions {
					if !q.Durations {
						want[q.ID] = dialect.Hostile(seed).Answer(q)
					}
				}
				got := learnt(t, api, base, want)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("hostile, seed %d: want -, learnt +\n%s", seed, diff)
				}
			}
		})
	}
}
