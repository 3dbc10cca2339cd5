package proof_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/internal/sweep"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// The histories of a test: shorter ones than a run of the suite has, and by more clients.
const (
	clients    = 5
	operations = 5
	// mostUnjudged is how many histories porcupine may give up: the more clients, the more orders there are to try.
	mostUnjudged = 2
)

// histories is how many are recorded.
func histories() int {
	if testing.Short() || !sweep.Whole() {
		return 8
	}
	return 20
}

// others is how many clients load the server meanwhile, half of them in the world of the histories.
const others = 6

// TestHistoriesUnderLoad has porcupine judge what several clients saw of one piece of the mock, while others keep the
// server busy.
func TestHistoriesUnderLoad(t *testing.T) {
	t.Run("makecom", func(t *testing.T) { crowded(t, makeVendor()) })
	t.Run("crmcom", func(t *testing.T) { crowded(t, crmVendor()) })
}

func crowded[S, A any](t *testing.T, v vendor[S, A]) {
	t.Helper()
	for name, seed := range seeds(t) {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(mock(t))
			defer server.Close()
			b := v.runAt(t, server.URL, suite.Config{Seed: seed})
			load := v.load(t.Context(), server.URL)
			result, err := history.Run(t.Context(), b, v.model, history.Plan{
				Seed: seed, Clients: clients, Operations: operations, Rounds: histories(), Dialect: defaults(v.catalog.API),
			})
			answered, failed := load.stop()
			if err != nil || failed != nil || answered == 0 {
				t.Fatalf("histories: %v; load: %v after %d answers", err, failed, answered)
			}
			wantLegal(t, result)
			t.Logf("%d histories, %d commands acknowledged, %d answers to others", result.Rounds, result.Account.Acknowledged, answered)
		})
	}
}

func wantLegal(t *testing.T, r *history.Result) {
	t.Helper()
	judged := r.Verdicts[history.Legal] >= r.Rounds-mostUnjudged && r.Verdicts[history.Illegal] == 0
	if r.Stopped != nil || len(r.Gaps) > 0 || r.Rounds != histories() || !judged {
		t.Errorf("%d histories: %v, gaps %q, stopped %v", r.Rounds, r.Verdicts, r.Gaps, r.Stopped)
	}
	if a := r.Account; a.Acknowledged == 0 || a.Lost+a.Duplicated+a.Resurrected+r.Unanswered > 0 {
		t.Errorf("%+v, %d without an answer", a, r.Unanswered)
	}
	for _, f := range r.Findings {
		t.Errorf("round %d: %v\n%s", f.Round, f.Blame, f.Lines)
	}
}

// defaults are the answers that the mock gives unless told otherwise.
func defaults(api *contract.API) contract.Dialect {
	d := contract.Dialect{}
	for _, q := range api.Questions {
		d[q.ID] = q.Default()
	}
	return d
}

// load is clients that read as fast as they can.
type load struct {
	cancel   context.CancelFunc
	clients  sync.WaitGroup
	answered atomic.Int64
	failed   atomic.Pointer[error]
}

func (v vendor[S, A]) load(ctx context.Context, origin string) *load {
	l := &load{}
	ctx, l.cancel = context.WithCancel(ctx)
	for i := range others {
		token := "demo"
		if i%2 == 1 {
			token = fmt.Sprintf("other-%d", i)
		}
		l.clients.Go(func() { l.read(ctx, origin+v.path+fmt.Sprintf(v.busy, token), token) })
	}
	return l
}

func (l *load) read(ctx context.Context, address, token string) {
	for ctx.Err() == nil {
		if err := get(ctx, address, token); err != nil && ctx.Err() == nil {
			l.failed.Store(&err)
			return
		}
		l.answered.Add(1)
	}
}

func get(ctx context.Context, address, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Token "+token)
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: %s", address, answer.Status)
	}
	return err
}

// stop ends the load and says how much there was.
func (l *load) stop() (answered int64, err error) {
	l.cancel()
	l.clients.Wait()
	if failed := l.failed.Load(); failed != nil {
		err = *failed
	}
	return l.answered.Load(), err
}
