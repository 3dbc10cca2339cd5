//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	worlds "github.com/understudy-mock/understudy/mockserver/world"
)

// slow is a mock that does not answer reads from the 150th on, when some checks are through, until whoever called hangs up. What it does to a teardown that
// comes later is said by spoil.
type slow struct {
	mock  *mockserver.Server
	calls atomic.Int64
	stuck chan struct{}
	once  sync.Once
	spoil func(http.ResponseWriter, *http.Request) (spoilt bool)
}

func (s *slow) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet && s.calls.Add(1) >= 150 {
		s.once.Do(func() { close(s.stuck) })
		<-r.Context().Done()
		return
	}
	if r.URL.Path == "/_understudy/v1/provider-states" {
		body := new(bytes.Buffer)
		_, _ = body.ReadFrom(r.Body)
		r.Body = http.NoBody
		if bytes.Contains(body.Bytes(), []byte(`"teardown"`)) && s.undo(w, r) {
			return
		}
		r = r.Clone(r.Context())
		r.Body = readCloser{body}
	}
	s.mock.ServeHTTP(w, r)
}

// undo spoils a teardown that comes after the run got stuck.
func (s *slow) undo(w http.ResponseWriter, r *http.Request) (spoilt bool) {
	select {
	case <-s.stuck:
	default:
		return false
	}
	return s.spoil != nil && s.spoil(w, r)
}

type readCloser struct{ *bytes.Buffer }

func (readCloser) Close() error { return nil }

// interrupted starts a run against the slow mock and returns it when it is stuck.
type interrupted struct {
	cmd    *exec.Cmd
	stdout bytes.Buffer
	stderr watched
	folder string
	vendor *slow
}

// watched is what the program says, and closes said when it has heard that it is to stop.
type watched struct {
	text strings.Builder
	said chan struct{}
	once sync.Once
}

func (w *watched) String() string { return w.text.String() }

func (w *watched) Write(text []byte) (int, error) {
	n, err := w.text.Write(text)
	if strings.Contains(w.String(), "interrupt again to end at once") {
		w.once.Do(func() { close(w.said) })
	}
	return n, err
}

func startRun(t *testing.T, spoil func(http.ResponseWriter, *http.Request) bool) *interrupted {
	t.Helper()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	vendor := &slow{mock: mock, stuck: make(chan struct{}), spoil: spoil}
	server := httptest.NewServer(vendor)
	t.Cleanup(server.Close)
	i := &interrupted{vendor: vendor, folder: t.TempDir(), stderr: watched{said: make(chan struct{})}}
	i.cmd = exec.CommandContext(t.Context(), "understudy", "verify", "makecom", "--url", server.URL+"/api/v2", "--token", "demo", //nolint:gosec // the program under test
		"--state-url", server.URL+"/_understudy/v1/provider-states", "--workers", "1",
		"--report", "json="+filepath.Join(i.folder, "report.json"), "--report", "jsonl="+filepath.Join(i.folder, "lines"))
	i.cmd.Stdout, i.cmd.Stderr = &i.stdout, &i.stderr
	if err := i.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	i.until(t, vendor.stuck)
	i.signal(t)
	return i
}

// until waits for something to happen, with an end to its patience.
func (i *interrupted) until(t *testing.T, happens <-chan struct{}) {
	t.Helper()
	patience := time.NewTimer(time.Minute)
	defer patience.Stop()
	select {
	case <-happens:
	case <-patience.C:
		_ = i.cmd.Process.Kill()
		t.Fatalf("nothing happened\n%s", &i.stderr)
	}
}

func (i *interrupted) signal(t *testing.T) {
	t.Helper()
	if err := i.cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
}

// end waits for the program and returns how it ended.
func (i *interrupted) end(t *testing.T) syscall.WaitStatus {
	t.Helper()
	var exit *exec.ExitError
	if err := i.cmd.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	status, ok := i.cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok {
		t.Fatalf("%v", i.cmd.ProcessState)
	}
	return status
}

func (i *interrupted) report(t *testing.T) *report.Report {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(i.folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(data, &r); err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	return &r
}

// hooks counts the hooks of the run's world.
func (i *interrupted) hooks(t *testing.T) int {
	t.Helper()
	world, err := i.vendor.mock.Worlds().Find("demo")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = worlds.View(world, queue.PartName, nil, func(s *queue.State) error {
		n = len(s.Hooks())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAnInterruptedRunTakesBackWhatItSetUp(t *testing.T) {
	i := startRun(t, nil)
	if status := i.end(t); status.ExitStatus() != report.ExitUnmeasured {
		t.Errorf("it ended with %d\n%s", status.ExitStatus(), &i.stderr)
	}
	fresh, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	honest := interrupted{vendor: &slow{mock: fresh}}
	if got, want := i.hooks(t), honest.hooks(t); got != want {
		t.Errorf("%d hooks are there instead of %d", got, want)
	}
	r := i.report(t)
	if !r.Interrupted || r.Verdict != report.Unmeasured || len(r.Left) > 0 || r.Count(report.Pass) == 0 || r.Count(report.Unverified) == 0 {
		t.Errorf("%s %q, interrupted %t, left %q\n%s", r.Verdict, r.Why, r.Interrupted, r.Left, report.Summary(r))
	}
	if r.Count(report.Pass)+r.Count(report.Unverified) != len(r.Results) {
		t.Error(report.Summary(r))
	}
	lines, err := os.ReadFile(filepath.Join(i.folder, "lines"))
	if err != nil || strings.Count(string(lines), "\n") != len(r.Results)+1 || !strings.Contains(string(lines), "\n{\"report\":{") {
		t.Errorf("%v, %d lines", err, strings.Count(string(lines), "\n"))
	}
	for _, want := range []string{"COULD NOT MEASURE: the run was interrupted", "unverified the run was interrupted"} {
		if !strings.Contains(i.stdout.String(), want) {
			t.Errorf("%q is not in\n%s", want, &i.stdout)
		}
	}
}

func TestWhatAnInterruptedRunLeavesIsListed(t *testing.T) {
	i := startRun(t, func(w http.ResponseWriter, _ *http.Request) bool {
		w.WriteHeader(http.StatusInternalServerError)
		return true
	})
	if status := i.end(t); status.ExitStatus() != report.ExitLeftBehind {
		t.Errorf("it ended with %d\n%s", status.ExitStatus(), &i.stderr)
	}
	if r := i.report(t); r.Verdict != report.LeftBehind || len(r.Left) == 0 {
		t.Errorf("%s, left %q", r.Verdict, r.Left)
	}
	if !strings.Contains(i.stdout.String(), `left behind: makecom/`) || !strings.Contains(i.stdout.String(), `state "a hook"`) {
		t.Errorf("%s", &i.stdout)
	}
}

func TestASecondInterruptEndsAtOnce(t *testing.T) {
	i := startRun(t, func(_ http.ResponseWriter, r *http.Request) bool {
		<-r.Context().Done() // for as long as anybody waits
		return true
	})
	i.until(t, i.stderr.said)
	i.signal(t)
	if status := i.end(t); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("it ended with %d, signal %v", status.ExitStatus(), status.Signal())
	}
}
