package suite

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// budget bounds the requests of a run.
type budget struct {
	most  int64 // 0 for no bound
	used  atomic.Int64
	setup atomic.Int64
}

// take books one request, or says that none is left.
func (b *budget) take() error {
	if n := b.used.Add(1); b.most > 0 && n > b.most {
		b.used.Add(-1)
		return ErrBudget
	}
	return nil
}

// pace spreads requests evenly, and holds them all up while the target wants none.
type pace struct {
	gap  time.Duration // 0 for no spreading
	wait func(context.Context, time.Duration) error

	mu   sync.Mutex
	next time.Time
	held Throttled
}

// Throttled is how often a target refused a request because there were too many, and how long all waited for that.
type Throttled struct {
	Answers int
	Waited  time.Duration
}

func newPace(perSecond float64, wait func(context.Context, time.Duration) error) *pace {
	p := &pace{wait: wait}
	if perSecond > 0 {
		p.gap = time.Duration(float64(time.Second) / perSecond)
	}
	return p
}

// take holds the caller until its turn.
func (p *pace) take(ctx context.Context) error { return p.wait(ctx, p.turn(time.Now())) }

// turn books the next free moment and says how far off it is.
func (p *pace) turn(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.Before(now) {
		p.next = now
	}
	off := p.next.Sub(now)
	p.next = p.next.Add(p.gap)
	return off
}

// hold lets nobody have a turn before that time, and says by how much it puts the next one off.
func (p *pace) hold(now, until time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.held.Answers++
	if p.next.Before(now) {
		p.next = now
	}
	off := max(until.Sub(p.next), 0)
	p.next = p.next.Add(off)
	p.held.Waited += off
	return off
}

func (p *pace) throttled() Throttled {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.held
}
