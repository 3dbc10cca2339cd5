package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/nats-io/nats.go"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// Log is what an owner has the worlds in, from its barrier until it ends. One that failed stays failed: the owner reads everything again.
type Log struct {
	stream  *stream
	options Options
	epoch   uint64
	times   uint64 // that it was resumed

	alive context.Context //nolint:containedctx // it is the owner's, not a call's
	end   context.CancelCauseFunc

	ids      atomic.Uint64
	failures atomic.Uint64
	long     chan uint64
	trim     trim // the writer's

	mu                     sync.Mutex
	kept                   *state              // that the stream has acknowledged
	lasts                  map[uint64]uint64   // of every world, with what is on its way
	texts                  map[uint64][][]byte // that were read ahead
	rubbish                []uint64            // texts that nobody needs
	written, writtenBefore int                 // bytes of texts since the last trim began, and in the trim before
	forgotten              bool                // the texts of records, once the worlds are made
	before                 uint64              // messages before it are not needed, either
	open                   *batch
	closed                 atomic.Bool // set with mu held
	wake                   chan struct{}
	dirty                  chan struct{}
	writing                sync.WaitGroup
	tidying                sync.WaitGroup
	last                   uint64                   // sequence of the last message; the writer's
	full                   atomic.Pointer[error]    // why nothing is kept at present, nil where it is
	stopped                atomic.Pointer[position] // where it ended for want of room, and for no other reason
}

// position is how far a log is.
type position struct {
	epoch, last uint64
	times       uint64 // that the log was resumed since its barrier
}

// mostTimes is how often a log is resumed. The times are counted in the lower bits of the number of a start.
const (
	timesBits = 10
	mostTimes = 1<<timesBits - 1
)

var _ world.Log = (*Log)(nil)

// batch is what came while the message before was on its way.
type batch struct {
	units [][]line // each is kept together
	done  chan struct{}
	kept  int   // units, the first ones, once done is closed
	err   error // of the others
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// receipt is of a unit of a batch.
type receipt struct {
	batch *batch
	unit  int
}

// Wait implements world.Receipt.
func (r receipt) Wait() error {
	<-r.batch.done
	if r.unit < r.batch.kept {
		return nil
	}
	return r.batch.err
}

type refused struct{ err error }

// Wait implements world.Receipt.
func (r refused) Wait() error { return r.err }

// takeOver appends a barrier, after which no other owner can append, and reads what was appended before it. Where a log is resumed that
// nobody appended to since, no barrier is needed, for which there may be no room.
func takeOver(ctx context.Context, s *stream, o Options, resume *position) (*Log, error) {
	written, err := s.texts(ctx) // by owners before this one: later ones write others
	if err != nil {
		return nil, err
	}
	resumed, err := s.isAt(ctx, resume)
	if err != nil {
		return nil, err
	}
	var last, epoch uint64
	if resumed {
		last, epoch = resume.last, resume.epoch
	} else if last, epoch, err = s.bar(ctx); err != nil {
		return nil, err
	}
	c, err := s.read(ctx, last)
	if err != nil {
		return nil, err
	}
	if c.ignored > 0 {
		o.Logger.Error("the stream has messages that no server should have taken; they are ignored", "messages", c.ignored)
	}
	kept, err := c.state(func(text uint64) ([]byte, error) { return s.readOne(ctx, text) })
	if err != nil {
		return nil, err
	}
	l := newLog(s, o, kept, epoch, last)
	if resumed {
		full := errFull
		l.full.Store(&full)
		l.times = resume.times + 1
	}
	l.trim.bytes, l.trim.far = c.bytes, c.far
	needed := kept.needed()
	l.prefetch(ctx, written, needed)
	l.sweep(written, needed, c)
	l.writing.Go(l.write)
	l.tidying.Go(l.tidy)
	return l, nil
}

func newLog(s *stream, o Options, kept *state, epoch, last uint64) *Log {
	l := &Log{
		stream: s, options: o, epoch: epoch, last: last, kept: kept, lasts: map[uint64]uint64{},
		open: newBatch(), wake: make(chan struct{}, 1), dirty: make(chan struct{}, 1), long: make(chan uint64),
	}
	l.alive, l.end = context.WithCancelCause(context.Background())
	l.ids.Store(kept.ids)
	for id, p := range kept.worlds {
		l.lasts[id] = p.last
	}
	return l
}

// isAt reports whether the log has come to a position, and no further; nil is none.
func (s *stream) isAt(ctx context.Context, p *position) (bool, error) {
	if p == nil || p.times == mostTimes {
		return false, nil
	}
	at, newest, err := s.newest(ctx)
	return at == p.last && newest.Epoch == p.epoch, err
}

// bar appends the barrier.
func (s *stream) bar(ctx context.Context) (sequence, epoch uint64, err error) {
	for {
		at, newest, err := s.newest(ctx)
		if err == nil {
			epoch = newest.Epoch + 1
			if sequence, err = s.append(ctx, envelope{ID: nats.NewInbox(), Epoch: epoch, Prev: at}); err == nil {
				return sequence, epoch, nil
			}
		}
		if !pause(ctx, again) {
			return 0, 0, err
		}
	}
}

// Append implements world.Log.
func (l *Log) Append(entries ...world.Entry) world.Receipt {
	unit := make([]line, len(entries))
	for i, e := range entries {
		var err error
		if unit[i], err = lineOf(e); err != nil {
			l.fail(err) // the memory is ahead of what can be kept
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.admits(entries); err != nil {
		l.failures.Add(1)
		return refused{err}
	}
	b := l.open
	b.units = append(b.units, unit)
	signal(l.wake)
	return receipt{b, len(b.units) - 1}
}

// admits refuses entries that do not follow what the log has come to. The caller holds mu.
func (l *Log) admits(entries []world.Entry) error {
	if err := l.Refuses(); err != nil {
		return err
	}
	for _, e := range entries {
		switch {
		case e.Begin != nil:
			l.lasts[e.World] = 0
		case e.Drop:
			delete(l.lasts, e.World)
		case e.Record != nil:
			if last, known := l.lasts[e.World]; !known || last != e.After {
				err := fmt.Errorf("%w: %d, not %d", world.ErrSequence, last, e.After)
				l.fail(err) // the memory has come to something else
				return err
			}
			l.lasts[e.World] = e.After + 1
		}
	}
	return nil
}

func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// fail ends the log: what it has come to is to be read again.
func (l *Log) fail(err error) {
	if l.alive.Err() == nil {
		l.options.Logger.Log(context.Background(), slog.LevelWarn, "the log of the cluster ended", "cause", err)
	}
	l.end(err)
	l.failures.Add(1)
}

// Close keeps what was appended, unless the log has failed.
func (l *Log) Close() error {
	l.mu.Lock()
	l.closed.Store(true)
	l.mu.Unlock()
	signal(l.wake)
	l.writing.Wait()
	l.end(errEnded)
	l.tidying.Wait()
	return nil
}

// Last implements world.Log. What a log that failed has come to, nobody knows: it has no world any more.
func (l *Log) Last(id uint64) (uint64, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.alive.Err() != nil {
		return 0, false
	}
	last, known := l.lasts[id]
	return last, known
}

// NextID implements world.Log.
func (l *Log) NextID() uint64 { return l.ids.Add(1) }

// Start implements world.Log.
func (l *Log) Start() uint64 { return l.epoch<<timesBits | l.times }

// Refuses implements world.Log. A log that is being closed refuses at once, while it still keeps what came before: a world that it refuses
// something is not what it shows any more, and answers wait for nothing else to tell.
func (l *Log) Refuses() error {
	if err := l.over(); err != nil {
		return err
	}
	if err := l.full.Load(); err != nil {
		return *err
	}
	return nil
}

// over is why the log has ended, or ends, nil where it does not. One that is full goes on.
func (l *Log) over() error {
	if err := context.Cause(l.alive); err != nil {
		return err
	}
	if l.closed.Load() {
		return errEnded
	}
	return nil
}

// Failures implements world.Log.
func (l *Log) Failures() uint64 { return l.failures.Load() }

// Long implements world.Log.
func (l *Log) Long() <-chan uint64 { return l.long }

// Journal implements world.Log: journals are those of the owner, and end with it. Nobody writes them down.
func (*Log) Journal(uint64, func() ([][]byte, error)) error { return nil }

// JournalOf implements world.Log.
func (*Log) JournalOf(uint64) ([][]byte, error) { return nil, nil }

// Promise implements world.Log.
func (l *Log) Promise() string { return l.stream.promise.String() }

// JournalsWholeSince implements world.Log: of an owner before this one there is none.
func (l *Log) JournalsWholeSince() uint64 { return l.Start() }
