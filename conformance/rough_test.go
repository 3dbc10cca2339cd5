package conformance_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver"
)

func newMock(t *testing.T) http.Handler {
	t.Helper()
	server, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// serve serves h and describes it as a target.
func serve(t *testing.T, h http.Handler) conformance.Target {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return at(s.URL)
}

func at(base string) conformance.Target {
	return conformance.Target{
		API: "makecom", URL: base + "/api/v2", Token: "a-token-that-is-secret",
		States: conformance.States{URL: base + "/_understudy/v1/provider-states"},
	}
}

func run(t *testing.T, target conformance.Target, opts ...conformance.Option) *report.Report {
	t.Helper()
	r, err := conformance.Run(t.Context(), target, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// proxy passes connections on and closes them at random: before a request, or in the middle of an answer. Most carry the
// longest answer that a check waits for.
type proxy struct {
	backend string
	mu      sync.Mutex
	rand    *rand.Rand
	cut     atomic.Int64
}

// longestAnswer is longer than what any check has to read in one piece.
const longestAnswer = 100_000

func startProxy(t *testing.T, backend string, seed uint64) (*proxy, string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	p := &proxy{backend: backend, rand: rand.New(rand.NewPCG(seed, 1))}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			go p.pass(client)
		}
	}()
	return p, "http://" + listener.Addr().String()
}

// pass forwards one connection until its budget of answer bytes is spent.
func (p *proxy) pass(client net.Conn) {
	defer client.Close()
	var d net.Dialer
	server, err := d.Dial("tcp", p.backend)
	if err != nil {
		return
	}
	defer server.Close()
	go func() { _, _ = io.Copy(server, client) }()
	p.mu.Lock()
	budget := int64(p.rand.IntN(20_000))
	if p.rand.IntN(4) > 0 {
		budget += longestAnswer
	}
	p.mu.Unlock()
	if n, _ := io.CopyN(client, server, budget); n == budget {
		p.cut.Add(1)
	}
}

func TestConnectionsThatDieHideNothingAndInventNothing(t *testing.T) {
	backend := httptest.NewServer(newMock(t))
	t.Cleanup(backend.Close)
	p, address := startProxy(t, backend.Listener.Addr().String(), 7)
	r := run(t, at(address))
	if p.cut.Load() == 0 {
		t.Fatal("the proxy cut no connection")
	}
	if r.Verdict != report.Conforms || r.Count(report.Pass) != len(r.Results) {
		t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
	}
}

// lagging answers reads from a little while ago.
type lagging struct {
	http.Handler
	lag time.Duration

	mu    sync.Mutex
	reads map[string]*read
}

type read struct {
	at     time.Time
	answer *httptest.ResponseRecorder
}

func (l *lagging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet {
		l.Handler.ServeHTTP(w, r)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := r.Header.Get("Authorization") + r.URL.String()
	last := l.reads[key]
	if last == nil || time.Since(last.at) > l.lag {
		last = &read{at: time.Now(), answer: httptest.NewRecorder()}
		l.Handler.ServeHTTP(last.answer, r)
		l.reads[key] = last
	}
	for name, values := range last.answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(last.answer.Code)
	_, _ = w.Write(last.answer.Body.Bytes())
}

func TestATargetMayTakeItsTime(t *testing.T) {
	target := serve(t, &lagging{Handler: newMock(t), lag: 30 * time.Millisecond, reads: map[string]*read{}})
	target.Consistency = conformance.Consistency{Within: 400 * time.Millisecond}
	target.Workers = 32
	target.Unclaimed = []string{"http"} // a read that is answered from before is not counted by any limit
	r := run(t, target)
	if r.Verdict != report.Conforms || r.Count(report.Warn) > 0 {
		t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
	}
}

// throttle refuses whatever comes more often than so many times per window.
func throttle(h http.Handler, most int) http.Handler {
	var mu sync.Mutex
	var from time.Time
	count := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/api/") {
			h.ServeHTTP(w, r)
			return
		}
		mu.Lock()
		if time.Since(from) > time.Second {
			from, count = time.Now(), 0
		}
		count++
		over := count > most
		mu.Unlock()
		if over {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		h.ServeHTTP(w, r)
	})
}

func TestARateLimitIsWaitedOut(t *testing.T) {
	target := serve(t, throttle(newMock(t), 20))
	r := run(t, target, conformance.OnlyChecks(), conformance.Select(pattern(`makecom/(auth|stats)/`)))
	if r.Count(report.Pass) != 9 {
		t.Errorf("%s %s: %s", r.Verdict, r.Why, report.Summary(r))
	}
}

func TestABudgetIsKept(t *testing.T) {
	target := serve(t, newMock(t))
	target.MaxRequests = 30
	r := run(t, target)
	if r.Requests > 30 || r.Compared() == 0 || r.Count(report.Unverified) == 0 || r.Verdict != report.Conforms {
		t.Errorf("%d requests, %d compared, %d unverified: %s", r.Requests, r.Compared(), r.Count(report.Unverified), r.Verdict)
	}
}

func TestNothingListensThere(t *testing.T) {
	began := time.Now()
	r, err := conformance.Run(t.Context(), at("http://127.0.0.1:1"))
	if !errors.Is(err, conformance.ErrClosed) || conformance.ExitCode(r, err) != report.ExitUnmeasured {
		t.Errorf("%v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestATargetThatHangsIsGivenUp(t *testing.T) {
	hang := make(chan struct{})
	mock := newMock(t)
	var greeted atomic.Bool
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if !greeted.Load() && err == nil {
			r.Body = io.NopCloser(bytes.NewReader(body))
			mock.ServeHTTP(w, r)
			greeted.Store(bytes.Contains(body, []byte(`"teardown"`))) // it hangs as soon as the run gave the first thing back
			return
		}
		select {
		case <-hang:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(hang) })
	target.Timeout = 500 * time.Millisecond
	r := run(t, target)
	if r.Verdict != report.Unmeasured || r.SetupRequests > 40 {
		t.Errorf("%s after %d requests", r.Verdict, r.SetupRequests)
	}
}

// stateless is a target that nobody can set up.
func stateless(t conformance.Target) conformance.Target {
	t.States = conformance.States{}
	return t
}

// parrot answers every call with the same documented example, whatever happened before.
func parrot() http.Handler {
	mux := http.NewServeMux()
	answer := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			_, _ = io.WriteString(w, body)
		}
	}
	const item = `{"id":"8d88f6f5b0484908890ef11fe7e5bf63","scope":"hook","size":11,"created":"2020-03-05T14:52:01.359Z"`
	mux.Handle("GET /api/v2/hooks/{id}/incomings", answer(`{"incomings":[`+item+`}],"pg":{"sortBy":"created","limit":10000,"sortDir":"asc","offset":0}}`))
	mux.Handle("GET /api/v2/hooks/{id}/incomings/{item}", answer(`{"incoming":`+item+`,"data":{"name":"test"}}}`))
	mux.Handle("GET /api/v2/hooks/{id}/incomings/stats", answer(`{"incomingStat":{"queue":2,"limit":10000,"enabled":true}}`))
	mux.Handle("DELETE /api/v2/hooks/{id}/incomings", answer(`{"incomings":["8d88f6f5b0484908890ef11fe7e5bf63"]}`))
	return mux
}

func TestAStatelessAnswererViolates(t *testing.T) {
	for name, states := range map[string]conformance.States{
		"no states":   {},
		"a lent hook": {Hooks: []conformance.Hook{{ID: "654"}}},
	} {
		t.Run(name, func(t *testing.T) {
			target := serve(t, parrot())
			target.States = states
			r := run(t, target)
			if r.Verdict != report.Violates {
				t.Errorf("%s %s", r.Verdict, r.Why)
			}
		})
	}
}

func TestModesAreKept(t *testing.T) {
	for _, mode := range []suite.Mode{suite.ReadOnly, suite.Owned} {
		t.Run(string(mode), func(t *testing.T) {
			var wrong atomic.Value
			mock := newMock(t)
			target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet && (mode == suite.ReadOnly || strings.Contains(r.URL.Path, "/hooks/654/")) {
					wrong.Store(r.Method + " " + r.URL.String())
				}
				mock.ServeHTTP(w, r)
			}))
			target.Mode = mode
			target.States.Hooks = []conformance.Hook{{ID: "654"}}
			r := run(t, target)
			if w := wrong.Load(); w != nil {
				t.Errorf("sent %s", w)
			}
			if r.Compared() == 0 {
				t.Error("nothing was compared")
			}
		})
	}
}

// patchy is a vendor whose API stops answering after so many calls. Who sets its states up goes on.
type patchy struct {
	http.Handler
	mu         sync.Mutex
	calls      int
	made, gone int
	over       chan struct{}
}

func (p *patchy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if isCall(r) {
		p.mu.Lock()
		p.calls--
		hangs := p.calls < 0
		p.mu.Unlock()
		if hangs {
			select {
			case <-p.over:
			case <-r.Context().Done():
			}
			return
		}
		p.Handler.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := httptest.NewRecorder()
	p.Handler.ServeHTTP(answer, r)
	if answer.Code == http.StatusOK && bytes.Contains(body, []byte(`"a hook"`)) {
		p.mu.Lock()
		if suite.TearsDown(body) {
			p.gone++
		} else {
			p.made++
		}
		p.mu.Unlock()
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

func TestWhatWasMadeIsTakenBackWhenATargetStopsAnswering(t *testing.T) {
	vendor := &patchy{Handler: newMock(t), calls: 40, over: make(chan struct{})}
	target := serve(t, vendor)
	t.Cleanup(func() { close(vendor.over) })
	target.Timeout = 2 * time.Second
	r := run(t, target, conformance.OnlyChecks())
	if vendor.made == 0 || vendor.made != vendor.gone || len(r.Left) > 0 {
		t.Errorf("%d hooks were made, %d taken back; left: %q", vendor.made, vendor.gone, r.Left)
	}
	if !strings.Contains(report.Summary(r), suite.ErrSilent.Error()) {
		t.Errorf("the target did not stop answering: %s", report.Summary(r))
	}
}
