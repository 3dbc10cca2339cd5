// Package store keeps worlds in a directory, so that they survive the process: it is the [world.Log] of a file of go.etcd.io/bbolt.
//
// A change is kept when it is written and synced; changes that come at the same time share one sync. The package knows neither
// commands nor states, only their text. One process has the directory at a time.
package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	bolt "go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// FileName is the file of a data directory that holds the worlds.
const FileName = "worlds.db"

// Format is the version of what is in the file.
const Format = 1

// Options change how a directory is opened. The zero value is right for a server.
type Options struct {
	Logger   *slog.Logger // is told when nothing can be kept, and when it can again; nil for nobody
	ReadOnly bool         // nothing is written, and the directory must exist
	ForOther bool         // another tool looks at the file: a start is not counted

	commit func(*bolt.Tx) error // (*bolt.Tx).Commit unless a test has it fail
	probe  time.Duration        // how long to refuse after a failure, before another try
	long   int64                // bytes of records that call for a snapshot at least
}

// Store is an open directory. It is safe for concurrent use.
type Store struct {
	dir     string
	db      *bolt.DB
	options Options
	start   uint64
	since   uint64 // the first start since which every life ended with its journals written

	ids      atomic.Uint64
	texts    atomic.Uint64
	failures atomic.Uint64
	torn     atomic.Bool           // a journal was not kept
	broken   atomic.Pointer[error] // why nothing is kept; nil where it is
	long     chan uint64

	rubbishMu sync.Mutex
	rubbish   []rubbish
	dirty     chan struct{}

	mu      sync.Mutex
	open    *batch // takes entries
	worlds  map[uint64]*progress
	sizes   map[uint64]int64 // of texts that are not in use yet
	closed  bool
	quit    chan struct{} // closed with it
	wake    chan struct{}
	writing sync.WaitGroup
}

var _ world.Log = (*Store)(nil)

// progress is how far the log of a world is. The store's mu guards it.
type progress struct {
	last     uint64    // sequence that was accepted
	tail     int64     // bytes of the records that are on the disk after the snapshot
	snapshot int64     // bytes of the snapshot
	asked    time.Time // when a snapshot was asked for; zero when none is on its way
	before   int64     // bytes of the records then
}

// Buckets of the file.
//
//nolint:gochecknoglobals // names are constants, and a slice cannot be one
var (
	metaBucket    = []byte("meta")
	headsBucket   = []byte("worlds")   // id -> Head
	recordsBucket = []byte("records")  // id, sequence -> record
	lastsBucket   = []byte("lasts")    // id -> sequence of the last record, which tells one that is missing at the end
	textsBucket   = []byte("texts")    // text, part -> part
	evictedBucket = []byte("evicted")  // number -> name
	journalBucket = []byte("journals") // id, part -> part
	formatKey     = []byte("format")
	startKey      = []byte("starts")
	endKey        = []byte("ended")    // how many starts there were when a life ended that lost nothing of a journal
	sinceKey      = []byte("unbroken") // see Store.since
	baseKey       = []byte("base")
	countKey      = []byte("worlds") // how many there are
)

// ErrInUse says that another process has the directory.
var ErrInUse = errors.New("another process has it")

// Open opens a directory, which is made where there is none. Errors name the file and the remedy.
func Open(dir string, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.commit == nil {
		o.commit = (*bolt.Tx).Commit
	}
	if o.probe == 0 {
		o.probe = time.Second
	}
	if o.long == 0 {
		o.long = 1 << 20
	}
	file := filepath.Join(dir, FileName)
	db, err := openFile(dir, file, o)
	if err != nil {
		return nil, err
	}
	s := &Store{
		dir: dir, db: db, options: o, long: make(chan uint64, 64), worlds: map[uint64]*progress{}, sizes: map[uint64]int64{},
		wake: make(chan struct{}, 1), dirty: make(chan struct{}, 1), quit: make(chan struct{}),
	}
	if err := guarded(file, s.prepare); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.open = newBatch()
	if !o.ReadOnly {
		s.writing.Go(s.write)
		s.writing.Go(s.tidy)
	}
	return s, nil
}

func openFile(dir, file string, o Options) (*bolt.DB, error) {
	if o.ReadOnly {
		if _, err := os.Stat(file); err != nil {
			return nil, fmt.Errorf("%s: %w; give a directory that serve --data has used", file, err)
		}
	} else if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("%s: the directory cannot be made: %w; give a directory, and not a file, that this user can write to", dir, err)
	}
	if err := whole(file); err != nil {
		return nil, err
	}
	var db *bolt.DB
	err := guarded(file, func() (err error) {
		db, err = bolt.Open(file, 0o600, &bolt.Options{
			Timeout: 10 * time.Millisecond, ReadOnly: o.ReadOnly, NoFreelistSync: true, FreelistType: bolt.FreelistMapType,
		})
		return err
	})
	switch {
	case err == nil:
		return db, keepNote(dir, o)
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, inUse(dir, file)
	case errors.Is(err, fs.ErrPermission) || isReadOnly(err):
		return nil, fmt.Errorf("%s: it cannot be written: %w; give a directory that this user can write to", file, err)
	case isFull(err):
		return nil, fmt.Errorf("%s: the disk is full: %w; make room on it", file, err)
	}
	return nil, damaged(file, err)
}

// prepare reads what the store has to know, and counts the start.
func (s *Store) prepare() error {
	if !s.options.ReadOnly {
		if err := s.db.Update(s.found); err != nil {
			return s.unwritable(err)
		}
	}
	return s.db.View(func(tx *bolt.Tx) error {
		if err := s.survey(tx, s.worlds); err != nil {
			return err
		}
		left, err := s.leftovers(tx)
		s.throwAway(left...)
		return err
	})
}

func (s *Store) unwritable(err error) error {
	var own *FormatError
	switch {
	case errors.As(err, &own):
		return err
	case isFull(err):
		return fmt.Errorf("%s: the disk is full: %w; make room on it", s.file(), err)
	}
	return fmt.Errorf("%s: %w", s.file(), err)
}

func (s *Store) file() string { return filepath.Join(s.dir, FileName) }

// FormatError says that a file was written by another version.
type FormatError struct {
	File   string
	Format int
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("%s: its format is %d, and this understudy knows formats up to %d; use the understudy that wrote it, or a newer one", e.File, e.Format, Format)
}

// found makes the buckets of a new file, and refuses one of a newer format.
func (s *Store) found(tx *bolt.Tx) error {
	meta, err := tx.CreateBucketIfNotExists(metaBucket)
	if err != nil {
		return err
	}
	if err := s.checkFormat(meta); err != nil {
		return err
	}
	for _, name := range [][]byte{headsBucket, recordsBucket, lastsBucket, textsBucket, evictedBucket, journalBucket} {
		if _, err := tx.CreateBucketIfNotExists(name); err != nil {
			return err
		}
	}
	if err := meta.Put(formatKey, []byte(fmt.Sprint(Format))); err != nil {
		return err
	}
	s.start, s.since = number(meta.Get(startKey)), number(meta.Get(sinceKey))
	if s.options.ForOther {
		return nil
	}
	if s.start != number(meta.Get(endKey)) {
		s.since = s.start // the life before was cut off
	}
	return errors.Join(meta.Put(startKey, key(s.start+1)), meta.Put(sinceKey, key(s.since)))
}

// ended notes that this life lost nothing of a journal: those who write them have come to their end.
func (s *Store) ended() error {
	if s.options.ReadOnly || s.options.ForOther || s.torn.Load() || s.failures.Load() > 0 {
		return nil
	}
	return s.update(func(tx *bolt.Tx) error { return tx.Bucket(metaBucket).Put(endKey, key(s.start+1)) })
}

func (s *Store) checkFormat(meta *bolt.Bucket) error {
	text := meta.Get(formatKey)
	if text == nil {
		return nil
	}
	var format int
	if _, err := fmt.Sscan(string(text), &format); err != nil {
		return damaged(s.file(), fmt.Errorf("its format is %q", text))
	}
	if format > Format {
		return &FormatError{s.file(), format}
	}
	return nil
}

// survey finds out how far every log is.
func (s *Store) survey(tx *bolt.Tx, worlds map[uint64]*progress) error {
	for _, name := range [][]byte{metaBucket, headsBucket, recordsBucket, lastsBucket, textsBucket, evictedBucket, journalBucket} {
		if tx.Bucket(name) == nil {
			return damaged(s.file(), fmt.Errorf("it has no part %q", name))
		}
	}
	if err := s.checkFormat(tx.Bucket(metaBucket)); err != nil {
		return err
	}
	lastID, _ := tx.Bucket(recordsBucket).Cursor().Last()
	lastHead, _ := tx.Bucket(headsBucket).Cursor().Last()
	lastText, _ := tx.Bucket(textsBucket).Cursor().Last()
	raise(&s.ids, max(number(lastID), number(lastHead))) // a number that failed is not given again
	raise(&s.texts, number(lastText))
	count := number(tx.Bucket(metaBucket).Get(countKey))
	err := s.eachHead(tx, func(h world.Head) error {
		count--
		p := &progress{last: h.At}
		worlds[h.ID] = p
		if h.Snapshot != 0 {
			p.snapshot = textBytes(tx, h.Snapshot)
		}
		c := tx.Bucket(recordsBucket).Cursor()
		for k, v := c.Seek(key(h.ID, h.At+1)); len(k) == 16 && number(k) == h.ID; k, v = c.Next() {
			p.last, p.tail = number(k[8:]), p.tail+int64(len(v))
		}
		return s.checkLast(tx, h, p.last)
	})
	if err == nil && count != 0 {
		err = damaged(s.file(), errors.New("a world is missing"))
	}
	return err
}

// raise makes a count that much at least. It becomes more at the start alone, when nobody else counts.
func raise(count *atomic.Uint64, least uint64) {
	if count.Load() < least {
		count.Store(least)
	}
}

// checkLast refuses a log whose end is missing.
func (s *Store) checkLast(tx *bolt.Tx, h world.Head, last uint64) error {
	text, err := checked(tx.Bucket(lastsBucket).Get(key(h.ID)))
	if err == nil && number(text) != last {
		err = fmt.Errorf("its last record is %d, not %d", last, number(text))
	}
	if err != nil {
		return damaged(s.file(), fmt.Errorf("world %q: %w", h.Name, err))
	}
	return nil
}

func (s *Store) eachHead(tx *bolt.Tx, each func(world.Head) error) error {
	return tx.Bucket(headsBucket).ForEach(func(_, v []byte) error {
		text, err := checked(v)
		var h world.Head
		if err == nil {
			err = json.Unmarshal(text, &h)
		}
		if err != nil {
			return damaged(s.file(), fmt.Errorf("the head of a world: %w", err))
		}
		return each(h)
	})
}

// Close keeps what was appended, and gives the directory free.
func (s *Store) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.mu.Unlock()
	s.awake()
	close(s.quit)
	s.writing.Wait()
	if err := s.ended(); err != nil {
		s.options.Logger.Warn("the journals are kept, but not that they are whole", "error", err)
	}
	err := s.db.Close()
	if !s.options.ReadOnly {
		removeNote(s.dir)
	}
	return err
}

// Dir is the directory.
func (s *Store) Dir() string { return s.dir }

// Start implements world.Log.
func (s *Store) Start() uint64 { return s.start }

// Promise implements world.Log.
func (*Store) Promise() string { return "written and synced before its answer leaves" }

// JournalsWholeSince implements world.Log.
func (s *Store) JournalsWholeSince() uint64 { return s.since }

// NextID implements world.Log.
func (s *Store) NextID() uint64 { return s.ids.Add(1) }

// Failures implements world.Log.
func (s *Store) Failures() uint64 { return s.failures.Load() }

// Long implements world.Log.
func (s *Store) Long() <-chan uint64 { return s.long }

// Last implements world.Log.
func (s *Store) Last(id uint64) (uint64, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.worlds[id]
	if p == nil {
		return 0, false
	}
	return p.last, true
}
