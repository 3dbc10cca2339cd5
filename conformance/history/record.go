package history

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/conformance/explore"
)

// recorder writes down what clients do with one world.
type recorder[S, A any] struct {
	subject Subject[S, A]
	world   World[A]
	begun   time.Time

	mu     sync.Mutex
	events []Event[A]
	failed error // the first that is no answer and no missing one
}

// record plays a workload and returns its history in the order of the calls.
func (r *recorder[S, A]) record(ctx context.Context, c Workload) ([]Event[A], error) {
	r.begun = time.Now()
	r.client(ctx, 0, c.Before)
	ready := make(chan struct{})
	var clients sync.WaitGroup
	for i, commands := range c.Clients {
		clients.Go(func() {
			<-ready
			r.client(ctx, i, commands)
		})
	}
	close(ready)
	clients.Wait()
	r.client(ctx, 0, c.After)
	for _, e := range r.events {
		if e.Answer != nil {
			r.world.Name(e.Answer)
		}
	}
	slices.SortStableFunc(r.events, func(a, b Event[A]) int { return int(a.Call - b.Call) })
	return r.events, r.failed
}

// client carries out the commands of one client, one after the other.
func (r *recorder[S, A]) client(ctx context.Context, client int, commands []explore.Command) {
	var last *A
	for _, c := range commands {
		if ready, ok := r.world.Ready(c, last); ok && !r.stopped() {
			last = r.do(ctx, client, ready)
		}
	}
}

func (r *recorder[S, A]) do(ctx context.Context, client int, c explore.Command) *A {
	e := Event[A]{Client: client, Command: c, Call: time.Since(r.begun)}
	answer, err := r.world.Do(ctx, c)
	e.Return = time.Since(r.begun)
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case err == nil:
		e.Answer = answer
		r.events = append(r.events, e)
	case !Unanswered(err) && r.failed == nil:
		r.failed = err
	case Unanswered(err) && !r.subject.Reads(c):
		r.events = append(r.events, e)
	}
	return e.Answer
}

func (r *recorder[S, A]) stopped() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.failed != nil
}
