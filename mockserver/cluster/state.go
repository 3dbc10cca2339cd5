package cluster

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// state is what the log has come to, but for what its texts say.
type state struct {
	worlds  map[uint64]*progress
	evicted []string
	base    base
	ids     uint64 // the highest
	lines   uint64 // that were applied, which tells what came later than what
}

// progress is how far the log of a world is.
type progress struct {
	head    world.Head
	last    uint64   // number of the last record
	touched uint64   // when it changed last
	records []record // after the snapshot
}

// record is one of a world. Its text is forgotten once the worlds are made.
type record struct {
	number uint64
	text   json.RawMessage
}

func newState() *state { return &state{worlds: map[uint64]*progress{}} }

// apply carries a line out, and returns the texts that nobody needs any more.
func (s *state) apply(l line) (rubbish []uint64, err error) {
	s.ids = max(s.ids, l.World)
	s.lines++
	p := s.worlds[l.World]
	switch {
	case l.Begin != nil:
		s.worlds[l.World] = &progress{head: *l.Begin, touched: s.lines}
	case l.Evict != "":
		s.evicted = append(s.evicted, l.Evict)
	case l.Forget != "":
		s.evicted = slices.DeleteFunc(s.evicted, func(name string) bool { return name == l.Forget })
	case p == nil && (l.Drop || l.Snapshot != 0):
		return []uint64{l.Snapshot}, nil
	case l.Drop:
		delete(s.worlds, l.World)
		return p.texts(), nil
	case l.Snapshot != 0:
		return p.stand(l), nil
	case l.Record != nil:
		if p == nil || p.last != l.After {
			return nil, fmt.Errorf("record %d of world %d: %w", l.After+1, l.World, errHole)
		}
		p.touched = s.lines
		p.add(record{l.After + 1, l.Record})
	}
	return nil, nil
}

func (p *progress) add(r record) {
	p.last = r.number
	if len(r.text) > 0 {
		p.records = append(p.records, r)
	}
}

// stand lets the world stand on a snapshot. What it stood on before is not needed any more.
func (p *progress) stand(l line) (rubbish []uint64) {
	if l.After < p.head.At || l.After > p.last {
		return []uint64{l.Snapshot}
	}
	rubbish = []uint64{p.head.Snapshot}
	p.head.Snapshot, p.head.At = l.Snapshot, l.After
	p.records = slices.DeleteFunc(p.records, func(r record) bool { return r.number <= l.After })
	return rubbish
}

// texts are those that the world alone needs. The base is not one of them.
func (p *progress) texts() (all []uint64) {
	if !p.head.Fresh {
		all = append(all, p.head.Origin)
	}
	return append(all, p.head.Snapshot)
}

// needed are all texts that somebody needs.
func (s *state) needed() map[uint64]bool {
	all := map[uint64]bool{s.base.Text: true}
	for _, p := range s.worlds {
		all[p.head.Origin] = true
		for _, n := range p.texts() {
			all[n] = true
		}
	}
	return all
}

// forget gives free the texts of records, once the worlds are made.
func (s *state) forget() {
	for _, p := range s.worlds {
		p.records = nil
	}
}

// index is the state as it is written down: records stand in the messages that are left.
type index struct {
	Heads   []world.Head `json:"heads"` // the one that changed longest ago first
	Evicted []string     `json:"evicted"`
	Base    base         `json:"base"`
	IDs     uint64       `json:"ids"`
}

func (s *state) heads() (heads []world.Head) {
	byAge := slices.SortedFunc(maps.Values(s.worlds), func(a, b *progress) int { return cmp.Compare(a.touched, b.touched) })
	for _, p := range byAge {
		heads = append(heads, p.head)
	}
	return heads
}

func (s *state) index() index { return index{s.heads(), s.evicted, s.base, s.ids} }

// state is that of an index, with the records that came before it, by world.
func (i index) state(early map[uint64][]record) (*state, error) {
	s := newState()
	s.evicted, s.base, s.ids = i.Evicted, i.Base, i.IDs
	for _, h := range i.Heads {
		s.lines++
		p := &progress{head: h, last: h.At, touched: s.lines}
		for _, r := range early[h.ID] {
			if r.number <= h.At {
				continue
			}
			if r.number != p.last+1 {
				return nil, fmt.Errorf("record %d of world %q: %w", p.last+1, h.Name, errHole)
			}
			p.add(r)
		}
		s.worlds[h.ID] = p
	}
	return s, nil
}
