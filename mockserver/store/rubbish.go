package store

import (
	"bytes"
	"encoding/json"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// rubbish is keys of a bucket that nothing needs any longer: those that begin like first, up to last if there is one.
type rubbish struct {
	bucket      []byte
	first, last []byte
}

// step is how many keys one commit throws away, so that nobody waits long for it.
const step = 1000

// throwAway hands rubbish to whoever throws it away. What is left of it when the process ends is found at the next start.
func (s *Store) throwAway(all ...rubbish) {
	s.rubbishMu.Lock()
	defer s.rubbishMu.Unlock()
	s.rubbish = append(s.rubbish, all...)
	select {
	case s.dirty <- struct{}{}:
	default:
	}
}

// tidy throws rubbish away in small steps until the store is closed.
func (s *Store) tidy() {
	for {
		select {
		case <-s.quit:
			return
		case <-s.dirty:
		}
		for r, some := s.nextRubbish(); some; r, some = s.nextRubbish() {
			if !s.remove(r) {
				break
			}
		}
	}
}

// remove reports whether all of it is gone. What is not waits for the next rubbish.
func (s *Store) remove(r rubbish) bool {
	for more := true; more; {
		if s.isClosed() || s.broken.Load() != nil {
			return false
		}
		var err error
		if more, err = s.removeSome(r); err != nil {
			s.rubbishMu.Lock()
			defer s.rubbishMu.Unlock()
			s.rubbish = append(s.rubbish, r)
			return false
		}
	}
	return true
}

func (s *Store) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

func (s *Store) nextRubbish() (r rubbish, some bool) {
	s.rubbishMu.Lock()
	defer s.rubbishMu.Unlock()
	if len(s.rubbish) == 0 {
		return r, false
	}
	r, s.rubbish = s.rubbish[0], s.rubbish[1:]
	return r, true
}

func (s *Store) removeSome(r rubbish) (more bool, err error) {
	err = s.update(func(tx *bolt.Tx) error {
		more, err = r.remove(tx, step)
		return err
	})
	return more, err
}

func (r rubbish) remove(tx *bolt.Tx, most int) (more bool, err error) {
	bucket := tx.Bucket(r.bucket)
	var keys [][]byte
	c := bucket.Cursor()
	for k, _ := c.Seek(r.first); bytes.HasPrefix(k, r.first[:8]) && (r.last == nil || bytes.Compare(k, r.last) <= 0); k, _ = c.Next() {
		if len(keys) == most {
			more = true
			break
		}
		keys = append(keys, k)
	}
	for _, k := range keys {
		if err := bucket.Delete(k); err != nil {
			return false, err
		}
	}
	return more, nil
}

// leftovers is the rubbish of a process that ended before it threw it away.
func (s *Store) leftovers(tx *bolt.Tx) (all []rubbish, err error) {
	used := map[uint64]bool{s.baseOf(tx).Text: true}
	heads := map[uint64]bool{}
	err = s.eachHead(tx, func(h world.Head) error {
		used[h.Origin], used[h.Snapshot], heads[h.ID] = true, true, true
		if k, _ := tx.Bucket(recordsBucket).Cursor().Seek(key(h.ID)); number(k) == h.ID && len(k) == 16 && number(k[8:]) <= h.At {
			all = append(all, rubbish{recordsBucket, key(h.ID), key(h.ID, h.At)})
		}
		return nil
	})
	for _, b := range [][]byte{recordsBucket, journalBucket} {
		all = append(all, unused(tx.Bucket(b), b, heads)...)
	}
	return append(all, unused(tx.Bucket(textsBucket), textsBucket, used)...), err
}

// unused is what belongs to numbers that nobody uses.
func unused(bucket *bolt.Bucket, name []byte, used map[uint64]bool) (all []rubbish) {
	c := bucket.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Seek(key(number(k) + 1)) {
		if n := number(k); !used[n] {
			all = append(all, rubbish{name, key(n), nil})
		}
	}
	return all
}

func (s *Store) baseOf(tx *bolt.Tx) (b base) {
	_ = json.Unmarshal(tx.Bucket(metaBucket).Get(baseKey), &b) // none that can be read is none
	return b
}

// textBytes is how long a text is.
func textBytes(tx *bolt.Tx, text uint64) (size int64) {
	c := tx.Bucket(textsBucket).Cursor()
	for k, v := c.Seek(key(text)); len(k) == 16 && number(k) == text; k, v = c.Next() {
		size += int64(len(v))
	}
	return size
}
