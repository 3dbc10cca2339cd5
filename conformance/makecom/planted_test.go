package makecom_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/examples/alternative/server"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// resurrecting serves an honest server that lists a deleted item again from the first delivery after a partial deletion on.
// No check does these things in this order.
type resurrecting struct {
	honest http.Handler

	mu     sync.Mutex
	hooks  map[string]string // path of the queue, by path of the address
	buried map[string]any    // by the last partial deletion, by path of the queue
	risen  map[string]any
}

func newResurrecting() *resurrecting {
	return &resurrecting{honest: server.New(server.Options{}), hooks: map[string]string{}, buried: map[string]any{}, risen: map[string]any{}}
}

func (s *resurrecting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	answer := httptest.NewRecorder()
	s.honest.ServeHTTP(answer, r)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(s.spoil(r, answer.Body.Bytes()))
}

func (s *resurrecting) spoil(r *http.Request, answer []byte) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body struct {
		HookID    int    `json:"hookId,omitempty"`
		HookURL   string `json:"hookUrl,omitempty"`
		Incomings []any  `json:"incomings"`
		Pg        any    `json:"pg,omitempty"`
		Error     any    `json:"error,omitempty"`
	}
	_ = json.Unmarshal(answer, &body) // what is no such answer has none of this
	queue := r.URL.Path
	at := s.hooks[queue]
	switch {
	case body.HookURL != "":
		_, address, _ := strings.Cut(body.HookURL, makecom.IngestPath)
		s.hooks[makecom.IngestPath+address] = fmt.Sprintf("%s/hooks/%d/incomings", makecom.BasePath, body.HookID)
	case r.Method == http.MethodDelete && body.Error != nil && len(body.Incomings) > 0:
		s.buried[queue] = body.Incomings[0]
	case s.buried[at] != nil:
		s.risen[at], s.buried[at] = s.buried[at], nil
	case body.Pg != nil && s.risen[queue] != nil:
		body.Incomings = append(body.Incomings, map[string]any{"id": s.risen[queue], "scope": "hook", "size": 1, "created": "2026-01-01T00:00:00.000Z"})
		answer, _ = json.Marshal(body)
	}
	return answer
}

func TestExplorationFindsAResurrectedItem(t *testing.T) {
	for seed := range uint64(3) {
		broken := target(t, newResurrecting())
		r := verify(t, broken, conformance.Explore(), conformance.Seed(seed))
		if r.Verdict != report.Violates || r.Count(report.Fail) > 0 {
			t.Errorf("seed %d: verdict %s: %s", seed, r.Verdict, report.Summary(r))
		}
		f := only(t, r.Exploration)
		if f.Requirement != makecom.DeleteGone.ID || f.Outcome != report.Fail || len(f.Commands) > 6 {
			t.Errorf("seed %d: %s %s\n%s", seed, f.Outcome, f.Requirement, strings.Join(f.Commands, "\n"))
		}
	}
}

func only(t *testing.T, x *report.Exploration) report.Sequence {
	t.Helper()
	if len(x.Findings) != 1 {
		t.Fatalf("%d disagreements: %+v", len(x.Findings), x.Findings)
	}
	return x.Findings[0]
}

func TestAFindingCanBePlayedAgain(t *testing.T) {
	broken := target(t, newResurrecting())
	f := only(t, runExploration(t, broken))
	if !strings.Contains(f.GoTest, strings.Join(f.Commands, "\n")) {
		t.Errorf("the test has other commands:\n%s", f.GoTest)
	}
	script := exec.CommandContext(t.Context(), "sh", "-eu")
	script.Stdin = strings.NewReader(f.Script)
	script.Env = append(os.Environ(), "UNDERSTUDY_TOKEN=demo")
	out, err := script.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, f.Script, out)
	}
	if deletions := bytes.Count(out, []byte(`"error":{`)); deletions != 1 {
		t.Errorf("%d partial deletions in\n%s", deletions, out)
	}
	conformance.TestSequence(t, target(t, server.New(server.Options{})), strings.Join(f.Commands, "\n"))
}
