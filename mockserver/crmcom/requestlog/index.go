package requestlog

import (
	"encoding/binary"
	"sort"
	"time"

	"github.com/tidwall/btree"
)

// index keeps the requests that have something in common next to each other, in the order in which they were created.
// Its keys are the kind of what they have in common, the length of the value, the value, and the order.
type index struct {
	tree *btree.Map[string, *Request]
}

// What requests may have in common.
const (
	byDefinition = 'd'
	byRule       = 'r'
	byEntity     = 'e'
	byEntityID   = 'i'
)

// term is one thing in common.
type term struct {
	kind  byte
	value string
}

func newIndex() index { return index{new(btree.Map[string, *Request])} }

func (x index) fork() index { return index{x.tree.Copy()} }

func (x index) add(r *Request) {
	for _, t := range termsOf(r) {
		x.tree.Set(t.key(order(r.Created, r.Number)), r)
	}
}

func (x index) remove(r *Request) {
	for _, t := range termsOf(r) {
		x.tree.Delete(t.key(order(r.Created, r.Number)))
	}
}

func termsOf(r *Request) [4]term {
	return [4]term{{byDefinition, r.Definition.ID}, {byRule, r.Rule.ID}, {byEntity, r.Entity}, {byEntityID, r.EntityID}}
}

func (t term) key(order string) string {
	head := make([]byte, 1, 5+len(t.value)+len(order))
	head[0] = t.kind
	head = binary.BigEndian.AppendUint32(head, uint32(len(t.value)))
	head = append(head, t.value...)
	return string(append(head, order...))
}

// order sorts by the time of creation, and by number within a second.
func order(created time.Time, number uint64) string {
	key := make([]byte, 0, 16)
	key = binary.BigEndian.AppendUint64(key, uint64(created.Unix())^1<<63)
	return string(binary.BigEndian.AppendUint64(key, number))
}

// last sorts after every order.
const last = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// span is a part of the index: the positions from first up to end.
type span struct{ first, end int }

func (s span) len() int { return s.end - s.first }

// span finds the requests with that term that were created from a time on, up to another; zero for no bound.
func (x index) span(t term, from, to time.Time) span {
	low, high := "", last
	if !from.IsZero() {
		low = order(from, 0)
	}
	if !to.IsZero() {
		high = order(to, 0)
	}
	first := x.rank(t.key(low))
	return span{first, max(first, x.rank(t.key(high)))}
}

// rank counts the keys before the given one.
func (x index) rank(key string) int {
	return sort.Search(x.tree.Len(), func(i int) bool {
		k, _, _ := x.tree.GetAt(i)
		return k >= key
	})
}

// walk visits the requests of a span, after skipping some, until visit has enough. It costs what it visits.
func (x index) walk(s span, skip int, newestFirst bool, visit func(*Request) bool) {
	left := s.len() - skip
	if left <= 0 {
		return
	}
	step := func(_ string, r *Request) bool {
		left--
		return visit(r) && left > 0
	}
	if newestFirst {
		key, _, _ := x.tree.GetAt(s.end - 1 - skip)
		x.tree.Descend(key, step)
		return
	}
	key, _, _ := x.tree.GetAt(s.first + skip)
	x.tree.Ascend(key, step)
}
