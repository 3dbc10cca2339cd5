package mocktest_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
)

// silent is a receiver that never answers.
type silent struct{ asked chan struct{} }

func (s silent) RoundTrip(r *http.Request) (*http.Response, error) {
	close(s.asked)
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// Whatever a request waits for, Close ends it at once. Were a goroutine left, the bubble would not end.
func TestCloseLeavesNothingBehind(t *testing.T) {
	for name, request := range map[string]struct{ faults, method, path, body string }{
		"nothing":             {"", http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""},
		"a delivery":          {"", http.MethodPost, "/_understudy/v1/worlds/w/crmcom/fire", `{"workflow_rule":{"alternative_code":"WR-2"},"entity":"JOBS"}`},
		"a wait":              {"", http.MethodGet, "/_understudy/v1/worlds/w/journal?wait=1&timeout=1h", ""},
		"a late answer":       {`[{"operation":"*","latency":"1h"}]`, http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""},
		"a slow answer":       {`[{"operation":"*","slow":"1h"}]`, http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""},
		"a request half sent": {"", http.MethodPost, "/wh/yl8pspsbwcdrzgu3xgtcbmt2qc5f6q6k.w", "half"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				receiver := silent{make(chan struct{})}
				s, err := mocktest.NewServer(mockserver.WithTransport(receiver))
				if err != nil {
					t.Fatal(err)
				}
				ask(t, s, http.MethodPost, "/_understudy/v1/worlds/w/crmcom/definitions", strings.NewReader(`{"url":"http://127.0.0.1:1","entity":"JOBS"}`))
				if request.faults != "" {
					ask(t, s, http.MethodPut, "/_understudy/v1/worlds/w/faults", strings.NewReader(request.faults))
				}
				body := io.Reader(strings.NewReader(request.body))
				if request.body == "half" {
					body = half{make(chan struct{})}
				}
				var asking sync.WaitGroup
				asking.Go(func() { ask(t, s, request.method, request.path, body) })
				if name == "a delivery" {
					<-receiver.asked
				}
				synctest.Wait()
				began := time.Now()
				if err := s.Close(); err != nil {
					t.Error(err)
				}
				if took := time.Since(began); took > time.Second {
					t.Errorf("it took %s", took)
				}
				if h, is := body.(half); is {
					close(h.end)
				}
				asking.Wait()
			})
		})
	}
}

// half is a body of which the rest does not come until it is closed.
type half struct{ end chan struct{} }

func (h half) Read([]byte) (int, error) {
	<-h.end
	return 0, errors.New("given up")
}

// ask sends a request and reads what comes; that the connection is cut is the test's doing.
func ask(t *testing.T, s *mocktest.Server, method, path string, body io.Reader) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, body)
	if err != nil {
		t.Error(err)
		return
	}
	req.Header.Set("Authorization", "Token w")
	answer, err := s.Client.Do(req)
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, answer.Body)
	_ = answer.Body.Close()
}

func TestClosedServerSaysSo(t *testing.T) {
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := mock.Close(); err != nil {
			t.Fatal(err)
		}
	}
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v2/hooks/654/incomings", nil))
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "the mock was closed") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
