package makecom_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Lent hooks are in use: what others deliver to them meanwhile, and take out again, accuses nobody.
func TestOthersUseTheLentHooks(t *testing.T) {
	t.Parallel()
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(mock)
	defer s.Close()
	target := conformance.Target{API: "makecom", URL: s.URL + makecom.BasePath, Token: "demo"}
	others := &neighbours{mock: mock, pause: 3 * time.Millisecond}
	for range 2 {
		address, id := others.hook(t)
		target.States.Hooks = append(target.States.Hooks, conformance.Hook{ID: id, URL: s.URL + address})
	}
	stop := others.use(t)
	r := verify(t, target, conformance.OnlyChecks())
	stop()
	if n := r.Count(report.Fail) + r.Count(report.Warn) + r.Count(report.Error); n > 0 || r.Count(report.Pass) == 0 {
		t.Errorf("%d are accused: %s", n, report.Summary(r))
	}
}

// neighbours deliver to hooks and process what waits.
type neighbours struct {
	mock  http.Handler
	pause time.Duration
	all   []string // addresses
	ids   []string
}

func (n *neighbours) ask(t *testing.T, method, path, body string) string {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	n.mock.ServeHTTP(w, r)
	return w.Body.String()
}

func (n *neighbours) state(t *testing.T, name, params string) string {
	t.Helper()
	return n.ask(t, http.MethodPost, "/_understudy/v1/provider-states", `{"state":"`+name+`","params":{"token":"demo"`+params+`},"action":"setup"}`)
}

// hook makes a hook and says where it takes deliveries.
func (n *neighbours) hook(t *testing.T) (address, id string) {
	t.Helper()
	_, rest, _ := strings.Cut(n.state(t, "a hook", ""), `"hookId":`)
	id = rest[:strings.IndexAny(rest, ",}")]
	_, rest, _ = strings.Cut(rest, "/wh/")
	address = "/wh/" + rest[:strings.IndexByte(rest, '"')]
	n.all, n.ids = append(n.all, address), append(n.ids, id)
	return address, id
}

// use goes on until it is stopped: three deliveries, and then one item is processed.
func (n *neighbours) use(t *testing.T) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var done sync.WaitGroup
	for i := range n.all {
		done.Go(func() {
			tick := time.NewTicker(n.pause)
			defer tick.Stop()
			for k := 1; ; k++ {
				select {
				case <-ctx.Done():
					return
				case <-tick.C:
				}
				if k%4 == 0 {
					n.state(t, "an item being processed", `,"hookId":`+n.ids[i])
					continue
				}
				n.ask(t, http.MethodPost, n.all[i], `{"somebody":"else"}`)
			}
		})
	}
	return func() { cancel(); done.Wait() }
}
