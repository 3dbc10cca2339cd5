package outsider_test

import (
	"context"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/internal/outsider"
)

// serving makes the test's own program the server.
const serving = "UNDERSTUDY_OUTSIDER"

func TestMain(m *testing.M) {
	if os.Getenv(serving) != "" {
		outsider.Command()
		return
	}
	os.Exit(m.Run())
}

// moments are the requests of a run at which the server is killed.
func moments() []int64 {
	if *all {
		return []int64{3, 40, 80, 130, 190, 260, 340, 430, 520, 610}
	}
	return []int64{150}
}

// A server that is killed in the middle of a run, and started again on the same journal, is accused neither then nor afterwards.
func TestItIsNotAccusedAfterItWasKilled(t *testing.T) {
	t.Parallel()
	for api := range paths() {
		t.Run(api, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "journal")
			for _, at := range moments() {
				url, kill := launch(t, file)
				doom := &doomed{RoundTripper: http.DefaultTransport, kill: kill}
				doom.left.Store(at)
				r, err := conformance.Run(t.Context(), target(api, url), conformance.Seed(7), conformance.Transport(doom))
				kill()
				if err == nil && r.Count(report.Fail)+r.Count(report.Warn) > 0 {
					t.Errorf("killed at request %d: %s", at, report.Summary(r))
				}
				if doom.left.Load() > 0 {
					t.Errorf("the run had less than %d requests", at)
				}
			}
			url, _ := launch(t, file)
			verify(t, api, url, conformance.Seed(7), conformance.Explore(), conformance.Concurrent(), conformance.Rounds(rounds()))
		})
	}
}

// doomed carries requests until there were so many, and kills the server then.
type doomed struct {
	http.RoundTripper
	left atomic.Int64
	kill func()
}

func (d *doomed) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.left.Add(-1) == 0 {
		d.kill()
	}
	return d.RoundTripper.RoundTrip(r)
}

// launch starts the server as a process of its own. To kill it twice is no harm.
func launch(t *testing.T, file string) (url string, kill func()) {
	t.Helper()
	port := filepath.Join(t.TempDir(), "port")
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), os.Args[0], "-file", file, "-port-file", port) //nolint:gosec // itself
	cmd.Env = append(os.Environ(), serving+"=1")
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = cmd.Process.Kill() } // SIGKILL, where there are signals
	t.Cleanup(func() { kill(); _ = cmd.Wait() })
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for patience := time.Now().Add(30 * time.Second); time.Now().Before(patience); <-tick.C {
		if text, err := os.ReadFile(port); err == nil && len(text) > 0 {
			return "http://127.0.0.1:" + strings.TrimSpace(string(text)), kill
		}
	}
	t.Fatal("the server did not start")
	return "", nil
}
