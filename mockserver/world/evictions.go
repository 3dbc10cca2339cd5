package world

import "hash/maphash"

// MostEvictions is how many names of dropped worlds are remembered at least, the latest ones. Whoever comes back after more than
// these is taken for somebody new.
const MostEvictions = 1 << 19

// evictions remembers the names of dropped worlds by a number made of each, in two lots: when the newer one is full, the older one
// is forgotten. All of them together take some 20 MB.
type evictions struct {
	seed         maphash.Seed
	newer, older map[uint64]struct{}
	most         int // of a lot, MostEvictions when it is 0
}

func (e *evictions) number(name string) uint64 { return maphash.String(e.seed, name) }

func (e *evictions) has(name string) bool {
	if e.newer == nil {
		return false
	}
	n := e.number(name)
	_, newer := e.newer[n]
	_, older := e.older[n]
	return newer || older
}

func (e *evictions) note(name string) {
	if e.newer == nil {
		e.seed, e.newer = maphash.MakeSeed(), map[uint64]struct{}{}
	}
	most := e.most
	if most == 0 {
		most = MostEvictions
	}
	if len(e.newer) >= most {
		e.older, e.newer = e.newer, map[uint64]struct{}{}
	}
	e.newer[e.number(name)] = struct{}{}
}

func (e *evictions) forget(name string) {
	if e.newer == nil {
		return
	}
	n := e.number(name)
	delete(e.newer, n)
	delete(e.older, n)
}
