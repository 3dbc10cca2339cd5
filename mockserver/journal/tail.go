package journal

// tail is the newest entries of a sequence. The zero tail is empty.
type tail struct {
	entries []*Entry
	first   int // index of the oldest
	bytes   int
	dropped uint64
}

// add keeps an entry, and drops the oldest ones where the bounds ask for it.
func (t *tail) add(e *Entry, most Limits) {
	t.entries = append(t.entries, e)
	e.weight = e.weigh()
	t.bytes += e.weight
	for t.first < len(t.entries)-1 && (len(t.entries)-t.first > most.Entries || t.bytes > most.Bytes) {
		t.bytes -= t.entries[t.first].weight
		t.entries[t.first] = nil
		t.first++
		t.dropped++
	}
	t.compact()
}

// compact moves the entries to the front once half of the slice is spent, so that adding costs the same on average.
func (t *tail) compact() {
	if t.first < 64 || t.first < len(t.entries)/2 {
		return
	}
	n := copy(t.entries, t.entries[t.first:])
	clear(t.entries[n:])
	t.entries, t.first = t.entries[:n], 0
}

func (t *tail) list() []*Entry { return append([]*Entry(nil), t.entries[t.first:]...) }
