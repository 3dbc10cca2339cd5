package journal

import (
	"encoding/binary"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// tail is the newest entries of a sequence, encoded, so that it holds bytes and hardly a pointer: what a thousand exchanges keep is what
// the limit says, and the collector has nothing to walk. The zero tail is empty.
type tail struct {
	records []record
	first   int // index of the oldest
	bytes   int // of the records
	chunks  int // bytes of the chunks that are held for them
	dropped uint64

	last  *chunk // that is being filled, nil for none
	spare *chunk // nobody has a record in it
}

// record is an encoded entry, behind its number.
type record struct {
	in           *chunk
	bytes        []byte // a part of the chunk
	requirements []*contract.Requirement
}

// chunk is memory for records, one behind the other.
type chunk struct {
	bytes []byte
	live  int  // records that are kept
	lent  bool // somebody reads it without the lock: it is not filled anew
}

// Chunks grow with what is held: a world that is asked once must not hold much.
const (
	smallestChunk = 2 << 10
	largestChunk  = 64 << 10
	recordWeight  = 64 // of a record beside its bytes
	numbered      = 8  // bytes of a record's number
)

func (r *record) weight() int { return len(r.bytes) + recordWeight }

// held is what the tail takes of the machine: its chunks as long as they are, however much of them is filled.
func (t *tail) held() int { return t.chunks + cap(t.records)*recordWeight }

// add keeps an encoded entry under its number, and drops the oldest ones where the bounds ask for it.
func (t *tail) add(number uint64, encoded []byte, decided []*contract.Requirement, most Limits) {
	in := t.room(numbered + len(encoded))
	from := len(in.bytes)
	in.bytes = append(binary.LittleEndian.AppendUint64(in.bytes, number), encoded...)
	in.live++
	r := record{in, in.bytes[from:], decided}
	t.records = append(t.records, r)
	t.bytes += r.weight()
	for t.first < len(t.records)-1 && (len(t.records)-t.first > most.Entries || t.bytes > most.Bytes) {
		t.drop()
	}
	t.compact()
}

// room is a chunk with room for so many bytes.
func (t *tail) room(n int) *chunk {
	if t.last != nil && cap(t.last.bytes)-len(t.last.bytes) >= n {
		return t.last
	}
	if t.spare != nil && cap(t.spare.bytes) >= n {
		t.last, t.spare = t.spare, nil
		t.last.bytes = t.last.bytes[:0]
		return t.last
	}
	size := min(max(t.chunks/2, smallestChunk), largestChunk)
	if n > size/4 {
		size = n // what a long record leaves of a chunk would be lost to the next long one
	}
	t.last = &chunk{bytes: make([]byte, 0, size)}
	t.chunks += size
	return t.last
}

// drop forgets the oldest entry. Of the chunks that become free one is kept to be filled again.
func (t *tail) drop() {
	oldest := &t.records[t.first]
	t.bytes -= oldest.weight()
	in := oldest.in
	in.live--
	if in.live == 0 && in != t.last {
		t.release(in)
	}
	*oldest = record{}
	t.first++
	t.dropped++
}

// release lets a chunk go in which nothing is kept any more, or keeps it to be filled again.
func (t *tail) release(c *chunk) {
	if t.spare == nil && !c.lent && cap(c.bytes) == largestChunk {
		t.spare = c
		return
	}
	t.chunks -= cap(c.bytes)
}

// compact moves the records to the front once half of the slice is spent, so that adding costs the same on average.
func (t *tail) compact() {
	if t.first < 64 || t.first < len(t.records)/2 {
		return
	}
	n := copy(t.records, t.records[t.first:])
	clear(t.records[n:])
	t.records, t.first = t.records[:n], 0
}

// list lends the records that are kept, oldest first. They can be read without the lock.
func (t *tail) list() []record { return t.lend(t.records[t.first:]) }

// latest lends the newest records, at most n and at most the bound.
func (t *tail) latest(n uint64, most int) []record {
	kept := t.records[t.first:]
	take := min(len(kept), most)
	if n < uint64(take) {
		take = int(n)
	}
	return t.lend(kept[len(kept)-take:])
}

func (t *tail) lend(records []record) []record {
	for i := range records {
		records[i].in.lent = true
	}
	return append([]record(nil), records...)
}

func decoded(records []record) []*Entry {
	entries := make([]*Entry, len(records))
	for i := range records {
		entries[i] = records[i].decode()
	}
	return entries
}
