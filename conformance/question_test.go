package conformance_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// asked asks five times what becomes of an unknown id.
func asked(t *testing.T, h http.Handler) (report.Question, string) {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	target := conformance.Target{
		API: "makecom", URL: s.URL + "/api/v2", Token: "demo", States: conformance.States{URL: s.URL + "/states"},
	}
	r, err := conformance.Run(t.Context(), target, conformance.OnlyQuestions(), conformance.Times(5),
		conformance.Select(pattern(makecom.DeleteUnknownID.ID+"$")))
	if err != nil {
		t.Fatal(err)
	}
	var dialect strings.Builder
	if err := conformance.WriteDialect(&dialect, r); err != nil {
		t.Fatal(err)
	}
	for _, q := range r.Questions {
		if q.ID == makecom.DeleteUnknownID.ID {
			return q, dialect.String()
		}
	}
	t.Fatalf("it was not asked: %+v", r.Questions)
	return report.Question{}, ""
}

func TestAnAnswerIsCounted(t *testing.T) {
	q, dialect := asked(t, server.New(server.Options{}))
	if q.Seen != 5 || q.Answer != makecom.AnswerError4xx || !strings.Contains(dialect, "# seen 5 times, last on ") {
		t.Errorf("%+v\n%s", q, dialect)
	}
}

// TestAnswersThatVaryAreNone asks a server that is of one mind twice, and of another then. Each asking deletes twice.
func TestAnswersThatVaryAreNone(t *testing.T) {
	honest := server.New(server.Options{})
	var deletions atomic.Int32
	q, dialect := asked(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodDelete && deletions.Add(1) > 4 {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = w.Write([]byte(`{"incomings":[]}`))
			return
		}
		honest.ServeHTTP(w, r)
	}))
	if q.Answer != "" || q.Seen != 0 || !strings.Contains(q.Observed, "the answers vary: 2 times error-4xx, and then omitted") {
		t.Errorf("%+v", q)
	}
	if !strings.Contains(dialect, "\n# makecom/delete/unknown-id: omitted\n") {
		t.Error(dialect)
	}
}
