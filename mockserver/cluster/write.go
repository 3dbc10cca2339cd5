package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/nats-io/nats.go"
)

// write sends one batch after the other. While one is on its way the next one fills. While there is no room it tries now and then whether
// there is some again.
func (l *Log) write() {
	for {
		select {
		case <-l.wake:
		case <-l.pause():
			l.tryAgain()
			continue
		}
		l.mu.Lock()
		b, closed := l.open, l.closed.Load()
		l.open = newBatch()
		l.mu.Unlock()
		if len(b.units) > 0 {
			if b.kept, b.err = l.commit(b.units); b.err != nil {
				l.failed(b.err) // before anybody learns of it: nothing that was not kept may be shown
			}
		}
		close(b.done)
		if closed {
			return
		}
		l.shorten()
	}
}

// pause ends when another try is due. It never does while there is room.
func (l *Log) pause() <-chan time.Time {
	if l.full.Load() == nil || l.alive.Err() != nil {
		return nil
	}
	return time.After(l.options.probe)
}

// tryAgain keeps a message that takes as much room as many changes do, so that what is left for leases is not used up.
func (l *Log) tryAgain() {
	const room = 64 << 10
	switch err := l.send(envelope{Room: make([]byte, room)}); {
	case err == nil:
		l.options.Logger.Info("worlds are kept again")
		l.full.Store(nil)
	case !errors.Is(err, errFull):
		l.fail(err)
	}
}

// failed ends the log. Where that is for want of room, it is known what it has come to.
func (l *Log) failed(err error) {
	if errors.Is(err, errFull) && l.alive.Err() == nil {
		l.stopped.Store(&position{l.epoch, l.last, l.times})
	}
	l.fail(err)
}

// commit sends units in as few messages as they fit into, and says how many were kept.
func (l *Log) commit(units [][]line) (kept int, err error) {
	for len(units) > 0 {
		var lines []line
		size, n := 0, 0
		for len(units) > 0 && (size == 0 || size+sizeOf(units[0]) <= most) {
			size += sizeOf(units[0])
			lines, units, n = append(lines, units[0]...), units[1:], n+1
		}
		if err := l.send(envelope{Lines: lines}); err != nil {
			return kept, err
		}
		kept += n
	}
	return kept, nil
}

// send appends a message, of which the caller is the writer.
func (l *Log) send(e envelope) error {
	if err := context.Cause(l.alive); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(l.alive, l.options.doubt)
	defer cancel()
	e.ID, e.Epoch, e.Prev = nats.NewInbox(), l.epoch, l.last
	near := e
	if sizeOf(e.Lines) > most {
		text, err := json.Marshal(e.Lines)
		if err != nil {
			return err
		}
		near.Lines = nil
		if near.Far, _, err = l.stream.writeText(ctx, one(text)); err != nil {
			return err
		}
	}
	sequence, err := l.stream.append(ctx, near)
	if err != nil {
		return err
	}
	l.last = sequence
	l.trim.add(sequence, near.Far, sizeOf(e.Lines)+len(e.Room))
	return l.accept(e)
}

// accept notes what the stream has acknowledged.
func (l *Log) accept(e envelope) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e.Base != nil {
		l.kept.base = *e.Base
	}
	for _, line := range e.Lines {
		rubbish, err := l.kept.apply(line.withoutText())
		if err != nil {
			return err
		}
		l.discard(rubbish...)
	}
	return nil
}

// withoutText is what the state of a log remembers of a line.
func (l line) withoutText() line {
	if l.Record != nil {
		l.Record = []byte{}
	}
	return l
}
