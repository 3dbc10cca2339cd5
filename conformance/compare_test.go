package conformance_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
)

// alternative serves the other implementation.
func alternative(t *testing.T, d server.Defect) conformance.Target {
	t.Helper()
	target := serve(t, server.New(server.Options{Token: "a-token-that-is-secret", Defect: d}))
	target.States.URL = strings.TrimSuffix(target.URL, "/api/v2") + "/states"
	return target
}

func compared(t *testing.T, a, b conformance.Target) *report.Comparison {
	t.Helper()
	c, err := conformance.Compare(t.Context(), a, b)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestATargetIsTheSameAsItself(t *testing.T) {
	c := compared(t, serve(t, newMock(t)), serve(t, newMock(t)))
	same := 0
	for _, r := range c.Results {
		if r.Verdict == report.Same {
			same++
		}
	}
	if same != len(c.Results) || same == 0 {
		var b bytes.Buffer
		_ = c.Write(&b)
		t.Error(b.String())
	}
}

func TestTwoImplementationsDifferWhereTheDocumentsAreSilent(t *testing.T) {
	c := compared(t, serve(t, newMock(t)), alternative(t, server.OffsetOffByOne))
	verdicts := map[string]report.Compared{}
	for _, r := range c.Results {
		verdicts[r.Requirement] = r
	}
	for id, want := range map[string]report.ComparedVerdict{
		"makecom/list/offset":         report.BViolates,
		"makecom/auth/token-required": report.Differs,
		"makecom/stats/shape":         report.Same,
	} {
		if got := verdicts[id].Verdict; got != want {
			t.Errorf("%s: want %s, got %s", id, want, got)
		}
	}
	if got := verdicts["makecom/auth/token-required"].Difference; !strings.Contains(got, "listHookIncomings: A status 401, B status 403") {
		t.Errorf("got %s", got)
	}
	if c.ExitCode() != report.ExitViolates {
		t.Errorf("exit code %d", c.ExitCode())
	}
}

func TestWhatOneTargetCannotDoIsNotCompared(t *testing.T) {
	idle := newMock(t)
	c := compared(t, serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what cannot be read asks for no state
		if r.Body = io.NopCloser(bytes.NewReader(body)); bytes.Contains(body, []byte("an item being processed")) {
			http.NotFound(w, r) // a state that it does not know
			return
		}
		idle.ServeHTTP(w, r)
	})), serve(t, newMock(t)))
	if c.Count(report.NotComparable) == 0 || c.Count(report.Differs) > 0 || c.ExitCode() != report.ExitConforms {
		t.Errorf("%d not comparable, %d differ", c.Count(report.NotComparable), c.Count(report.Differs))
	}
}

// TestTheSpellingOfAnAnswerIsNoDifference compares a target with one that writes the same JSON with blanks and in another order.
func TestTheSpellingOfAnAnswerIsNoDifference(t *testing.T) {
	mock := newMock(t)
	c := compared(t, serve(t, newMock(t)), serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		var value any
		if strings.HasPrefix(answer.Header().Get("Content-Type"), "application/json") && d.Decode(&value) == nil {
			body, _ = json.MarshalIndent(value, "", "    ")
		}
		maps.Copy(w.Header(), answer.Header())
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	})))
	for _, r := range c.Results {
		if r.Verdict != report.Same && r.Verdict != report.NotComparable {
			t.Errorf("%s: %s: %s", r.Requirement, r.Verdict, r.Difference)
		}
	}
}
