package crmcom

import (
	"context"
	"sync"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// turns lets one call after the other send or delete the same webhook request, so that of two resends at once the second
// sees what came of the first. Others are not held up. The zero value is ready.
type turns struct {
	mu   sync.Mutex
	held map[turn]chan struct{} // closed when the turn is over
}

// turn is one request of a world. A reset takes the turns of the time before away.
type turn struct {
	world  *world.World
	resets uint64
	id     string
}

// take waits for the turn until ctx is over. The turn lasts until done is called.
func (t *turns) take(ctx context.Context, want turn) (done func(), err error) {
	for {
		over := t.try(want)
		if over == nil {
			return func() { t.end(want) }, nil
		}
		select {
		case <-over:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// try takes the turn, or returns what is closed when the present one is over.
func (t *turns) try(want turn) (over <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if present, busy := t.held[want]; busy {
		return present
	}
	if t.held == nil {
		t.held = map[turn]chan struct{}{}
	}
	t.held[want] = make(chan struct{})
	return nil
}

func (t *turns) end(done turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.held[done])
	delete(t.held, done)
}
