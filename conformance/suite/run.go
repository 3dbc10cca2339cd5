package suite

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// Config is what all the sessions of a run share.
type Config struct {
	BaseURL string // of the API, without a slash at the end
	Token   string
	Mode    Mode
	States  Provider // nil when no state can be set up
	Effect  func(*Request) Effect
	// Accepted reports whether an answer is the target's consent; nil for any 2xx.
	Accepted func(*Exchange) bool
	// Lent names the flags by which the user lends something to the run, "" for none.
	Lent string
	// Gives names, by state, a value that whoever knows the state answers with.
	Gives map[string]string
	// Neutral is a read that a target answers whatever it holds, to see whether it works; nil for none.
	Neutral func(*Session) *Request
	Seed    uint64
	RunID   string // part of all that the run makes up; "" for a random one
	Version string // of the suite, for the User-Agent
	Login   Login
	// Receiver is for targets that deliver. It listens only when a check needs it.
	Receiver receiver.Config

	Workers     int           // sessions at a time; a session does no more than that at a time either
	Rate        float64       // requests per second, 0 for as fast as it goes
	MaxRequests int           // 0 for no bound
	Timeout     time.Duration // per request, 0 for 10 s
	Patience    time.Duration // how long a 429 may hold one request up, 0 for 90 s
	Consistency Consistency
	Transport   http.RoundTripper // nil for one of its own
	// Notice is told in a line what makes the run wait for long; nil for nobody.
	Notice func(string)
	// Wait pauses; nil for real time. A replay does not wait.
	Wait func(context.Context, time.Duration) error
	// Settled reports whether the recorded run of a check stopped looking at this point; nil for a run on a target.
	Settled func(id string) bool
}

// Login is who the run may log in as. The zero value is nobody.
type Login struct {
	Username, Password, Organisation, Unit string
}

// Run is one run's hold on its target. It is safe for concurrent use.
type Run struct {
	Ledger   *Ledger
	Redactor *Redactor

	config   Config
	document *Document
	client   *http.Client
	receiver *receiver.Receiver
	budget   budget
	pace     *pace
	silence  silence
	refused  atomic.Int32 // requests in a row that were refused for longer than the run waits
	held     atomic.Int64 // bytes of the answers that sessions hold
	quickest atomic.Int64 // nanoseconds of the quickest answer, 0 for none yet
	workers  atomic.Int32 // those of the config, or those that the run found out

	oneAtATime sync.Mutex // held while a large answer is taken apart

	mu        sync.Mutex
	loggedIn  bool
	scheme    string         // of the credential, "" for the documented one
	setUp     bool           // a state, at least once
	sessions  map[string]int // by name and attempt
	left      []string
	uncertain []string
}

// NewRun prepares a run against the target that c describes, whose answers have to follow document.
func NewRun(c Config, document *Document) *Run {
	c.Timeout = orDefault(c.Timeout, 10*time.Second)
	c.Patience = orDefault(c.Patience, 90*time.Second)
	if c.Effect == nil {
		c.Effect = readsOnly
	}
	if c.Accepted == nil {
		c.Accepted = succeeded
	}
	if c.Transport == nil {
		c.Transport = newTransport()
	}
	if c.RunID == "" {
		c.RunID = NewRunID()
	}
	c.Receiver.Nonce = c.RunID
	if c.Wait == nil {
		c.Wait = wait
	}
	r := &Run{
		Ledger:   NewLedger(c.Mode),
		Redactor: &Redactor{},
		config:   c,
		document: document,
		sessions: map[string]int{},
		client:   &http.Client{Transport: c.Transport, CheckRedirect: noRedirect},
		receiver: receiver.New(c.Receiver),
		budget:   budget{most: int64(c.MaxRequests)},
		pace:     newPace(c.Rate, c.Wait),
	}
	if c.Notice == nil {
		r.config.Notice = func(string) {}
	}
	r.Widen(c.Workers)
	r.Redactor.Hide(c.Token, c.Login.Password)
	return r
}

// Widen says how many sessions run at a time from now on.
func (r *Run) Widen(workers int) { r.workers.Store(int32(min(workers, math.MaxInt32))) } //nolint:gosec // it is not larger

// Quickest is how long the quickest answer took that came so far, 0 for none.
func (r *Run) Quickest() time.Duration { return time.Duration(r.quickest.Load()) }

func (r *Run) noteAnswer(took time.Duration) {
	for {
		before := r.quickest.Load()
		if before != 0 && before <= int64(took) || r.quickest.CompareAndSwap(before, int64(took)) {
			return
		}
	}
}

// mostIdle is how many connections are kept. To open one takes as long as a request.
const mostIdle = 128

func newTransport() http.RoundTripper {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment}
	t.MaxIdleConnsPerHost, t.MaxIdleConns = mostIdle, 2*mostIdle // the target and the provider of its states
	t.MaxResponseHeaderBytes = maxHeader
	t.DisableCompression = true
	t.ExpectContinueTimeout = time.Second
	return t
}

// noRedirect shows a redirect to the check instead of following it.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func orDefault(d, otherwise time.Duration) time.Duration {
	if d == 0 {
		return otherwise
	}
	return d
}

// Session opens a session for one check or probe, named by its id. The choices of a session depend on the seed, the id and
// the attempt alone, and what it makes up on the run's id as well, so that a check sends the same whatever runs beside it.
func (r *Run) Session(id string, attempt int) *Session {
	h := fnv.New64a()
	_, _ = h.Write([]byte(id)) // never fails
	token, way := r.credential()
	return &Session{
		token:   token,
		way:     way,
		run:     r,
		id:      id,
		attempt: attempt,
		fresh:   r.freshSource(id, attempt),
		rand:    rand.New(rand.NewPCG(r.config.Seed+uint64(attempt), h.Sum64())), //nolint:gosec // test data, not secrets
	}
}

// Throttled is how often the target refused a request because there were too many, and how long the run waited for that.
func (r *Run) Throttled() Throttled { return r.pace.throttled() }

// Requests is how many requests went to the target so far, set-up of states aside.
func (r *Run) Requests() int { return int(r.budget.used.Load()) }

// RequestsLeft is how many more requests may go to the target; bounded is false when there is no bound.
func (r *Run) RequestsLeft() (left int, bounded bool) {
	return int(r.budget.most - r.budget.used.Load()), r.budget.most > 0
}

// SetupRequests is how many requests went to the state provider.
func (r *Run) SetupRequests() int { return int(r.budget.setup.Load()) }

// Left lists what the run made and could not remove.
func (r *Run) Left() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.left...)
}

// Leave notes something that the run could not remove.
func (r *Run) Leave(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left = append(r.left, what)
}

// Uncertain lists what the run may have made: its connection died before the answer came.
func (r *Run) Uncertain() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.uncertain...)
}

// NoteUncertain notes what may be left on the target.
func (r *Run) NoteUncertain(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.uncertain = append(r.uncertain, what)
}

// Close lets go of the connections and stops the receiver.
func (r *Run) Close() {
	r.client.CloseIdleConnections()
	r.receiver.Close()
}

// wait pauses for d unless ctx ends first.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// interrupted reports whether err means that a check has to be arranged afresh.
func interrupted(err error) bool {
	var i *Interrupted
	return errors.As(err, &i)
}
