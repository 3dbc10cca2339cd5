package world

import (
	"fmt"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
)

// Put makes a world of that name from a base, in the stead of one that there is. Its tokens open it from now on.
func (r *Registry) Put(name string, b Base) (*World, error) {
	if NameOf(name) != name {
		return nil, fmt.Errorf("%w: %q", ErrName, name)
	}
	if b.Seed == 0 {
		b.Seed = seedFor(r.base.seed, name)
	}
	origin, err := b.contents()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.worlds[name]; old != nil {
		r.drop(old)
	}
	w := r.add(name, origin)
	w.ownLogins = true
	for token, grant := range b.Tokens {
		r.set(w, token, grant)
	}
	return w, nil
}

// Export is the base from which a world would go on as this one does. What its schedules made due has happened.
func (r *Registry) Export(w *World) (Base, error) {
	b, hooks := r.snapshot(w)
	return exported(b, hooks)
}

// ExportOrigin is Export of what a reset of the world goes back to: what it was made of. It has no tokens.
func (r *Registry) ExportOrigin(w *World) (Base, error) {
	w.mu.Lock()
	origin := w.origin.fork()
	w.mu.Unlock()
	b, hooks := r.snapshot(newWorld(w.Name, origin, r.config.Journal, new(reachedSet)))
	return exported(b, hooks)
}

func exported(b Base, hooks []queue.Holding) (Base, error) {
	for _, h := range hooks {
		exported, err := exportHook(h)
		if err != nil {
			return Base{}, fmt.Errorf("hook %d: %w", h.ID, err)
		}
		b.Hooks = append(b.Hooks, exported)
	}
	return b, nil
}

// snapshot is a world at one moment. The hooks hold items that never change, so they can be written down later.
func (r *Registry) snapshot(w *World) (Base, []queue.Holding) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.elapseAll()
	b := w.settings()
	b.Tokens = r.tokensOf(w)
	b.Crmcom, b.Sinks = w.exportCrmcom()
	b.NextHook = w.now.makecom.NextHookID()
	return b, w.now.makecom.Holdings()
}

// settings is the base without what the vendors hold. The caller holds the lock.
func (w *World) settings() Base {
	b := Base{
		Seed:    w.now.seed,
		Dialect: w.now.dialect,
		Vary:    w.now.vary,
		Limits:  w.now.limits,
		Faults:  w.now.faults.Rules(),
		Mutant:  w.now.mutant.ID,
		Given: Given{
			Items: w.now.ids, Tokens: w.now.tokens, Requests: w.requests.Load(), Records: w.now.records, Faults: w.now.faults.Counts(),
			Calls: w.now.rate.calls, Minute: w.now.rate.start,
		},
	}
	c := w.now.clock
	if c.Mode() == clock.Frozen || c.Moved() {
		b.Now, b.Running = c.Now(), c.Mode() != clock.Frozen
	}
	return b
}

func exportHook(h queue.Holding) (Hook, error) {
	hook := Hook{Settings: h.Settings, NextRun: h.NextRun, Window: h.Window, Items: make([]Item, len(h.Items))}
	for i, held := range h.Items {
		data, err := payload.Decode(held.Data)
		if err != nil {
			return Hook{}, fmt.Errorf("item %q: %w", held.ID, err)
		}
		hook.Items[i] = Item{ID: held.ID, Created: held.Created, Data: data, Processing: held.Processing, Until: held.Until}
	}
	return hook, nil
}
