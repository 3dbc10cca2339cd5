package world

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Command is one change of a world, as a value that encoding/json writes and reads. Nothing else changes a world.
type Command interface {
	// Kind is the part of the world that the command changes, a slash and a word, such as "queue/arrive". Those of the world
	// itself begin with "world/".
	Kind() string
}

// State is what a part of a world is at one moment. It is not safe for concurrent use: the world guards it.
type State interface {
	// Apply carries a command out and returns what came of it. A command that it refuses with an error has changed nothing.
	// What it does depends on the state, the command and the moment alone.
	Apply(Command, Moment) (any, error)
	// Due is the command for what time alone has made happen by now, nil for nothing. A scope narrows it to what bears on one
	// command; nil is everything. A command may do a part of it, in order of time, so that none takes long: Due is asked again
	// until nothing is left.
	Due(now time.Time, scope Command) Command
	// Fork copies the state. Either side may change afterwards.
	Fork() State
}

// Part is what one API, or the APIs of one vendor together, keep in a world.
type Part struct {
	Name     string
	New      func() State     // nothing is in it
	Commands func() []Command // one value of each kind, to be read back from a record
}

// Moment is what a world supplies to a command: the time, and ids that it never gives twice.
type Moment struct {
	At     time.Time
	Resets uint64 // of the world so far: what began before a reset must not end after it

	contents *contents
	world    *World // nil outside of any
}

// NewMoment is a moment outside of every world, for tests of a state alone.
func NewMoment(at time.Time, seed int64) Moment {
	return Moment{At: at, contents: &contents{settings: settings{seed: seed}}}
}

// NewID is 32 lower-case hex digits.
func (m Moment) NewID() string {
	m.contents.counters.items++
	return hexID(m.contents.seed, itemStream, m.contents.counters.items)
}

// NewRecordID is 32 upper-case hex digits, from a stream of its own.
func (m Moment) NewRecordID() string {
	m.contents.counters.records++
	return capitalID(m.contents.seed, recordStream, m.contents.counters.records)
}

// RecordID is the id that is given, or a new one where it is "".
func (m Moment) RecordID(given string) string {
	if given != "" {
		return given
	}
	return m.NewRecordID()
}

// NewSecretKey is a key for authentication codes.
func (m Moment) NewSecretKey() string {
	m.contents.counters.records++
	return hexID(m.contents.seed, keyStream, m.contents.counters.records)
}

// Reach notes that the command shows these requirements.
func (m Moment) Reach(requirements ...*contract.Requirement) {
	if m.world != nil {
		m.world.Reach(requirements)
	}
}

// ErrNoPart is returned for commands and readers of an API that the server does not know.
var ErrNoPart = errors.New("no API of this server keeps such a part of a world")

// Do applies a command, after what time alone has made happen before it. Where the world has a log, the command is kept when Do
// returns, or undone with [ErrNotKept].
func (w *World) Do(c Command) (any, error) {
	for { // between two slices of what is due, others of the world may come in
		done, result, on, err := w.doNow(c)
		if done || err != nil {
			return w.settled(on, result, err)
		}
	}
}

// doNow does not wait for the log.
func (w *World) doNow(c Command) (done bool, result any, on *pending, err error) {
	if _, ok := c.(tokenCommand); ok {
		w.lockBoth()
		defer w.registry.mu.Unlock()
	} else {
		w.mu.Lock()
	}
	defer w.mu.Unlock()
	done, result, err = w.do(c)
	return done, result, w.kept.pending.Load(), err
}

// lockBoth takes the world's lock and then the registry's. Nobody takes them in the other order: whoever has the registry's waits for no
// world.
func (w *World) lockBoth() {
	w.mu.Lock()
	w.registry.mu.Lock()
}

// Do is [World.Do] for a command whose result has the type R.
func Do[R any](w *World, c Command) (R, error) {
	result, err := w.Do(c)
	typed, _ := result.(R)
	return typed, err
}

// View reads a part of a world. What time alone has made happen by now, as far as it bears on scope, has happened before read
// sees the state. Read must not keep the state, only what the state returns.
func View[S State](w *World, part string, scope Command, read func(S) error) error {
	done, on, err := viewAtOnce(w, part, scope, read)
	for !done && err == nil {
		done, on, err = viewLate(w, part, scope, read)
	}
	if lost := w.await(on); lost != nil {
		return lost
	}
	return err
}

// viewAtOnce reads where nothing is due, beside other readers.
func viewAtOnce[S State](w *World, part string, scope Command, read func(S) error) (done bool, on *pending, err error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	state, ok := w.now.state(part).(S)
	if !ok {
		return true, nil, fmt.Errorf("%w: %q", ErrNoPart, part)
	}
	if state.Due(w.now.clock.Now(), scope) != nil {
		return false, nil, nil
	}
	err = read(state)
	return true, w.kept.pending.Load(), err
}

// viewLate lets happen what is due, and reads.
func viewLate[S State](w *World, part string, scope Command, read func(S) error) (done bool, on *pending, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	s, done, err := current[S](w, part, scope, w.moment())
	if done {
		err = read(s)
	}
	return done, w.kept.pending.Load(), err
}

// current is a part after what is due, done once all of that has happened. The caller holds the right to write.
func current[S State](w *World, part string, scope Command, m Moment) (s S, done bool, err error) {
	state := w.now.state(part)
	s, ok := state.(S)
	if !ok {
		return s, false, fmt.Errorf("%w: %q", ErrNoPart, part)
	}
	more, err := w.elapse(state, scope, m)
	return s, !more && err == nil, err
}

// Decide lets choose see a part and choose a command, which is applied before anything else happens. Choose may refuse.
func Decide[S State](w *World, part string, scope Command, choose func(S) (Command, error)) (any, error) {
	for {
		done, result, on, err := decideNow(w, part, scope, choose)
		if done || err != nil {
			return w.settled(on, result, err)
		}
	}
}

func decideNow[S State](w *World, part string, scope Command, choose func(S) (Command, error)) (done bool, result any, on *pending, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	m := w.moment()
	s, done, err := current[S](w, part, scope, m)
	if !done {
		return false, nil, w.kept.pending.Load(), err
	}
	c, err := choose(s)
	if err != nil {
		return true, nil, w.kept.pending.Load(), err
	}
	result, err = w.commit(c, m)
	return true, result, w.kept.pending.Load(), err
}

// CatchUp applies what time alone has made happen by now, in every part. It waits for no log.
func (w *World) CatchUp() {
	for done := false; !done; {
		w.mu.Lock()
		done = w.catchUp()
		w.mu.Unlock()
	}
}

// catchUp is done once nothing is due in any part.
func (w *World) catchUp() (done bool) {
	m := w.moment()
	for _, state := range w.now.states {
		if more, _ := w.elapse(state, nil, m); more { // what is due can be applied
			return false
		}
	}
	return true
}

// do is done once the command was applied: nothing was due before it any more.
func (w *World) do(c Command) (done bool, result any, err error) {
	m := w.moment()
	if state := w.now.state(partOf(c)); state != nil {
		if more, err := w.elapse(state, c, m); more || err != nil {
			return false, nil, err
		}
	}
	result, err = w.commit(c, m)
	return true, result, err
}

// elapse applies a slice of what is due, and reports whether there is more.
func (w *World) elapse(state State, scope Command, m Moment) (more bool, err error) {
	due := state.Due(m.At, scope)
	if due == nil {
		return false, nil
	}
	_, err = w.commit(due, m)
	return err == nil && state.Due(m.At, scope) != nil, err
}

func (w *World) moment() Moment {
	return Moment{At: w.now.clock.Now(), Resets: w.resets, contents: &w.now, world: w}
}

// commit is the one place through which every command goes. A refused one leaves nothing behind, no id that it took either.
func (w *World) commit(c Command, m Moment) (any, error) {
	if err := w.kept.refuses(w.registry); err != nil {
		return nil, err
	}
	size, err := w.admit(c)
	if err != nil {
		return nil, err
	}
	before, requests := w.now.counters, w.requests.Load()
	result, err := w.apply(c, m)
	if err != nil {
		w.now.counters = before
		return result, err
	}
	w.grew(c, size)
	w.note(&Record{At: m.At, Resets: m.Resets, Requests: requests, Command: recorded(c, result, w)})
	return result, nil
}

func (w *World) apply(c Command, m Moment) (any, error) {
	if own, ok := c.(ownCommand); ok {
		return own.apply(w, m)
	}
	state := w.now.state(partOf(c))
	if state == nil {
		return nil, fmt.Errorf("%w: %q", ErrNoPart, c.Kind())
	}
	return state.Apply(c, m)
}

func partOf(c Command) string {
	part, _, _ := strings.Cut(c.Kind(), "/")
	return part
}
