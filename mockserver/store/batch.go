package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// batch is what one commit keeps.
type batch struct {
	entries []*entry
	done    chan struct{}
	err     error // once done is closed
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// entry is an entry and its text, which is written by whoever waits for it, or else by the writer.
type entry struct {
	world.Entry

	once    sync.Once
	text    []byte
	err     error
	rubbish []rubbish // once it is kept
}

func (e *entry) encode() {
	e.once.Do(func() {
		var value any
		switch {
		case e.Record != nil:
			value = e.Record
		case e.Begin != nil:
			value = e.Begin
		default:
			return
		}
		text, err := json.Marshal(value)
		e.text, e.err = withSum(text), err
	})
}

// receipt is of entries that are in a batch.
type receipt struct {
	batch *batch
	mine  []*entry
}

// Wait implements world.Receipt.
func (r *receipt) Wait() error {
	select {
	case <-r.batch.done:
	default:
		for _, e := range r.mine {
			e.encode()
		}
		<-r.batch.done
	}
	return r.batch.err
}

// refused is a receipt of entries that are in no batch.
type refused struct{ err error }

// Wait implements world.Receipt.
func (r refused) Wait() error { return r.err }

// errClosed is why a closed store keeps nothing.
var errClosed = errors.New("the store is closed")

// Append implements world.Log.
func (s *Store) Append(entries ...world.Entry) world.Receipt {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.admits(entries); err != nil {
		s.failures.Add(1)
		return refused{err}
	}
	r := &receipt{batch: s.open, mine: make([]*entry, len(entries))}
	for i, e := range entries {
		r.mine[i] = &entry{Entry: e}
		s.accept(e)
	}
	s.open.entries = append(s.open.entries, r.mine...)
	s.awake()
	return r
}

// admits refuses entries that do not follow what the logs have come to.
func (s *Store) admits(entries []world.Entry) error {
	if s.closed || s.options.ReadOnly {
		return errClosed
	}
	if err := s.Refuses(); err != nil {
		return err
	}
	ahead := map[uint64]uint64{} // by the entries before
	for _, e := range entries {
		if e.Begin != nil {
			ahead[e.World] = 0
		}
		if e.Record == nil {
			continue
		}
		last, known := ahead[e.World]
		if p := s.worlds[e.World]; !known && p != nil {
			last, known = p.last, true
		}
		if !known || last != e.After {
			return fmt.Errorf("%w: %d, not %d", world.ErrSequence, last, e.After)
		}
		ahead[e.World] = e.After + 1
	}
	return nil
}

func (s *Store) accept(e world.Entry) {
	switch {
	case e.Begin != nil:
		s.worlds[e.World] = new(progress)
	case e.Record != nil:
		s.worlds[e.World].last = e.After + 1
	case e.Drop:
		delete(s.worlds, e.World)
	}
}

func (s *Store) awake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// write keeps one batch after the other. While one is being synced the next one fills. After a failure it tries now and then whether the
// disk takes something again: nobody else waits for that.
func (s *Store) write() {
	for {
		select {
		case <-s.wake:
		case <-s.pause():
			s.tryAgain()
			continue
		}
		s.mu.Lock()
		b, closed := s.open, s.closed
		s.open = newBatch()
		s.mu.Unlock()
		if len(b.entries) > 0 {
			s.finish(b, s.commit(b))
		}
		if closed {
			return
		}
	}
}

func (s *Store) commit(b *batch) error {
	for _, e := range b.entries {
		if e.encode(); e.err != nil {
			return e.err
		}
	}
	return guarded(s.file(), func() error {
		return s.update(func(tx *bolt.Tx) error {
			for _, e := range b.entries {
				if err := s.put(tx, e); err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// update is bolt's, with a commit that tests can have fail.
func (s *Store) update(do func(*bolt.Tx) error) error {
	tx, err := s.db.Begin(true)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint:errcheck // it says that a transaction is over which was committed
	if err := do(tx); err != nil {
		return err
	}
	return s.options.commit(tx)
}

// finish tells those who wait.
func (s *Store) finish(b *batch, err error) {
	if err != nil {
		s.broke(b, err)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.progressed(b)
	b.end(nil)
}

// end tells those who wait for a batch.
func (b *batch) end(err error) {
	b.entries, b.err = nil, err
	close(b.done)
}

// broke refuses everything for a while. The entries that came meanwhile fail too: they stand on those that are not kept. The logs are where
// the disk has them.
func (s *Store) broke(b *batch, err error) {
	err = s.explained(err)
	s.options.Logger.Error("nothing can be kept; what changes a world is refused", "error", err)
	s.mu.Lock()
	s.broken.Store(&err)
	next := s.open
	s.open = newBatch()
	s.mu.Unlock()
	worlds := map[uint64]*progress{}
	if again := s.db.View(func(tx *bolt.Tx) error { return s.survey(tx, worlds) }); again != nil {
		s.options.Logger.Error("the file cannot be read", "error", again)
	}
	s.mu.Lock()
	s.worlds = worlds
	s.mu.Unlock()
	s.failures.Add(1)
	b.end(err)
	next.end(err)
}

// explained adds the file and the remedy to an error of the disk.
func (s *Store) explained(err error) error {
	if isFull(err) {
		return fmt.Errorf("%s: the disk is full: %w; make room on it, and it goes on by itself", s.file(), err)
	}
	return fmt.Errorf("%s: the disk does not keep what is written: %w; see to the disk, and it goes on by itself", s.file(), err)
}

// Refuses implements world.Log.
func (s *Store) Refuses() error {
	if err := s.broken.Load(); err != nil {
		return *err
	}
	return nil
}

// pause ends when another try is due. It never does while nothing is wrong.
func (s *Store) pause() <-chan time.Time {
	if s.broken.Load() == nil {
		return nil
	}
	return time.After(s.options.probe)
}

func (s *Store) tryAgain() {
	if s.update(s.trial) != nil {
		return
	}
	s.options.Logger.Info("worlds are kept again", "file", s.file())
	s.broken.Store(nil)
}

// trial writes about as much as a batch does.
func (s *Store) trial(tx *bolt.Tx) error {
	meta := tx.Bucket(metaBucket)
	if err := meta.Put([]byte("trial"), make([]byte, 64<<10)); err != nil {
		return err
	}
	return meta.Put([]byte("trial"), nil)
}

// progressed notes what is on the disk, and asks for snapshots where records have grown long.
func (s *Store) progressed(b *batch) {
	for _, e := range b.entries {
		p := s.worlds[e.World]
		s.throwAway(e.rubbish...)
		switch {
		case p == nil:
		case e.Record != nil:
			p.tail += int64(len(e.text))
			if p.tail > max(s.options.long, p.snapshot) && time.Since(p.asked) > askAgain {
				s.ask(e.World, p)
			}
		case e.Snapshot != 0:
			p.asked, p.snapshot, p.tail = time.Time{}, s.sizes[e.Snapshot], p.tail-p.before
			delete(s.sizes, e.Snapshot)
		}
	}
}

// askAgain is when a snapshot that was asked for is taken for failed.
const askAgain = time.Minute

func (s *Store) ask(id uint64, p *progress) {
	select {
	case s.long <- id:
		p.asked, p.before = time.Now(), p.tail
	default: // the next record asks again
	}
}
