package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"iter"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// key is numbers one after the other, so that keys are in their order.
func key(numbers ...uint64) []byte {
	k := make([]byte, 0, 8*len(numbers))
	for _, n := range numbers {
		k = binary.BigEndian.AppendUint64(k, n)
	}
	return k
}

// number is the first number of a key, 0 for none.
func number(k []byte) uint64 {
	if len(k) < 8 {
		return 0
	}
	return binary.BigEndian.Uint64(k)
}

//nolint:gochecknoglobals // a table that never changes
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// withSum puts a checksum before a text: bolt has one of its own for its head alone.
func withSum(text []byte) []byte {
	value := make([]byte, 4, 4+len(text))
	binary.BigEndian.PutUint32(value, crc32.Checksum(text, castagnoli))
	return append(value, text...)
}

var errSum = errors.New("its checksum does not fit")

func checked(value []byte) ([]byte, error) {
	if len(value) < 4 || binary.BigEndian.Uint32(value) != crc32.Checksum(value[4:], castagnoli) {
		return nil, errSum
	}
	return value[4:], nil
}

// put writes one entry.
func (s *Store) put(tx *bolt.Tx, e *entry) error {
	switch {
	case e.Begin != nil:
		return errors.Join(tx.Bucket(headsBucket).Put(key(e.World), e.text), putLast(tx, e.World, 0), addCount(tx, 1))
	case e.Record != nil:
		records := tx.Bucket(recordsBucket)
		records.FillPercent = 0.9 // they come in their order
		return errors.Join(records.Put(key(e.World, e.After+1), e.text), putLast(tx, e.World, e.After+1))
	case e.Snapshot != 0:
		return s.putSnapshot(tx, e)
	case e.Drop:
		return s.putDrop(tx, e)
	case e.Evict != "":
		evicted := tx.Bucket(evictedBucket)
		n, err := evicted.NextSequence()
		if err != nil {
			return err
		}
		return evicted.Put(key(n), []byte(e.Evict))
	case e.Forget != "":
		return forget(tx.Bucket(evictedBucket), e.Forget)
	}
	return nil
}

func putLast(tx *bolt.Tx, id, last uint64) error {
	return tx.Bucket(lastsBucket).Put(key(id), withSum(key(last)))
}

func addCount(tx *bolt.Tx, n int) error {
	meta := tx.Bucket(metaBucket)
	return meta.Put(countKey, key(uint64(int(number(meta.Get(countKey)))+n)))
}

// putSnapshot lets a world stand on another text. What it stood on before is rubbish.
func (s *Store) putSnapshot(tx *bolt.Tx, e *entry) error {
	h, found, err := s.head(tx, e.World)
	if err != nil {
		return err
	}
	if !found || e.After < h.At {
		e.rubbish = append(e.rubbish, rubbish{textsBucket, key(e.Snapshot), nil})
		return nil
	}
	e.rubbish = append(e.rubbish, rubbish{recordsBucket, key(e.World), key(e.World, e.After)})
	if h.Snapshot != 0 {
		e.rubbish = append(e.rubbish, rubbish{textsBucket, key(h.Snapshot), nil})
	}
	h.Snapshot, h.At = e.Snapshot, e.After
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	return tx.Bucket(headsBucket).Put(key(e.World), withSum(text))
}

func (s *Store) putDrop(tx *bolt.Tx, e *entry) error {
	h, found, err := s.head(tx, e.World)
	if err != nil || !found {
		return err
	}
	e.rubbish = append(e.rubbish, rubbish{recordsBucket, key(e.World), nil}, rubbish{journalBucket, key(e.World), nil})
	if h.Snapshot != 0 {
		e.rubbish = append(e.rubbish, rubbish{textsBucket, key(h.Snapshot), nil})
	}
	if !h.Fresh {
		e.rubbish = append(e.rubbish, rubbish{textsBucket, key(h.Origin), nil})
	}
	return errors.Join(tx.Bucket(headsBucket).Delete(key(e.World)), tx.Bucket(lastsBucket).Delete(key(e.World)), addCount(tx, -1))
}

func (s *Store) head(tx *bolt.Tx, id uint64) (h world.Head, found bool, err error) {
	value := tx.Bucket(headsBucket).Get(key(id))
	if value == nil {
		return h, false, nil
	}
	text, err := checked(value)
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	return h, true, err
}

func forget(evicted *bolt.Bucket, name string) error {
	c := evicted.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if string(v) == name {
			if err := c.Delete(); err != nil {
				return err
			}
		}
	}
	return nil
}

// partBytes is about how much of a text one commit writes, so that nobody waits long for it.
const partBytes = 1 << 20

// unfinished is a text of which not every part is written.
type unfinished struct {
	store   *Store
	text    uint64
	waiting [][]byte // parts that are not written yet
	size    int      // of those
	written uint64   // parts before them
	all     int64    // bytes of those
}

// add writes what waits when it has become enough.
func (u *unfinished) add(part []byte) error {
	u.waiting, u.size = append(u.waiting, part), u.size+len(part)
	if u.size < partBytes {
		return nil
	}
	return u.flush()
}

// end writes the rest, and the end, without which a text is none.
func (u *unfinished) end() error {
	u.waiting = append(u.waiting, nil)
	return u.flush()
}

func (u *unfinished) flush() error {
	err := u.store.update(func(tx *bolt.Tx) error {
		texts := tx.Bucket(textsBucket)
		texts.FillPercent = 0.9
		for i, part := range u.waiting {
			if err := texts.Put(key(u.text, u.written+uint64(i)), withSum(part)); err != nil {
				return err
			}
		}
		return nil
	})
	u.written, u.all = u.written+uint64(len(u.waiting)), u.all+int64(u.size)
	u.waiting, u.size = nil, 0
	return err
}

// Write implements world.Log.
func (s *Store) Write(parts iter.Seq2[[]byte, error]) (uint64, error) {
	u := &unfinished{store: s, text: s.texts.Add(1)}
	for part, err := range parts {
		if err != nil {
			s.discard(u.text)
			return 0, err
		}
		if err := u.add(part); err != nil {
			return 0, s.spoilt(u.text, err)
		}
	}
	if err := u.end(); err != nil {
		return 0, s.spoilt(u.text, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sizes[u.text] = u.all
	return u.text, nil
}

// spoilt gives back what a text took that could not be written whole.
func (s *Store) spoilt(text uint64, err error) error {
	s.discard(text)
	return s.explained(err)
}

// discard throws away what there is of a text.
func (s *Store) discard(text uint64) { s.throwAway(rubbish{textsBucket, key(text), nil}) }

var errCut = errors.New("its end is missing")

// Text implements world.Log.
func (s *Store) Text(text uint64, each func([]byte) error) error {
	return guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			c := tx.Bucket(textsBucket).Cursor()
			n := uint64(0)
			for k, v := c.Seek(key(text)); bytes.Equal(k, key(text, n)); k, v = c.Next() {
				part, err := checked(v)
				if err != nil {
					return damaged(s.file(), fmt.Errorf("part %d of text %d: %w", n, text, err))
				}
				if len(part) == 0 {
					return nil
				}
				if err := each(part); err != nil {
					return damaged(s.file(), fmt.Errorf("part %d of text %d: %w", n, text, err))
				}
				n++
			}
			return damaged(s.file(), fmt.Errorf("text %d: %w", text, errCut))
		})
	})
}

// base is what the file has of the base of worlds.
type base struct {
	Sum  []byte `json:"sum"`
	Text uint64 `json:"text"`
}

// Base implements world.Log.
func (s *Store) Base(parts iter.Seq2[[]byte, error]) (uint64, error) {
	hash := sha256.New()
	for part, err := range parts {
		if err != nil {
			return 0, err
		}
		hash.Write(part)
	}
	var known base
	if err := s.db.View(func(tx *bolt.Tx) error { known = s.baseOf(tx); return nil }); err != nil {
		return 0, err
	}
	if bytes.Equal(known.Sum, hash.Sum(nil)) {
		return known.Text, nil
	}
	text, err := s.Write(parts)
	if err != nil {
		return 0, err
	}
	value, err := json.Marshal(base{hash.Sum(nil), text})
	if err != nil {
		return 0, err
	}
	return text, s.update(func(tx *bolt.Tx) error { return tx.Bucket(metaBucket).Put(baseKey, value) })
}
