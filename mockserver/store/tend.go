package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Description is what the file has of a world.
type Description struct {
	Head          world.Head
	Last          uint64 // sequence of the last record
	Records       int    // after the snapshot
	Bytes         int64  // of them
	SnapshotBytes int64
}

// Describe lists the worlds.
func (s *Store) Describe() (list []Description, err error) {
	err = guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			return s.eachHead(tx, func(h world.Head) error {
				d := Description{Head: h, Last: h.At}
				if h.Snapshot != 0 {
					d.SnapshotBytes = textBytes(tx, h.Snapshot)
				}
				c := tx.Bucket(recordsBucket).Cursor()
				for k, v := c.Seek(key(h.ID, h.At+1)); len(k) == 16 && number(k) == h.ID; k, v = c.Next() {
					d.Last, d.Records, d.Bytes = number(k[8:]), d.Records+1, d.Bytes+int64(len(v))
				}
				list = append(list, d)
				return nil
			})
		})
	})
	return list, err
}

// Check looks at every page of the file. The first few things that are wrong are joined.
func (s *Store) Check() error {
	const most = 10
	return guarded(s.file(), func() error {
		return s.db.View(func(tx *bolt.Tx) error {
			var wrong []error
			for err := range tx.Check() {
				if len(wrong) < most {
					wrong = append(wrong, damaged(s.file(), err))
				}
			}
			return errors.Join(wrong...)
		})
	})
}

// compactBytes is about how much one commit of a compaction writes.
const compactBytes = 16 << 20

// Compact writes the file of a directory anew, without the space that nothing needs any longer. Until the end, the old file is the one
// that counts. No server may run on it.
func Compact(dir string) (before, after int64, err error) {
	s, err := Open(dir, Options{ForOther: true})
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	s.throwAllAway()
	anew := filepath.Join(dir, FileName+".new")
	if err := os.Remove(anew); err != nil && !errors.Is(err, os.ErrNotExist) {
		return 0, 0, err
	}
	to, err := bolt.Open(anew, 0o600, &bolt.Options{NoFreelistSync: true, FreelistType: bolt.FreelistMapType})
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", anew, err)
	}
	if err := errors.Join(guarded(s.file(), func() error { return bolt.Compact(to, s.db, compactBytes) }), to.Close()); err != nil {
		return 0, 0, errors.Join(fmt.Errorf("%s: %w", anew, err), os.Remove(anew))
	}
	if before, after = size(s.file()), size(anew); after >= before { // a file that was just made has room for more
		return before, before, os.Remove(anew)
	}
	return before, after, errors.Join(os.Rename(anew, s.file()), syncDir(dir))
}

// throwAllAway does at once what is otherwise done in small steps.
func (s *Store) throwAllAway() {
	for r, some := s.nextRubbish(); some; r, some = s.nextRubbish() {
		if !s.remove(r) {
			return
		}
	}
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// syncDir makes the new name of a file last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
