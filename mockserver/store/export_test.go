package store

import (
	"time"

	bolt "go.etcd.io/bbolt"
)

// Tampered are options with another commit than bolt's, which the function is given, and without a pause after a failure.
func Tampered(commit func(tx *bolt.Tx) error) Options {
	return Options{commit: commit, probe: time.Nanosecond}
}

// Eager are options that ask for a snapshot after so many bytes.
func Eager(long int64) Options { return Options{long: long} }

// Syncs reports whether bolt syncs every commit.
func (s *Store) Syncs() bool { return !s.db.NoSync }

// Rewrite changes a file at will.
func (s *Store) Rewrite(do func(*bolt.Tx) error) error { return s.db.Update(do) }

// Parts counts the parts of texts in the file.
func (s *Store) Parts() (n int) {
	_ = s.db.View(func(tx *bolt.Tx) error {
		n = tx.Bucket(textsBucket).Stats().KeyN
		return nil
	})
	return n
}
