package world

import (
	"errors"
	"fmt"
	"maps"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// keeping is what a registry has to do with its log. The zero value is that of a registry without one. The registry's mu guards what
// changes.
type keeping struct {
	log      Log
	baseText uint64        // the base, as the log has it
	unkept   atomic.Uint64 // changes of any world that were not kept
	entries  []Entry       // to be appended with what comes next
	losses   losses

	requirements func() map[string]*contract.Requirement // of the APIs, by id

	recovering sync.Mutex // taken before every other lock
	recovered  uint64     // failures of the log after which the memory was put right; recovering guards it

	stop     chan struct{}
	stopOnce sync.Once
	working  sync.WaitGroup
}

// keepIn loads what a log has, and lets it have what happens from now on.
func (r *Registry) keepIn(log Log) error {
	r.log, r.stop = log, make(chan struct{})
	r.knowRequirements()
	if err := r.load(); err != nil {
		return err
	}
	r.working.Go(r.shorten)
	r.working.Go(r.keepJournals)
	return nil
}

func (r *Registry) knowRequirements() {
	apis := r.config.APIs
	if apis == nil {
		apis = openapi.APIs()
	}
	r.requirements = sync.OnceValue(func() map[string]*contract.Requirement { return requirementsOf(apis) })
}

// Close ends what a registry with a log does by itself, and keeps the journals a last time. The log is for its owner to close.
func (r *Registry) Close() error {
	if r.log == nil {
		return nil
	}
	r.stopOnce.Do(func() { close(r.stop) })
	r.working.Wait()
	return nil
}

// shorten takes a snapshot of each world whose records have grown long.
func (r *Registry) shorten() {
	for {
		select {
		case id := <-r.log.Long():
			if w := r.byLogID(id); w != nil {
				_ = r.Snapshot(w) // the records are there still, and grow longer
			}
		case <-r.stop:
			return
		}
	}
}

// keeps notes an entry that is appended with what comes next.
func (r *Registry) keeps(e Entry) {
	if r.log != nil {
		r.entries = append(r.entries, e)
	}
}

// refuses is why nothing can be kept at present, nil where it can or need not be.
func (r *Registry) refuses() error {
	if r.log == nil {
		return nil
	}
	err := r.log.Refuses()
	if err == nil {
		return nil
	}
	r.unkept.Add(1)
	return fmt.Errorf("%w: %w", ErrNotKept, err)
}

// awaited is a world once it is kept.
func (r *Registry) awaited(w *World, on *pending, err error) (*World, error) {
	if err == nil {
		err = r.await(on)
	}
	if err != nil {
		return nil, err
	}
	return w, nil
}

// load makes the worlds that the log has.
func (r *Registry) load() (err error) {
	if err := canRebuild(r.config.Parts); err != nil {
		return err
	}
	if r.baseText, err = r.log.Base(image{contents: r.base}.encode()); err != nil {
		return err
	}
	r.requests.Store(r.log.Start() << requestBits)
	names, err := r.log.Evicted()
	if err != nil {
		return err
	}
	for _, name := range names {
		r.evicted.note(name)
	}
	heads, err := r.log.Heads()
	if err != nil {
		return err
	}
	worlds, err := r.restoreAll(heads)
	if err != nil {
		return err
	}
	for _, w := range worlds {
		r.adopt(w)
	}
	for len(r.worlds) > r.config.MaxWorlds {
		r.evict()
	}
	return r.await(r.flush())
}

// requestBits is how many bits count the ids of requests that one life of a log gives: no record tells of those that only read.
const requestBits = 32

// restoreAll makes several worlds at once.
func (r *Registry) restoreAll(heads []Head) ([]*World, error) {
	texts := &texts{registry: r, read: map[uint64]image{}}
	worlds := make([]*World, len(heads))
	errs := make([]error, len(heads))
	var working sync.WaitGroup
	next := make(chan int)
	for range min(runtime.GOMAXPROCS(0), len(heads)) {
		working.Go(func() {
			for i := range next {
				worlds[i], errs[i] = r.restoreWorld(heads[i], texts)
			}
		})
	}
	for i := range heads {
		next <- i
	}
	close(next)
	working.Wait()
	return worlds, errors.Join(errs...)
}

// texts reads what worlds were made of, that of the base once for all that are made of it.
type texts struct {
	registry *Registry
	mu       sync.Mutex
	read     map[uint64]image
}

func (t *texts) origin(h Head) (image, error) {
	if !h.Fresh {
		return t.registry.readImage(t.registry.log, h.Origin)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	base, known := t.read[h.Origin]
	if !known {
		var err error
		if base, err = t.registry.readImage(t.registry.log, h.Origin); err != nil {
			return image{}, err
		}
		t.read[h.Origin] = base
	}
	base.contents = base.contents.named(h.Name)
	return base, nil
}

// restoreWorld makes a world of its log, in a registry of its own, so that what it did does not touch other worlds again.
func (r *Registry) restoreWorld(h Head, texts *texts) (*World, error) {
	alone := &Registry{config: r.config, kinds: r.kinds, tokens: map[string]issued{}, pasts: r.pasts}
	origin, err := texts.origin(h)
	if err != nil {
		return nil, &Damage{World: h.Name, Err: fmt.Errorf("what it was made of: %w", err)}
	}
	now := origin
	now.contents = origin.contents.fork()
	if h.Snapshot != 0 {
		if now, err = r.readImage(r.log, h.Snapshot); err != nil {
			return nil, &Damage{World: h.Name, Sequence: h.At, Err: fmt.Errorf("its snapshot: %w", err)}
		}
	}
	w := &World{
		Name: h.Name, Journal: journal.New(r.config.Journal, r.config.APIs...), registry: alone, origin: origin.contents, total: &r.coverage, put: h.Put,
		resets: now.resets, revoked: now.revoked,
	}
	w.restore(now.contents)
	w.past.last.Store(h.At)
	w.beginPast(h.At, w.checkpoint())
	for token, grant := range now.tokens {
		alone.set(w, token, grant)
	}
	w.kept.id, w.kept.fresh, w.kept.origin, w.kept.sequence = h.ID, h.Fresh, h.Origin, h.At
	records := ahead{registry: r, apply: w.replayKept}
	if err := r.log.Read(h.ID, h.At, records.text); err != nil {
		return nil, &Damage{World: h.Name, Sequence: w.kept.sequence + 1, Err: err}
	}
	if err := records.end(); err != nil {
		return nil, &Damage{World: h.Name, Sequence: w.kept.sequence + 1, Err: err}
	}
	w.requests.Store(max(w.requests.Load(), r.log.Start()<<requestBits))
	return w, r.restoreJournal(w)
}

// replayKept replays the next record of the log.
func (w *World) replayKept(record Record) error {
	if _, err := w.Replay(record); err != nil {
		return err
	}
	w.kept.sequence++
	return nil
}

// adopt puts a world in place that was restored. The caller holds the registry's lock, or has it alone.
func (r *Registry) adopt(w *World) {
	for token, grant := range w.registry.tokensOf(w) {
		r.index(w, token, grant)
	}
	w.registry, w.kept.log = r, r.log
	shared := int64(0)
	if w.kept.fresh {
		shared = r.shared()
	}
	r.room.begin(w, max(shared, w.now.weight()), shared)
	r.worlds[w.Name] = w
	r.touch(w)
}

// write keeps an image for an entry to name, 0 without a log.
func (r *Registry) write(i image) (uint64, error) {
	if err := r.refuses(); err != nil || r.log == nil {
		return 0, err
	}
	text, err := r.log.Write(i.encode())
	if err != nil {
		return 0, fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return text, nil
}

// keepFresh lets the log have a world that follows from the base once it changes.
func (r *Registry) keepFresh(w *World) {
	if r.log != nil {
		w.kept.log, w.kept.fresh, w.kept.origin = r.log, true, r.baseText
	}
}

// begin lets the log have a world from now on, together with what made room for it. The caller holds the registry's lock, and nobody
// else has the world.
func (r *Registry) begin(w *World, h Head, records ...Command) *pending {
	if r.log == nil {
		return nil
	}
	k := &w.kept
	k.log, k.id, k.fresh, k.origin = r.log, r.log.NextID(), h.Fresh, h.Origin
	h.ID, h.Name = k.id, w.Name
	lost, release := r.takeLosses()
	defer release()
	r.entries = append(append(r.entries, lost...), Entry{World: k.id, Begin: &h})
	for _, c := range records {
		record := Record{At: w.now.clock.Now(), Command: c}
		r.entries = append(r.entries, Entry{World: k.id, After: k.sequence, Record: &record})
		k.sequence++
		w.remember(&record)
	}
	on := r.flush()
	k.pending.Store(on)
	return on
}

// flush appends the entries that have come together. The caller holds the registry's lock.
func (r *Registry) flush() *pending {
	entries := r.entries
	r.entries = nil
	return r.append(entries...)
}

// append has the log keep entries, and waits for nothing.
func (r *Registry) append(entries ...Entry) *pending {
	if len(entries) == 0 {
		return nil
	}
	return &pending{r.log.Append(entries...)}
}

// unkeep ends the log of a world that is no more. What it does from now on stays in memory.
func (r *Registry) unkeep(w *World) {
	if r.log == nil {
		return
	}
	k := &w.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.log != nil && k.id != 0 {
		r.entries = append(r.entries, Entry{World: k.id, Drop: true})
	}
	k.log = nil
}

// await is [World.await] for what is about no world in particular.
func (r *Registry) await(on *pending) error {
	if on == nil {
		return nil
	}
	if err := on.Wait(); err != nil {
		r.unkept.Add(1)
		r.recover()
		return fmt.Errorf("%w: %w", ErrNotKept, err)
	}
	return nil
}

// Snapshot writes a world down whose records have grown long; without a log it does nothing. Requests of the world wait no longer than
// a fork takes. A log asks for it by itself.
func (r *Registry) Snapshot(w *World) error {
	i, id, at := r.image(w)
	if id == 0 {
		return nil
	}
	text, err := r.log.Write(i.encode())
	if err != nil {
		return err
	}
	return r.await(&pending{r.log.Append(Entry{World: id, After: at, Snapshot: text})})
}

func (r *Registry) byLogID(id uint64) *World {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for w := range maps.Values(r.worlds) {
		w.kept.mu.Lock()
		found := w.kept.id == id
		w.kept.mu.Unlock()
		if found {
			return w
		}
	}
	return nil
}

// ReadLog makes the worlds that a log has, to be looked at. What happens to them stays in memory, and the log is not written to.
func ReadLog(c Config, log Log) (*Registry, error) {
	c.MaxWorlds, c.Log = MostWorlds, nil
	r, err := NewRegistry(c, Base{})
	if err != nil {
		return nil, err
	}
	if err := canRebuild(c.Parts); err != nil {
		return nil, err
	}
	r.log = log
	r.knowRequirements()
	heads, err := log.Heads()
	if err != nil {
		return nil, err
	}
	worlds, err := r.restoreAll(heads)
	r.log = nil
	for _, w := range worlds {
		if w != nil {
			r.adopt(w)
		}
	}
	return r, err
}
