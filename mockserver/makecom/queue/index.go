package queue

import (
	"math"

	"github.com/tidwall/btree"
)

// index finds items by id. In a long queue what a search costs is the memory that it touches for the first time, and a tree of
// strings touches a string for every comparison. So the tree holds one number for each item: the upper half is made from the id, the
// lower half is that of its arrival number. Items whose ids share a number stand side by side, and whoever searches compares their ids.
type index struct {
	places *btree.Set[uint64]
	number func(id string) uint32
}

func newIndex() index { return index{new(btree.Set[uint64]), numberOf} }

// numberOf is FNV-1a, folded: the same on every machine, spread well enough, and whoever makes ids that share a number gets a row of
// items to compare.
func numberOf(id string) uint32 {
	n := uint64(14695981039346656037)
	for i := range len(id) {
		n = (n ^ uint64(id[i])) * 1099511628211
	}
	return uint32(n>>32) ^ uint32(n&math.MaxUint32) //nolint:gosec // both halves
}

const half = 32

func (x index) place(id string, arrival uint64) uint64 {
	return uint64(x.number(id))<<half | arrival&math.MaxUint32
}

func (x index) copy() index { return index{x.places.Copy(), x.number} }

func (x index) add(id string, arrival uint64) { x.places.Insert(x.place(id, arrival)) }

func (x index) remove(id string, arrival uint64) { x.places.Delete(x.place(id, arrival)) }

// look calls found with the lower half of the arrival number of each item that may have an id, until it returns true.
func (x index) look(id string, found func(low uint32) bool) {
	first := x.place(id, 0)
	x.places.Ascend(first, func(place uint64) bool {
		return place>>half == first>>half && !found(uint32(place&math.MaxUint32)) //nolint:gosec // the lower half
	})
}

// arrivals calls found with every number below next whose lower half is low, the highest first, until it returns true. More than one
// there is only in a queue that four thousand million items came to.
func arrivals(low uint32, next uint64, found func(arrival uint64) bool) bool {
	arrival := next&^math.MaxUint32 | uint64(low)
	if arrival >= next {
		if arrival <= math.MaxUint32 {
			return false
		}
		arrival -= 1 << half
	}
	for !found(arrival) {
		if arrival <= math.MaxUint32 {
			return false
		}
		arrival -= 1 << half
	}
	return true
}
