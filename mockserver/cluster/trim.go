package cluster

import (
	"encoding/json"
	"maps"
	"slices"
	"time"
)

// The log would grow for ever, and a new owner has to read it. So now and then, when it has become long, every world with records is asked
// for a snapshot. Once the snapshots are kept, an index says what the log has come to, and the messages before it are removed, with the
// texts that stand for nothing any more. Nothing is removed before an index that does not need it was acknowledged, so that it does no
// harm where an owner does it that is none any more.

// trim is how far that is. The writer has it.
type trim struct {
	bytes   int               // of messages since the last index
	waits   map[uint64]uint64 // the record that the snapshot of a world has to cover; nil when nothing is asked for
	through uint64            // the last message whose records they cover
	asked   time.Time
	index   uint64 // the text of the last index
	far     []far  // of messages since
}

// add notes a message.
func (t *trim) add(sequence, text uint64, bytes int) {
	t.bytes += bytes
	if text != 0 {
		t.far = append(t.far, far{sequence, text})
	}
}

// before takes the texts of messages before one.
func (t *trim) before(sequence uint64) (texts []uint64) {
	t.far = slices.DeleteFunc(t.far, func(f far) bool {
		if f.sequence < sequence {
			texts = append(texts, f.text)
		}
		return f.sequence < sequence
	})
	return texts
}

// askAgain is when a snapshot that was asked for is taken for failed.
const askAgain = time.Minute

// shorten does the next step, if there is one to do.
func (l *Log) shorten() {
	t := &l.trim
	switch {
	case l.Refuses() != nil:
	case t.waits == nil && t.bytes < max(l.options.long, l.snapshots()):
	case t.waits == nil:
		l.beginTrim()
	case l.covered():
		if err := l.writeIndex(); err != nil {
			l.failed(err)
		}
	case time.Since(t.asked) > askAgain:
		l.askFor()
	}
}

// snapshots is how many bytes the last trim wrote. The log may be as long before the next one, so that writing costs no more than twice.
func (l *Log) snapshots() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.writtenBefore
}

func (l *Log) beginTrim() {
	t := &l.trim
	l.mu.Lock()
	t.waits, t.through, l.written = map[uint64]uint64{}, l.last, 0
	for id, p := range l.kept.worlds {
		if p.last > p.head.At {
			t.waits[id] = p.last
		}
	}
	l.mu.Unlock()
	l.askFor()
}

// askFor asks for the snapshots, one after the other.
func (l *Log) askFor() {
	l.trim.asked = time.Now()
	ids := make([]uint64, 0, len(l.trim.waits))
	for id := range l.trim.waits {
		ids = append(ids, id)
	}
	l.tidying.Go(func() {
		for _, id := range ids {
			select {
			case l.long <- id:
			case <-l.alive.Done():
				return
			}
		}
	})
}

// covered reports whether every snapshot is kept, or its world dropped.
func (l *Log) covered() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	maps.DeleteFunc(l.trim.waits, func(id, number uint64) bool {
		p := l.kept.worlds[id]
		return p == nil || p.head.At >= number
	})
	return len(l.trim.waits) == 0
}

// writeIndex keeps an index, and has removed what it does not need.
func (l *Log) writeIndex() error {
	t := &l.trim
	l.mu.Lock()
	text, err := json.Marshal(l.kept.index())
	l.mu.Unlock()
	if err != nil {
		return err
	}
	number, _, err := l.stream.writeText(l.alive, one(text))
	if err != nil {
		return err
	}
	if err := l.send(envelope{Index: number, From: t.through + 1}); err != nil {
		return err
	}
	l.mu.Lock()
	l.discard(append(t.before(t.through+1), t.index)...)
	l.before = t.through + 1
	l.writtenBefore = l.written
	l.mu.Unlock()
	*t = trim{index: number, far: t.far}
	return nil
}

// discard notes texts that nobody needs. The caller holds mu.
func (l *Log) discard(texts ...uint64) {
	for _, n := range texts {
		if n != 0 {
			l.rubbish = append(l.rubbish, n)
		}
	}
	signal(l.dirty)
}

// sweep notes the texts of owners before this one that nobody named, or needs any more.
func (l *Log) sweep(written map[uint64]int, needed map[uint64]bool, c *chain) {
	if at := c.indexed(); at >= 0 {
		l.trim.index = c.messages[at].Index
		l.before = c.messages[at].From
		needed[l.trim.index] = true
	}
	for _, f := range c.far {
		needed[f.text] = true
	}
	for n := range written {
		if !needed[n] {
			l.discard(n)
		}
	}
	signal(l.dirty)
}

// tidy removes what nobody needs. What it leaves, the next owner finds.
func (l *Log) tidy() {
	removed := uint64(0)
	for {
		select {
		case <-l.dirty:
		case <-l.alive.Done():
			return
		}
		l.mu.Lock()
		texts, before := l.rubbish, l.before
		l.rubbish = nil
		l.mu.Unlock()
		if before > removed && l.stream.purge(l.alive, logSubject, before) == nil {
			removed = before
		}
		for _, n := range texts {
			_ = l.stream.purge(l.alive, textSubject(n), 0) // it takes room until the next owner
		}
	}
}
