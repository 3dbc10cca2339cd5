package world

import (
	"slices"
)

// recover makes the memory what the log has, after something was not kept. It waits for no world: one that is at work is put right as soon
// as it is free, and whoever has to know calls undo.
func (r *Registry) recover() {
	r.recovering.Lock()
	defer r.recovering.Unlock()
	failures := r.log.Failures()
	if failures == r.recovered {
		return
	}
	r.recovered = failures
	heads, err := r.log.Heads()
	if err != nil {
		r.lose()
		return
	}
	there := map[uint64]bool{}
	for _, w := range r.Worlds() {
		there[w.kept.number()] = true
		switch {
		case r.forgetUnbegun(w):
		case r.disagrees(w):
			go r.undo(w)
		}
	}
	for _, h := range heads {
		if _, begun := r.log.Last(h.ID); begun && !there[h.ID] {
			r.bringBack(h)
		}
	}
}

// number is that of the world in the log, 0 for none.
func (k *kept) number() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.id
}

// disagrees reports whether the log has something else of a world than the memory.
func (r *Registry) disagrees(w *World) bool {
	w.kept.mu.Lock()
	defer w.kept.mu.Unlock()
	return w.kept.differs()
}

// differs is disagrees for a caller who holds the lock.
func (k *kept) differs() bool {
	if k.log == nil || k.id == 0 || k.lost {
		return false
	}
	last, begun := k.log.Last(k.id)
	return !begun || last != k.sequence
}

// forgetUnbegun takes a world out of service whose beginning was not kept, and that does not follow from the base.
func (r *Registry) forgetUnbegun(w *World) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &w.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.fresh || !k.differs() {
		return false
	}
	if _, begun := k.log.Last(k.id); begun {
		return false
	}
	k.lose()
	r.forget(w)
	return true
}

// undo makes a world what the log has of it, if it is something else. The caller holds no lock.
func (r *Registry) undo(w *World) {
	if !r.disagrees(w) || r.forgetUnbegun(w) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !r.disagrees(w) {
		return // somebody else has been here
	}
	was, id, sequence, err := r.keptOf(w)
	r.mu.Lock()
	defer r.mu.Unlock()
	k := &w.kept
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.log == nil: // it is no more
	case err != nil:
		k.lose()
	default:
		k.owed, k.id, k.sequence = nil, id, sequence
		r.replace(w, was)
	}
}

// keptOf is what the log has of a world, with the number and the sequence there. The caller holds the right to write.
func (r *Registry) keptOf(w *World) (was image, id, sequence uint64, err error) {
	id = w.kept.number()
	if _, begun := r.log.Last(id); !begun {
		return image{contents: w.origin.fork()}, 0, 0, nil // it follows from the base
	}
	heads, err := r.log.Heads()
	at := slices.IndexFunc(heads, func(h Head) bool { return h.ID == id })
	if err != nil || at < 0 {
		return image{}, id, 0, ErrNoWorld
	}
	again, err := r.restoreWorld(heads[at], &texts{registry: r, read: map[uint64]image{}})
	if err != nil {
		return image{}, id, 0, err
	}
	was = image{contents: again.now, resets: again.resets, tokens: again.registry.tokensOf(again), revoked: again.revoked}
	return was, id, again.kept.sequence, nil
}

// replace gives a world other contents. The caller holds the right to write, and the registry's lock.
func (r *Registry) replace(w *World, i image) {
	r.forgetTokens(w)
	w.resets, w.revoked = i.resets, i.revoked
	requests := w.requests.Load()
	w.restore(i.contents)
	w.requests.Store(max(requests, w.requests.Load()))
	w.beginPast(w.past.last.Add(1), w.checkpoint()) // another life: what was numbered before is none of it
	w.kept.pending.Store(nil)
	for token, grant := range i.tokens {
		r.index(w, token, grant)
	}
}

// bringBack makes a world that was to be dropped.
func (r *Registry) bringBack(h Head) {
	w, err := r.restoreWorld(h, &texts{registry: r, read: map[uint64]image{}})
	if err != nil {
		return // it is on the disk still, and a restart tells what is wrong
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, begun := r.log.Last(h.ID); !begun {
		return // it was dropped once more, which is kept or is found out as this was
	}
	if there := r.worlds[h.Name]; there != nil {
		if there.kept.number() != 0 {
			r.keeps(Entry{World: h.ID, Drop: true}) // the one that is used meanwhile stays
			r.flush()
			return
		}
		r.forget(there)
	}
	r.adopt(w)
	r.evicted.forget(h.Name)
}

// lose takes every world out of service whose state nobody knows.
func (r *Registry) lose() {
	for _, w := range r.Worlds() {
		w.kept.mu.Lock()
		if w.kept.differs() {
			w.kept.lose()
		}
		w.kept.mu.Unlock()
	}
}
