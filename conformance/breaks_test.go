package conformance_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// A vendor that breaks at a request every time is found out, and the report shows it again.
func TestAServerThatBreaksIsFoundOut(t *testing.T) {
	for _, id := range []string{
		"makecom/delete/malformed/drops-the-connection", "makecom/delete/malformed/server-error",
		"makecom/detail/unknown-item/drops-the-connection", "makecom/stats/queue/drops-the-connection-when-empty",
		"crmcom/show/unknown/drops-the-connection", "crmcom/resend/single/drops-the-connection",
		"crmcom/delete/identifier/server-error", "crmcom/list/filter-required/drops-the-connection",
	} {
		t.Run(id, func(t *testing.T) {
			requirement := id[:strings.LastIndex(id, "/")]
			mock, err := mockserver.New(mockserver.WithMutant(id))
			if err != nil {
				t.Fatal(err)
			}
			target := serve(t, mock)
			if strings.HasPrefix(id, crmcom.Contract.Name) {
				target = delivering(target)
			}
			r := recorded(t, run(t, target, conformance.Select(pattern("^"+requirement+"$")), conformance.OnlyChecks()))
			found := result(t, r, requirement)
			if len(found.Findings) == 0 {
				t.Fatalf("%s: %s", found.Outcome, found.Reason)
			}
			if diff := cmp.Diff(judged(r), judged(replay(t, r))); diff != "" {
				t.Errorf("first the run, then the replay:\n%s", diff)
			}
		})
	}
}

// breaking is a vendor that breaks at JSON that does not parse, which the documents leave open.
func breaking(mock http.Handler, breaks func(http.ResponseWriter)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || strings.HasPrefix(r.URL.Path, "/wh/") && string(body) == `{"name":` {
			breaks(w)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		mock.ServeHTTP(w, r)
	}
}

// What breaks a vendor violates the requirement that an open question relaxes, whatever the answer is, and the report shows it again.
func TestWhatBreaksAtAnOpenQuestionIsFoundOut(t *testing.T) {
	for name, breaks := range map[string]func(http.ResponseWriter){
		"drops the connection": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		"server error":         func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) },
	} {
		t.Run(name, func(t *testing.T) {
			r := recorded(t, run(t, serve(t, breaking(newMock(t), breaks)), conformance.Select(pattern("^makecom/ingest/"))))
			found := result(t, r, makecom.IngestParsing.ID)
			if found.Outcome != report.Warn || len(found.Findings) != 1 || found.Findings[0].Question != makecom.IngestBrokenJSON.ID {
				t.Fatalf("%s: %+v", found.Outcome, found.Findings)
			}
			if n := r.Count(report.Fail) + r.Count(report.Warn); n != 1 {
				t.Errorf("%d are violated: %s", n, report.Summary(r))
			}
			if diff := cmp.Diff(judged(r), judged(replay(t, r))); diff != "" {
				t.Errorf("first the run, then the replay:\n%s", diff)
			}
			script, err := r.Reproduce(found.Requirement)
			if err != nil || !strings.Contains(script, `{"name":`) {
				t.Errorf("%v: the script does not send what broke the vendor:\n%s", err, script)
			}
		})
	}
}

func result(t *testing.T, r *report.Report, requirement string) *report.Result {
	t.Helper()
	for i := range r.Results {
		if r.Results[i].Requirement == requirement {
			return &r.Results[i]
		}
	}
	t.Fatalf("there is no %s", requirement)
	return nil
}

// down is a vendor of which nothing is left after so many calls: that is no breaking at one request.
type down struct {
	http.Handler
	mu    sync.Mutex
	calls int
}

func (d *down) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isCall(r) {
		d.mu.Lock()
		d.calls--
		over := d.calls < 0
		d.mu.Unlock()
		if over {
			panic(http.ErrAbortHandler)
		}
	}
	d.Handler.ServeHTTP(w, r)
}

func TestATargetThatIsGoneBreaksNoSentence(t *testing.T) {
	s := httptest.NewServer(&down{Handler: newMock(t), calls: 30})
	t.Cleanup(s.Close)
	r, err := conformance.Run(t.Context(), at(s.URL), conformance.OnlyChecks(), conformance.Select(pattern(`makecom/(stats|detail)/`)))
	if err != nil && !errors.Is(err, conformance.ErrClosed) {
		t.Fatal(err)
	}
	if n := r.Count(report.Fail) + r.Count(report.Warn); n > 0 || r.Count(report.Pass) == 0 {
		t.Errorf("%d are violated: %s", n, report.Summary(r))
	}
}
