package world

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// kept is what a world has to do with the log that keeps it. The zero value is that of a world in memory alone.
//
// It has a lock of its own, taken last: whoever holds it does nothing but append to the log. The registry can end the log of a world, and
// take a token from it, without waiting for what the world is doing.
type kept struct {
	mu sync.Mutex // guards what is not atomic

	owed     []LoseToken // numbered in the log and in the past, but not remembered there yet
	log      Log
	id       uint64 // in the log, 0 until the log has the world
	sequence uint64 // of the last record
	lost     bool   // the log never had it, although somebody holds it
	fresh    bool   // it follows from the base and its name: the log need not have it before it changes
	origin   uint64 // the text that it was made of

	journal uint64 // what its journal had come to when it was written; for the one who writes it, without the lock

	pending atomic.Pointer[pending] // what was appended last
	failed  atomic.Uint64           // changes that could not be kept
}

// pending is what a world waits for before anybody learns what it is like.
type pending struct{ Receipt }

// refuses is why a change cannot be kept, nil where it can or need not be.
func (k *kept) refuses(registry *Registry) error {
	if registry.log == nil {
		return nil
	}
	k.mu.Lock()
	log, lost := k.log, k.lost
	k.mu.Unlock()
	if log == nil {
		return nil
	}
	err := log.Refuses()
	if lost {
		err = ErrNoWorld
	}
	if err == nil {
		return nil
	}
	k.failed.Add(1)
	registry.unkept.Add(1)
	return fmt.Errorf("%w: %w", ErrNotKept, err)
}

// note has the past and the log remember a command that was applied, before anything else can happen in the world. The caller holds the
// right to write.
func (w *World) note(r *Record) {
	if w.follower != nil {
		w.follower(*r)
	}
	if w.registry.log == nil {
		w.remember(r)
		return
	}
	var losses []Entry
	if _, ok := r.Command.(tokenCommand); ok { // and the caller holds the registry's lock
		var release func()
		losses, release = w.registry.takeLosses()
		defer release()
	}
	k := &w.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	w.rememberOwed()
	w.remember(r)
	if k.log == nil { // the world is no more
		w.registry.append(losses...)
		return
	}
	if k.id == 0 {
		k.id = k.log.NextID()
		losses = append(losses, w.beginning())
	}
	entries := append(losses, Entry{World: k.id, After: k.sequence, Record: r})
	k.sequence++
	k.pending.Store(w.registry.append(entries...))
}

// beginning lets the log have a world that follows from the base. The caller holds the lock of what is kept.
func (w *World) beginning() Entry {
	return Entry{World: w.kept.id, Begin: &Head{ID: w.kept.id, Name: w.Name, Fresh: true, Origin: w.kept.origin}}
}

// settled is what a caller may learn of a world, once that is kept. What came of a change that is not kept is nothing.
func (w *World) settled(on *pending, result any, err error) (any, error) {
	w.registry.makeRoom(w)
	if lost := w.await(on); lost != nil {
		return nil, lost
	}
	return result, err
}

// await waits until what was appended is kept. Where it is not, the world is what it was before when await returns.
func (w *World) await(on *pending) error {
	if on == nil {
		return nil
	}
	err := on.Wait()
	if err == nil {
		w.kept.pending.CompareAndSwap(on, nil)
		return nil
	}
	w.kept.failed.Add(1)
	w.registry.unkept.Add(1)
	w.registry.recover()
	w.registry.undo(w)
	if on.Receipt != (nowhere{}) {
		w.kept.pending.CompareAndSwap(on, nil) // what the log has all the same, the world still has
	}
	return fmt.Errorf("%w: %w", ErrNotKept, err)
}

// nowhere is what a lost world waits for: whoever holds it learns nothing of it any more.
type nowhere struct{}

// Wait implements Receipt.
func (nowhere) Wait() error { return ErrNoWorld }

// lose takes a world out of service that the log does not have. The caller holds the lock.
func (k *kept) lose() {
	k.lost = true
	k.pending.Store(&pending{nowhere{}})
}

// Settle waits until all that happened in the world is kept. Whoever shows something that was read without a [View] calls it before.
func (w *World) Settle() error { return w.await(w.kept.pending.Load()) }

// Unkept counts the changes of the world that could not be kept. Where it has grown during a request, the request failed, whatever it
// says.
func (w *World) Unkept() uint64 { return w.kept.failed.Load() }

// Unkept counts the changes of any world that could not be kept.
func (r *Registry) Unkept() uint64 { return r.unkept.Load() }

// LoseToken takes a token from a world that another one opens from now on. Only a log has it: the registry itself sees to it as
// it gives the token to the other.
type LoseToken struct{ Token string }

// Kind implements Command.
func (LoseToken) Kind() string { return "world/lose-token" }

func (LoseToken) changesTokens() {}

func (c LoseToken) apply(w *World, _ Moment) (any, error) {
	w.registry.remove(c.Token)
	return nil, nil //nolint:nilnil // nothing comes of it
}

// losses are what worlds lose to another one, to be kept together with the reason.
type losses struct {
	entries []Entry
	from    []*World // nothing else is appended to their logs until the entries are
}

// loses notes that a world loses a token to another. The caller holds the registry's lock, and waits for nothing that the world does: its
// past remembers the loss with what happens there next.
func (r *Registry) loses(w *World, token string) {
	if r.log == nil {
		return
	}
	k := &w.kept
	if !slices.Contains(r.losses.from, w) {
		k.mu.Lock()
		r.losses.from = append(r.losses.from, w)
	}
	if k.log != nil && k.id != 0 {
		record := Record{At: w.Clock().Now(), Requests: w.requests.Load(), Command: LoseToken{token}}
		r.losses.entries = append(r.losses.entries, Entry{World: k.id, After: k.sequence, Record: &record})
		k.sequence++
		w.past.last.Add(1)
		k.owed = append(k.owed, LoseToken{token})
	}
}

// rememberOwed has the past remember the tokens that the world lost. The caller holds the right to write, and the lock of what is kept.
func (w *World) rememberOwed() {
	k := &w.kept
	number := w.past.last.Load() - uint64(len(k.owed))
	for _, c := range k.owed {
		number++
		w.rememberAs(number, &Record{At: w.now.clock.Now(), Requests: w.requests.Load(), Command: c})
	}
	k.owed = nil
}

// takeLosses hands the losses over, and what to call once they are appended.
func (r *Registry) takeLosses() (entries []Entry, release func()) {
	taken := r.losses
	r.losses = losses{}
	return taken.entries, func() {
		for _, w := range taken.from {
			w.kept.mu.Unlock()
		}
	}
}
