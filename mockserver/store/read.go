package store

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

var errMissing = errors.New("it is missing")

// Read implements world.Log.
func (s *Store) Read(id, after uint64, each func([]byte) error) error {
	return guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			if err := eachRecord(tx, id, after, each); err != nil {
				return damaged(s.file(), err)
			}
			return nil
		})
	})
}

func eachRecord(tx *bolt.Tx, id, after uint64, each func([]byte) error) error {
	c := tx.Bucket(recordsBucket).Cursor()
	for k, v := c.Seek(key(id, after+1)); len(k) == 16 && number(k) == id; k, v = c.Next() {
		if number(k[8:]) != after+1 {
			return errMissing
		}
		text, err := checked(v)
		if err != nil {
			return err
		}
		if err := each(text); err != nil {
			return err
		}
		after++
	}
	return nil
}

// Heads implements world.Log. The world whose last record is the oldest in the file comes first; the file knows no other order.
func (s *Store) Heads() (heads []world.Head, err error) {
	err = guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			return s.eachHead(tx, func(h world.Head) error {
				heads = append(heads, h)
				return nil
			})
		})
	})
	slices.SortFunc(heads, func(a, b world.Head) int { return cmp.Compare(a.ID, b.ID) })
	return heads, err
}

// Evicted implements world.Log.
func (s *Store) Evicted() (names []string, err error) {
	err = guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			return tx.Bucket(evictedBucket).ForEach(func(_, v []byte) error {
				names = append(names, string(v))
				return nil
			})
		})
	})
	return names, err
}

// Journal implements world.Log.
func (s *Store) Journal(id uint64, write func() ([][]byte, error)) error {
	err := s.keepJournal(id, write)
	if err != nil {
		s.torn.Store(true)
	}
	return err
}

func (s *Store) keepJournal(id uint64, write func() ([][]byte, error)) error {
	parts, err := write()
	if err != nil {
		return err
	}
	return s.update(func(tx *bolt.Tx) error {
		if _, found, err := s.head(tx, id); err != nil || !found {
			return err
		}
		journals := tx.Bucket(journalBucket)
		for i, part := range parts {
			if err := journals.Put(key(id, uint64(i)), withSum(part)); err != nil {
				return err
			}
		}
		c := journals.Cursor()
		for k, _ := c.Seek(key(id, uint64(len(parts)))); len(k) == 16 && number(k) == id; k, _ = c.Next() {
			if err := c.Delete(); err != nil {
				return err
			}
		}
		return nil
	})
}

// JournalOf implements world.Log.
func (s *Store) JournalOf(id uint64) (parts [][]byte, err error) {
	err = guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			c := tx.Bucket(journalBucket).Cursor()
			for k, v := c.Seek(key(id)); len(k) == 16 && number(k) == id; k, v = c.Next() {
				part, err := checked(v)
				if err != nil {
					return damaged(s.file(), fmt.Errorf("a journal: %w", err))
				}
				parts = append(parts, slices.Clone(part))
			}
			return nil
		})
	})
	return parts, err
}
