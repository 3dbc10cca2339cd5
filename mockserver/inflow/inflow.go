// Package inflow bounds what a server holds of the bodies that it is being sent, and of what it makes of them, however many clients send
// at once. Small bodies pass: their number is bounded by that of the connections.
package inflow

import (
	"context"
	"io"
	"runtime"
	"sync/atomic"

	"golang.org/x/sync/semaphore"

	"github.com/understudy-mock/understudy/internal/pieces"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Small is the size up to which a body is not counted.
const Small = 64 << 10

// Factor is how many times its size a body may come to while it is read and understood: a list of digits is the worst of JSON.
const Factor = 16

// ErrBusy is what a body is refused with while others are being received that come to as much as the server may hold.
var ErrBusy = refusal.New(refusal.TooMany, "too-many-bodies", "as many large bodies are being received as the mock may hold", "send fewer at once, or start the mock with more --memory (in Go: mockserver.WithMemory)")

// LargeOut is the size of a world from which its exports are counted.
const LargeOut = 1 << 20

// ErrReaders is what an export is refused with while others are read that come to as much as the server may hold.
var ErrReaders = refusal.New(refusal.TooMany, "too-many-exports", "as many large worlds are being exported as the mock may hold pieces of", "export one after the other, or start the mock with more --memory (in Go: mockserver.WithMemory)")

// Gate is what the bodies of one server pass. The zero Gate, and none, let everything pass.
type Gate struct {
	most  int64
	held  atomic.Int64
	turns *semaphore.Weighted
	room  int64 // of turns
	lanes *semaphore.Weighted
	outs  atomic.Int64 // exports that are written out
	reads int64        // how many there may be
}

// New returns a gate for a server that may hold so many bytes. A quarter is for bodies that are being received, and half for what is made
// of those that are here. All processors but one may be at long work.
func New(bytes int64) *Gate {
	return &Gate{
		most: bytes / 4, turns: semaphore.NewWeighted(bytes / 2), room: bytes / 2, reads: max(2, bytes>>26),
		lanes: semaphore.NewWeighted(int64(max(1, runtime.GOMAXPROCS(0)-1))),
	}
}

func nothing() {}

// Read reads a body: size bytes where that is known, else up to most. The bytes count until release is called.
func (g *Gate) Read(r io.Reader, size, most int64) (body []byte, release func(), err error) {
	if size >= 0 && size <= Small {
		body = make([]byte, size)
		_, err = io.ReadFull(r, body)
		return body, nothing, err
	}
	return g.readLarge(r, size, most)
}

func (g *Gate) readLarge(r io.Reader, size, most int64) (body []byte, release func(), err error) {
	b := &buffer{gate: g}
	if size < 0 {
		err = b.readAll(io.LimitReader(r, most))
	} else if err = b.grow(size); err == nil {
		_, err = io.ReadFull(r, b.text[:size])
		b.text = b.text[:size]
	}
	return b.text, b.release, err
}

// Work waits until a processor is left for short requests beside long work, and holds one until done is called. Who waits for a client, a
// disk or a world must not hold one.
func (g *Gate) Work(ctx context.Context) (done func(), err error) {
	if g == nil || g.lanes == nil {
		return nothing, nil
	}
	if err := g.lanes.Acquire(ctx, 1); err != nil {
		return nothing, err
	}
	return func() { g.lanes.Release(1) }, nil
}

// Turn is Work for a body of a size, once the server can afford what is made of it. A body too large to be understood beside another one
// waits until it is alone. Small ones wait for nobody.
func (g *Gate) Turn(ctx context.Context, size int64) (done func(), err error) {
	if g == nil || g.turns == nil || size <= Small {
		return nothing, nil
	}
	share := min(size*Factor, g.room)
	if err := g.turns.Acquire(ctx, share); err != nil {
		return nothing, err
	}
	worked, err := g.Work(ctx)
	if err != nil {
		g.turns.Release(share)
		return nothing, err
	}
	return func() {
		worked()
		g.turns.Release(share)
	}, nil
}

// Out begins to write something out of which the server holds a piece at a time, until done is called: at least two at once, or as many as
// the server may hold pieces of. It waits for nobody, for a client may read for as long as it likes.
func (g *Gate) Out(size int64) (done func(), err error) {
	if g == nil || g.reads == 0 || size <= LargeOut {
		return nothing, nil
	}
	if g.outs.Add(1) > g.reads {
		g.outs.Add(-1)
		return nothing, ErrReaders
	}
	return func() { g.outs.Add(-1) }, nil
}

// buffer is a body that is being received.
type buffer struct {
	gate  *Gate
	text  []byte
	taken int64
}

// grow makes room for so many bytes. A body that is alone may be as large as it likes.
func (b *buffer) grow(size int64) error {
	if g := b.gate; g != nil && g.most > 0 && size > Small {
		if now := g.held.Add(size - b.taken); now > g.most && now > size {
			g.held.Add(b.taken - size)
			return ErrBusy
		}
		b.taken = size
	}
	b.text = pieces.Grow(b.text, int(size))
	return nil
}

func (b *buffer) readAll(r io.Reader) error {
	for {
		if len(b.text) == cap(b.text) {
			if err := b.grow(max(512, 2*int64(cap(b.text)))); err != nil {
				return err
			}
		}
		n, err := r.Read(b.text[len(b.text):cap(b.text)])
		b.text = b.text[:len(b.text)+n]
		if err == io.EOF { // as it is, as io.Reader says
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (b *buffer) release() {
	if b.taken > 0 {
		b.gate.held.Add(-b.taken)
		b.taken = 0
	}
}
