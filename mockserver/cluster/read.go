package cluster

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"

	"github.com/understudy-mock/understudy/mockserver/world"
)

var errForgotten = errors.New("what was read is forgotten")

// Write implements world.Log.
func (l *Log) Write(parts iter.Seq2[[]byte, error]) (uint64, error) {
	text, size, err := l.stream.writeText(l.alive, parts)
	if err != nil {
		return 0, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.written += size
	return text, nil
}

// Short texts are read ahead, several at a time: with one after the other, a new owner of many worlds would wait for each answer.
const (
	aheadMessages = 2         // of a short text
	aheadBytes    = 256 << 20 // of all of them
	aheadReaders  = 32
)

// prefetch reads short texts that are needed. What it cannot read is read once it is asked for.
func (l *Log) prefetch(ctx context.Context, written map[uint64]int, needed map[uint64]bool) {
	l.texts = map[uint64][][]byte{}
	var reading sync.WaitGroup
	var read atomic.Int64
	next := make(chan uint64)
	for range aheadReaders {
		reading.Go(func() {
			for n := range next {
				if read.Load() < aheadBytes {
					read.Add(l.readAhead(ctx, n))
				}
			}
		})
	}
	for n, messages := range written {
		if needed[n] && messages <= aheadMessages {
			next <- n
		}
	}
	close(next)
	reading.Wait()
}

func (l *Log) readAhead(ctx context.Context, n uint64) (size int64) {
	var parts [][]byte
	err := l.stream.readText(ctx, n, func(part []byte) error {
		parts, size = append(parts, part), size+int64(len(part))
		return nil
	})
	if err != nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.texts[n] = parts
	return size
}

// Text implements world.Log.
func (l *Log) Text(n uint64, each func([]byte) error) error {
	l.mu.Lock()
	parts, known := l.texts[n]
	l.mu.Unlock()
	if !known {
		ctx, cancel := context.WithTimeout(l.alive, reading)
		defer cancel()
		return l.stream.readText(ctx, n, each)
	}
	for _, part := range parts {
		if err := each(part); err != nil {
			return err
		}
	}
	return nil
}

// Base implements world.Log.
func (l *Log) Base(parts iter.Seq2[[]byte, error]) (uint64, error) {
	hash := sha256.New()
	for part, err := range parts {
		if err != nil {
			return 0, err
		}
		hash.Write(part)
	}
	known := l.kept.base // nothing was appended yet, so the writer sleeps
	if bytes.Equal(hash.Sum(nil), known.Sum) {
		return known.Text, nil
	}
	if known.Text != 0 {
		l.options.Logger.Warn("this replica makes new worlds of another base than the owner before it did; start all replicas with the same flags and world file")
	}
	text, err := l.Write(parts)
	if err != nil {
		return 0, err
	}
	return text, l.send(envelope{Base: &base{hash.Sum(nil), text}})
}

// Read implements world.Log.
func (l *Log) Read(id, after uint64, each func([]byte) error) error {
	l.mu.Lock()
	p := l.kept.worlds[id]
	l.mu.Unlock()
	if p == nil || l.isForgotten() {
		return fmt.Errorf("world %d: %w", id, errHole)
	}
	for _, r := range p.records {
		if r.number <= after {
			continue
		}
		if err := each(r.text); err != nil {
			return err
		}
	}
	return nil
}

// Heads implements world.Log. They are there while the worlds are made: after a failure the worlds are made anew, out of another log.
func (l *Log) Heads() ([]world.Head, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.forgotten {
		return nil, errForgotten
	}
	return l.kept.heads(), nil
}

// forget gives free what was read, once the worlds are made.
func (l *Log) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.forgotten, l.texts = true, nil
	l.kept.forget()
}

func (l *Log) isForgotten() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.forgotten
}

// Evicted implements world.Log.
func (l *Log) Evicted() ([]string, error) { return l.kept.evicted, nil }
