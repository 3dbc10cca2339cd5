package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
)

// DamageError says that a file is not what was written.
type DamageError struct {
	File string
	Err  error
}

func (e *DamageError) Error() string {
	return fmt.Sprintf("%s: it is damaged: %v; put a backup in its place, or see what understudy data %s check says of it", e.File, e.Err, filepath.Dir(e.File))
}

// Unwrap is for errors.Is.
func (e *DamageError) Unwrap() error { return e.Err }

// damaged wraps an error once.
func damaged(file string, err error) error {
	if own := new(DamageError); errors.As(err, &own) {
		return err
	}
	return &DamageError{file, err}
}

// guarded turns what bolt does about a damaged file, which is to panic or to read beyond its end, into an error.
func guarded(file string, do func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if cause := recover(); cause != nil {
			err = damaged(file, fmt.Errorf("%v", cause))
		}
	}()
	return do()
}

// What stands in a file of bolt, see its page and meta types: two pages at the start that say, each by turns, how much of the file is used.
const (
	boltMagic   = 0xED0CDAED
	pageHeader  = 16
	metaSize    = 64
	metaPageID  = 40
	metaTxID    = 48
	metaSum     = 56
	smallestTry = 1 << 10
	largestTry  = 64 << 10
)

// whole refuses a file that is shorter than it says. Bolt maps it into memory, and would be killed by what is not there.
func whole(file string) error {
	f, err := os.Open(file)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w; give a directory that this user can read", file, err)
	}
	defer f.Close() // it was only read
	info, err := f.Stat()
	if err != nil || info.Size() == 0 {
		return err
	}
	used, err := usedBytes(f)
	switch {
	case err != nil:
		return damaged(file, err)
	case info.Size() < used:
		return damaged(file, fmt.Errorf("it has %d bytes of %d: the end is missing", info.Size(), used))
	}
	return nil
}

var errHead = errors.New("its head is not that of a file of worlds")

// usedBytes is how long the file has to be, by the later of its two heads.
func usedBytes(f io.ReaderAt) (int64, error) {
	first, ok := readMeta(f, 0)
	if ok {
		if second, also := readMeta(f, int64(first.pageSize)); also && second.txID > first.txID {
			first = second
		}
		return first.used(), nil
	}
	for size := int64(smallestTry); size <= largestTry; size *= 2 {
		if m, ok := readMeta(f, size); ok {
			return m.used(), nil
		}
	}
	return 0, errHead
}

type boltMeta struct {
	pageSize uint32
	pages    uint64
	txID     uint64
}

func (m boltMeta) used() int64 { return int64(m.pages) * int64(m.pageSize) }

func readMeta(f io.ReaderAt, at int64) (m boltMeta, ok bool) {
	page := make([]byte, pageHeader+metaSize)
	if _, err := f.ReadAt(page, at); err != nil {
		return m, false
	}
	meta := page[pageHeader:]
	sum := fnv.New64a()
	_, _ = sum.Write(meta[:metaSum]) // it never fails
	order := binary.NativeEndian
	if order.Uint32(meta) != boltMagic || order.Uint64(meta[metaSum:]) != sum.Sum64() {
		return m, false
	}
	return boltMeta{pageSize: order.Uint32(meta[8:]), pages: order.Uint64(meta[metaPageID:]), txID: order.Uint64(meta[metaTxID:])}, true
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
