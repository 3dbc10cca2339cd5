package suite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/conformance/receiver"
)

// Session is one check's conversation with the target: what it sent, what it got, and the states that were set up for it.
type Session struct {
	held  atomic.Int64 // bytes of the answers in exchanges, as they count in the run
	run   *Run
	id    string
	token string
	way   Provider // to set states up, nil for none
	rand  *rand.Rand

	attempt int  // from 0
	leaving bool // it takes back what it made
	final   bool // the check will not be arranged again when a connection dies
	asking  bool // an open question

	mu        sync.Mutex
	fresh     *rand.Rand
	exchanges []*Exchange
	states    []*State
	inboxes   []*receiver.Inbox
	received  map[*receiver.Delivery]bool // those in exchanges
	changed   time.Time                   // when the session last changed something
	lost      lostRequest
	lent      bool    // it works with something lent
	broken    []error // violations: what the target breaks at, every time
}

// Token is the credential of the target.
func (s *Session) Token() string { return s.token }

// ID is the id of the requirement or question that the session is for.
func (s *Session) ID() string { return s.id }

// Mode is the mode of the run.
func (s *Session) Mode() Mode { return s.run.config.Mode }

// Ledger is the run's record of what is its own.
func (s *Session) Ledger() *Ledger { return s.run.Ledger }

// Rand is the session's source of choices: the seed decides them. It is not safe for concurrent use. What is to be new on
// the target comes from Mark, HexID and Fresh.
func (s *Session) Rand() *rand.Rand { return s.rand }

// Hide adds a secret that must not appear in any report.
func (s *Session) Hide(secret string) { s.run.Redactor.Hide(secret) }

// Leave notes something that could not be removed.
func (s *Session) Leave(what string) { s.run.Leave(what) }

// Do sends one request and returns the exchange. Answers of any status are exchanges, not errors.
//
// The ledger is asked first. A GET whose connection dies is sent again; anything else then gives *[Interrupted]. A 429 is
// waited out. A read waits until what the session changed must show.
func (s *Session) Do(ctx context.Context, r *Request) (*Exchange, error) {
	effect := s.run.config.Effect(r)
	if err := s.run.Ledger.Allow(effect); err != nil && !r.Entry {
		return nil, err
	}
	if effect.Reads {
		if err := s.quiet(ctx); err != nil {
			return nil, err
		}
	} else {
		defer s.change()
	}
	before := s.sent()
	e, err := s.send(ctx, r)
	s.noteLoss(err, before)
	s.noteBreak(ctx, e, err)
	return e, err
}

// Asking says that the session asks an open question: what breaks the target is looked for even where the question cannot be answered.
func (s *Session) Asking() { s.asking = true }

// Setup brings the target into a state. It is undone when the session closes.
func (s *Session) Setup(ctx context.Context, name string, params map[string]any) (*State, error) {
	provider := s.way
	if provider == nil {
		return nil, s.noProvider(name)
	}
	state, err := provider.Setup(ctx, s, name, params)
	if err != nil {
		return nil, err
	}
	s.Undo(state)
	if state.Lent {
		s.noteLent()
	}
	if gives := s.run.config.Gives; gives == nil || gives[name] != "" && state.Gives(gives[name]) {
		s.noteSetUp()
	}
	return state, nil
}

// noteLent notes that the session works with something lent, which others may use at the same time.
func (s *Session) noteLent() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lent = true
}

// onLent reports whether the session works with something lent.
func (s *Session) onLent() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lent
}

// noteSetUp notes that states can be set up on this target.
func (s *Session) noteSetUp() {
	s.run.mu.Lock()
	defer s.run.mu.Unlock()
	s.run.setUp = true
}

// Undo has a state taken back when the session closes.
func (s *Session) Undo(state *State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states = append(s.states, state)
}

// closeTimeout bounds the undoing of a session's states, also after the run was cancelled: longer than a target may take to
// let a request in and to show what came of it.
func (s *Session) closeTimeout() time.Duration {
	c := &s.run.config
	return 10*time.Second + c.Patience + 2*c.Consistency.Within
}

// Close undoes the states of the session, the last one first, even when ctx has ended. What cannot be undone is noted as
// left behind.
func (s *Session) Close(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.closeTimeout())
	defer cancel()
	s.leaving = true
	s.receiveRest()
	for i := len(s.states) - 1; i >= 0; i-- {
		s.undo(ctx, s.states[i])
	}
	s.run.held.Add(-s.held.Swap(0))
	s.states = nil
	for _, inbox := range s.inboxes {
		inbox.Close()
	}
}

func (s *Session) undo(ctx context.Context, state *State) {
	if state.alike != nil {
		s.undoAll(ctx, state.alike)
		return
	}
	if state.Undo == nil {
		return
	}
	err := state.Undo(ctx)
	for tries := 0; tries < resends && interrupted(err); tries++ {
		if err = state.Undo(ctx); refusedState(err) {
			return // the first attempt got through
		}
	}
	if err != nil {
		s.Leave(fmt.Sprintf("%s: %s: %v", s.id, state, err))
	}
}

func refusedState(err error) bool {
	var u *Unavailable
	return errors.As(err, &u)
}

// Attempts is how often the check was arranged, this session included.
func (s *Session) Attempts() int { return s.attempt + 1 }

// Exchanges lists what was sent and answered, in order.
func (s *Session) Exchanges() []*Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*Exchange(nil), s.exchanges...)
}

// sent is how many exchanges there are so far.
func (s *Session) sent() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.exchanges)
}

// Attempt opens a session, runs f in it, closes it and returns it with f's error. A panic in f becomes an error. When a
// connection died at a bad moment all of that is done again, from attempt number first on until there were most of them; a
// check that never got through is interrupted. What deliveries from afar show is looked at more than once: see [Unsteady].
func (r *Run) Attempt(ctx context.Context, id string, first, most int, f func(context.Context, *Session) error) (*Session, error) {
	t := retryPolicy{most: most - first}
	for attempt := first; ; attempt++ {
		s := r.Session(id, attempt)
		s.final = t.broken+1 >= t.most
		err := guarded(ctx, func(ctx context.Context) error { return f(ctx, s) })
		if !errors.As(err, new(*Closed)) { // which says already what stands in the way
			err = s.orBroken(ctx, s.discardAfterLoss(err))
		}
		s.Close(ctx)
		if again, end := t.next(ctx, s, err); !again {
			return s, end
		}
	}
}

// ErrPanic wraps what a check panicked with.
var ErrPanic = errors.New("panic in the check")

func guarded(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("%w: %v", ErrPanic, cause)
		}
	}()
	return f(ctx)
}
