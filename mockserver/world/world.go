// Package world keeps one vendor per credential: state, clock, seed, dialect, tokens and journal, isolated from every
// other and quick to make, fork and reset.
package world

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// World is one isolated vendor. It is safe for concurrent use.
type World struct {
	Name    string
	Journal *journal.Journal

	shown      atomic.Pointer[settings] // a copy of those in now, to be read without a lock
	requests   atomic.Uint64            // request ids given
	used       atomic.Int64             // when it was last asked for, in ticks of its registry
	coverage   reachedSet
	total      *reachedSet // of all worlds
	violations violations
	tokens     map[string]struct{} // that open it; its registry guards them
	revoked    []string            // the latest of them that were revoked, oldest first

	mu        sync.RWMutex
	now       contents
	origin    contents // what a reset goes back to; never changed
	ownLogins bool     // they are not those of the base world
}

// contents is everything of a world that a fork copies and a reset brings back.
type contents struct {
	settings
	makecom *queue.State
	crmcom  *requestlog.State
	logins  []Login // replaced, never changed
	sinks   *sink.State
	rate    rateMinute
	ids     uint64 // item ids given
	records uint64 // ids of CRM.COM's objects given
	tokens  uint64 // tokens minted

	requests uint64 // request ids given at the start; World counts on
}

// settings are what a request may look up while it holds the state: reading them takes no lock.
type settings struct {
	seed    int64
	clock   *clock.Clock
	dialect contract.Dialect // replaced, never changed
	vary    *int64           // seed of variations, nil for none; replaced, never changed
	limits  Limits
	mutant  Mutant
	faults  *fault.Plan
}

// Limits are the rate limits of a world; zero is none.
type Limits struct {
	MakecomPerMinute int // calls to Make's API, counted on the world's clock
}

func (c contents) fork() contents {
	fork := c
	fork.clock = c.clock.Copy()
	fork.makecom = c.makecom.Fork()
	fork.crmcom = c.crmcom.Fork()
	fork.sinks = c.sinks.Fork()
	fork.faults = c.faults.Fork()
	fork.mutant.Memory = new(Memory)
	return fork
}

func newWorld(name string, origin contents, limits journal.Limits, total *reachedSet) *World {
	w := &World{Name: name, Journal: journal.New(limits), origin: origin, total: total}
	w.restore(origin.fork())
	return w
}

func (w *World) restore(c contents) {
	w.now = c
	w.publish()
	w.requests.Store(c.requests)
}

// publish shows the settings of now. The caller holds the right to write.
func (w *World) publish() {
	s := w.now.settings
	w.shown.Store(&s)
}

// Reset brings back what the world was made of, and forgets its journal.
func (w *World) Reset() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.restore(w.origin.fork())
	w.Journal.Clear()
	w.coverage.clear()
}

// fork copies the contents as they are now. It takes the right to write, because sharing a queue marks both sides.
func (w *World) fork() contents {
	w.mu.Lock()
	defer w.mu.Unlock()
	fork := w.now.fork()
	fork.requests = w.requests.Load()
	return fork
}

// Clock is the world's clock. A reset replaces it.
func (w *World) Clock() *clock.Clock { return w.shown.Load().clock }

// Seed is the number from which the world's ids follow.
func (w *World) Seed() int64 { return w.shown.Load().seed }

// Dialect is the world's answers to the open questions. It must not be changed.
func (w *World) Dialect() contract.Dialect { return w.shown.Load().dialect }

// SetDialect replaces the answers; the caller has validated them and gives the map away.
func (w *World) SetDialect(d contract.Dialect) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.dialect = d
	w.publish()
}

// Variations is the seed of the ways in which the world writes its answers, nil where it writes them as the documents do.
func (w *World) Variations() *int64 { return w.shown.Load().vary }

// SetVariations replaces the seed; the caller gives it away.
func (w *World) SetVariations(seed *int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.vary = seed
	w.publish()
}

// Limits are the rate limits in force.
func (w *World) Limits() Limits { return w.shown.Load().limits }

// SetLimits replaces the rate limits.
func (w *World) SetLimits(l Limits) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now.limits = l
	w.publish()
}

// Makecom reads one hook's state. What its schedule made due by now has happened before read sees it.
func (w *World) Makecom(hookID int, read func(*queue.State) error) error {
	if err, done := w.readMakecom(hookID, read); done {
		return err
	}
	return w.ChangeMakecom(hookID, func(s *queue.State, _ Moment) error { return read(s) })
}

func (w *World) readMakecom(hookID int, read func(*queue.State) error) (err error, done bool) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.now.makecom.Due(queue.Elapse{HookID: hookID, To: w.now.clock.Now()}) {
		return nil, false
	}
	return read(w.now.makecom), true
}

// ChangeMakecom gives command the right to change the state. What the hook's schedule made due by now has happened before.
func (w *World) ChangeMakecom(hookID int, command func(*queue.State, Moment) error) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	at := w.now.clock.Now()
	if err := w.elapse(queue.Elapse{HookID: hookID, To: at}); err != nil {
		return err
	}
	return command(w.now.makecom, Moment{At: at, contents: &w.now})
}

// MakecomHooks reads the state of every hook.
func (w *World) MakecomHooks(read func(*queue.State)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.elapseAll()
	read(w.now.makecom)
}

func (w *World) elapseAll() {
	to := w.now.clock.Now()
	for _, h := range w.now.makecom.Hooks() {
		_ = w.elapse(queue.Elapse{HookID: h.ID, To: to}) // the hook was listed, so it is there
	}
}

// elapse runs a schedule, and notes what it has shown when items left.
func (w *World) elapse(due queue.Elapse) error {
	if !w.now.makecom.Due(due) {
		return nil
	}
	before, err := w.now.makecom.Hook(due.HookID)
	if err != nil {
		return err
	}
	if err := w.now.makecom.Elapse(due); err != nil {
		return err
	}
	if after, err := w.now.makecom.Hook(due.HookID); err != nil || after.Queued == before.Queued {
		return err
	}
	w.Processed()
	return nil
}

// Moment is what a world supplies to a command: the time, and ids that it never gives twice.
type Moment struct {
	At       time.Time
	contents *contents
}

// NewID is 32 lower-case hex digits.
func (m Moment) NewID() string {
	m.contents.ids++
	return hexID(m.contents.seed, itemStream, m.contents.ids)
}

// NewRequestID is 32 lower-case hex digits that name an exchange.
func (w *World) NewRequestID() string {
	return hexID(w.Seed(), requestStream, w.requests.Add(1))
}
