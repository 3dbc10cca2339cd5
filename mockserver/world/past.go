package world

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Looking back. A world numbers its changes: moment 0 is what it was made of, and moment n is what it was after its n-th change. It keeps
// its latest commands in stretches, each on top of a copy of what the world was when the stretch began. Copies share what did not
// change since, and one is made only once per stretch, so that a change costs what it takes to keep its command. Nothing is written
// or encoded, and nothing is built, before somebody looks back.

// stretches is how many full stretches of changes a world keeps beside the one that grows.
const stretches = 4

// pastShare is the part of the memory for journals that the pasts of all worlds may take beside them: one in four.
const pastShare = 4

// pastGrain is how much a past may grow before the registry hears of it.
const pastGrain = 8 << 10

// changeWeight is about what a change holds beside the data of its command.
const changeWeight = 160

// ErrForgotten is returned for a moment that a world no longer knows, or that it has not come to.
var ErrForgotten = refusal.New(refusal.Gone, "forgotten-moment", "the world cannot be shown as it was at that moment", "take the moment of an exchange or a command that the journal has, and one that is not older than `first` of the world's state")

// past is what a world was. The world's mu guards it, but for what is atomic.
type past struct {
	last      atomic.Uint64 // moment that the world has come to
	stretches []stretch     // oldest first; none where all pasts together hold too much
	weight    int64

	untold int64        // of the weight, what the registry has not heard of yet
	told   atomic.Int64 // what it counts
	gone   atomic.Bool  // the world has left its registry
}

// stretch is a row of changes.
type stretch struct {
	from    uint64    // moment of the base
	at      time.Time // of the base
	base    contents
	resets  uint64
	changes []change // never changed, only appended to
	weight  int64
}

// change is a command that was applied.
type change struct {
	at       time.Time
	requests uint64
	command  Command
}

// pasts counts what those of all worlds hold.
type pasts struct {
	most int64
	used atomic.Int64
}

// Moment is the number of changes that the world has seen. It goes on when the world is reset.
func (w *World) Moment() uint64 { return w.past.last.Load() }

// Moments are the first and the last moment that the world can be shown at.
func (w *World) Moments() (first, last uint64) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	last = w.past.last.Load()
	if len(w.past.stretches) == 0 {
		return last, last
	}
	return w.past.stretches[0].from, last
}

// beginPast forgets what the world was before a moment. Base is what it is then; it must not change. The caller holds the right to write,
// or has the world alone.
func (w *World) beginPast(from uint64, base contents) {
	clear(w.past.stretches)
	w.past.stretches = append(w.past.stretches[:0], stretch{from: from, at: base.clock.Now(), base: base, resets: w.resets})
	w.weighPast(-w.past.weight)
}

// remember keeps a command that was applied. The caller holds the right to write.
func (w *World) remember(r *Record) { w.rememberAs(w.past.last.Add(1), r) }

// rememberAs is remember for a change that has its number.
func (w *World) rememberAs(number uint64, r *Record) {
	p := &w.past
	if _, anew := r.Command.(Reset); anew {
		w.beginPast(number, w.origin)
		return
	}
	if w.registry.pasts.used.Load() > w.registry.pasts.most {
		p.stretches = nil
		w.weighPast(-p.weight)
		return
	}
	if len(p.stretches) == 0 {
		w.beginPast(number, w.checkpoint())
		return
	}
	at := r.At
	if _, set := r.Command.(SetClock); set {
		at = w.now.clock.Now() // whoever looks back sees the time that was set
	}
	s := &p.stretches[len(p.stretches)-1]
	s.changes = append(s.changes, change{at, r.Requests, r.Command})
	weight := changeWeight + int64(weigh(r.Command))
	s.weight += weight
	w.weighPast(weight)
	limits := w.registry.config.Journal
	if len(s.changes) >= limits.Entries || s.weight > int64(limits.Bytes/stretches) {
		p.stretches = append(p.stretches, stretch{from: number, at: at, base: w.checkpoint(), resets: w.resets})
	}
	for len(p.stretches) > 1 && (len(p.stretches) > stretches+1 || p.weight > int64(limits.Bytes)) {
		w.weighPast(-p.stretches[0].weight)
		p.stretches = slices.Delete(p.stretches, 0, 1)
	}
}

// checkpoint is a copy of what the world is.
func (w *World) checkpoint() contents {
	c := w.now.fork()
	c.requests = w.requests.Load()
	return c
}

// weighPast notes that the past has become heavier.
func (w *World) weighPast(by int64) {
	p := &w.past
	p.weight += by
	p.untold += by
	if p.untold > -pastGrain && p.untold < pastGrain || p.gone.Load() {
		return
	}
	p.told.Add(p.untold)
	w.registry.pasts.used.Add(p.untold)
	p.untold = 0
	if w.past.gone.Load() { // meanwhile
		w.leavePasts()
	}
}

// leavePasts gives back what the world holds, when it is no more. It takes no lock.
func (w *World) leavePasts() {
	w.past.gone.Store(true)
	w.registry.pasts.used.Add(-w.past.told.Swap(0))
}

// Past is a world as it was at a moment. Its clock stands still. It belongs to no registry: what happens to it touches nothing.
func (r *Registry) Past(w *World, moment uint64) (*World, time.Time, error) {
	was, at, err := r.past(w, moment)
	if err != nil {
		return nil, time.Time{}, err
	}
	was.now.clock.Set(clock.Stopped(at))
	was.publish()
	return was, at, nil
}

// ForkPast copies a world as it was at a moment, under another name. A clock that ran goes on from that moment.
func (r *Registry) ForkPast(w *World, name string, moment uint64) (*World, error) {
	was, at, err := r.past(w, moment)
	if err != nil {
		return nil, err
	}
	if was.now.clock.Mode() == clock.Real && clock.CanRun(at) {
		was.now.clock.Set(clock.Running(at))
	}
	return r.Fork(was, name)
}

func (r *Registry) past(w *World, moment uint64) (*World, time.Time, error) {
	s, err := w.stretchOf(moment)
	if err != nil {
		return nil, time.Time{}, err
	}
	alone := &Registry{config: r.config, kinds: r.kinds, tokens: map[string]issued{}, pasts: &pasts{most: -1}} // it remembers nothing
	was := &World{Name: w.Name, Journal: journal.New(journal.Limits{Entries: 1, Bytes: 1}, r.config.APIs...), registry: alone, origin: s.base, total: new(reachedSet), resets: s.resets}
	was.restore(s.base.fork())
	was.requests.Store(s.base.requests)
	at := s.at
	for _, c := range s.changes {
		if _, err := was.Replay(Record{At: c.at, Resets: s.resets, Requests: c.requests, Command: c.command}); err != nil {
			return nil, at, fmt.Errorf("looking back: %s: %w", c.command.Kind(), err)
		}
		at = c.at
	}
	return was, at, nil
}

// stretchOf is what leads to a moment, with a base of one's own.
func (w *World) stretchOf(moment uint64) (stretch, error) {
	w.mu.Lock() // a copy marks both sides
	defer w.mu.Unlock()
	w.kept.mu.Lock()
	w.rememberOwed()
	last := w.past.last.Load()
	w.kept.mu.Unlock()
	for _, s := range slices.Backward(w.past.stretches) {
		if moment < s.from || moment > last {
			continue
		}
		requests := s.base.requests
		s.base = s.base.fork()
		s.base.requests = requests
		s.changes = s.changes[:moment-s.from]
		return s, nil
	}
	first := last
	if len(w.past.stretches) > 0 {
		first = w.past.stretches[0].from
	}
	return stretch{}, fmt.Errorf("%w: moment %d; it has those from %d to %d", ErrForgotten, moment, first, last)
}
