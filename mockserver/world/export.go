package world

import (
	"fmt"
	"maps"

	"github.com/understudy-mock/understudy/mockserver/clock"
)

// Put makes a world of that name from a base, in the stead of one that there is. Its tokens open it from now on.
func (r *Registry) Put(name string, b Base) (*World, error) {
	if NameOf(name) != name {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	if b.Seed == 0 {
		b.Seed = seedFor(r.base.seed, name)
	}
	origin, err := b.contents(r.config)
	if err != nil {
		return nil, err
	}
	held := origin.weight()
	if err := r.room.fits(held); err != nil {
		return nil, err
	}
	text, err := r.write(image{contents: origin, tokens: b.Tokens})
	if err != nil {
		return nil, err
	}
	w, on, err := r.put(name, b, origin, text)
	if err == nil {
		r.room.begin(w, held, 0)
		r.makeRoom(w)
	}
	return r.awaited(w, on, err)
}

func (r *Registry) put(name string, b Base, origin contents, text uint64) (*World, *pending, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.worlds[name]; old != nil {
		r.drop(old)
	}
	w := r.add(name, origin)
	w.put = true
	for token, grant := range b.Tokens {
		r.set(w, token, grant)
	}
	return w, r.begin(w, Head{Put: true, Origin: text}), nil
}

// Export is the base from which a world would go on as this one does. What time alone has made happen has happened. Where the world has
// a log, all of it is kept.
func (r *Registry) Export(w *World) Base {
	b := r.exportNow(w)
	if w.Settle() != nil { // and the world is what it was before
		b = r.exportNow(w)
	}
	return b
}

func (r *Registry) exportNow(w *World) Base {
	for {
		if b, done := r.export(w); done {
			return b
		}
	}
}

func (r *Registry) export(w *World) (b Base, done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.catchUp() {
		return b, false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	b = w.settings()
	b.Tokens = r.tokensOf(w)
	return b, true
}

// ExportOrigin is Export of what a reset of the world goes back to: what it was made of. It has no tokens.
func (r *Registry) ExportOrigin(w *World) Base {
	w.mu.Lock()
	origin := w.origin.fork()
	w.mu.Unlock()
	return r.Export(r.newWorld(w.Name, origin, new(reachedSet)))
}

// settings is the base without tokens. The states are copies: taking one marks both sides, so the caller holds the right to write.
func (w *World) settings() Base {
	b := Base{
		Seed:    w.now.seed,
		Dialect: w.now.dialect,
		Vary:    w.now.vary,
		Limits:  w.now.limits,
		Held:    w.now.held,
		Faults:  w.now.faults.Rules(),
		Mutant:  w.now.mutant.ID,
		States:  make(map[string]State, len(w.now.parts)),
		Sinks:   w.now.sinks.Sinks(),
		Counters: Counters{
			Items: w.now.counters.items, Tokens: w.now.counters.tokens, Requests: w.requests.Load(), Records: w.now.counters.records,
			Faults: w.now.faults.Counts(), Minutes: maps.Clone(w.now.minutes),
		},
	}
	for i, p := range w.now.parts {
		b.States[p.Name] = w.now.states[i].Fork()
	}
	c := w.now.clock
	if c.Mode() == clock.Frozen || c.Moved() {
		b.Now, b.Running = c.Now(), c.Mode() != clock.Frozen
	}
	return b
}
