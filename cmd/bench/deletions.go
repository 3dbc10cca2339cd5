package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// startWorld starts a mock and opens a world in it.
func startWorld(ctx context.Context, s settings) (*process, world, error) {
	mock, err := startMock(ctx, s)
	if err != nil {
		return nil, world{}, err
	}
	w := world{mock.Addr, "bench"}
	return mock, w, w.open(ctx)
}

// compareDeletions deletes 100 ids out of a short queue and out of a long one, by turns.
func compareDeletions(ctx context.Context, s settings) (string, error) {
	const short, long, deleted, rounds = 1000, 1_000_000, 100, 41
	mock, w, err := startWorld(ctx, s)
	if err != nil {
		return "", err
	}
	defer mock.stop()
	queues := map[int]*queued{}
	for _, items := range []int{short, long} {
		if queues[items], err = w.queue(ctx, items); err != nil {
			return "", err
		}
	}
	took := map[int][]time.Duration{}
	for round := range rounds {
		for _, items := range []int{short, long} {
			d, err := queues[items].replace(ctx, w, deleted, round)
			if err != nil {
				return "", err
			}
			took[items] = append(took[items], d)
		}
	}
	few, many := middle(took[short]), middle(took[long])
	return fmt.Sprintf("%.2f times (%s, %s, median of %d)", many.Seconds()/few.Seconds(), milliseconds(many), milliseconds(few), rounds), nil
}

// queued is a hook and what waits there.
type queued struct {
	hook hook
	ids  []string
}

func (w world) queue(ctx context.Context, items int) (*queued, error) {
	h, err := w.hookWith(ctx, 0)
	if err != nil {
		return nil, err
	}
	ids, err := w.fill(ctx, h, items)
	return &queued{h, ids}, err
}

// replace deletes n ids that lie evenly in the queue, says how long that took, and lets as many arrive again. It looks at no more than
// those: to walk a long list would drive what the server needs out of the processor's cache.
func (q *queued) replace(ctx context.Context, w world, n, round int) (time.Duration, error) {
	every := len(q.ids) / n
	ids := make([]string, n)
	for i := range ids {
		ids[i] = q.ids[i*every+round%every]
	}
	request := deletionOf(q.hook, ids).bytes(w)
	began := time.Now()
	if _, err := once(ctx, w.addr, request); err != nil {
		return 0, err
	}
	took := time.Since(began)
	arrived, err := w.fill(ctx, q.hook, n)
	for i := range arrived {
		q.ids[i*every+round%every] = arrived[i]
	}
	return took, err
}

func deletionOf(h hook, ids []string) httpRequest {
	return httpRequest{http.MethodDelete, h.path(), `{"ids":["` + strings.Join(ids, `","`) + `"]}`}
}

// spread takes n ids that lie evenly in the queue, and leaves the others.
func spread(queued []string, n int) (taken, left []string) {
	every := len(queued) / n
	for i, id := range queued {
		if i%every == 0 && len(taken) < n {
			taken = append(taken, id)
		} else {
			left = append(left, id)
		}
	}
	return taken, left
}

// deleteAll empties a long queue but for a few, while two clients of another world wait for one answer after the other: as many as
// there are processors, so that what they wait for is the deletion and not each other.
func deleteAll(ctx context.Context, s settings) (string, error) {
	const items, kept, clients = 1_000_000, 1000, 2
	mock, w, err := startWorld(ctx, s)
	if err != nil {
		return "", err
	}
	defer mock.stop()
	h, err := w.hookWith(ctx, 0)
	if err != nil {
		return "", err
	}
	ids, err := w.fill(ctx, h, items)
	if err != nil {
		return "", err
	}
	but, _ := spread(ids, kept)
	other := httpRequest{http.MethodGet, "/api/v2/hooks/654/incomings/stats", ""}.bytes(world{w.addr, "other"})
	ask := func(d time.Duration) (burst, error) {
		return load(ctx, w.addr, clients, d, func(int) []byte { return other })
	}
	before, err := ask(500 * time.Millisecond)
	if err != nil {
		return "", err
	}
	all := httpRequest{http.MethodDelete, h.path() + "?confirmed=true", `{"all":true,"exceptIds":["` + strings.Join(but, `","`) + `"]}`}
	took, during, err := while(ctx, w.addr, all.bytes(w), ask)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%.2f s; %s, before it %s", took.Seconds(), milliseconds(during.percentile(0.99)), milliseconds(before.percentile(0.99))), nil
}

// while asks for as long as a request takes.
func while(ctx context.Context, addr string, request []byte, ask func(time.Duration) (burst, error)) (time.Duration, burst, error) {
	began, done := time.Now(), make(chan error, 1)
	var took time.Duration
	go func() {
		_, err := once(ctx, addr, request)
		took = time.Since(began)
		done <- err
	}()
	var during burst
	for {
		b, err := ask(200 * time.Millisecond)
		during.took = append(during.took, b.took...)
		select {
		case other := <-done:
			slices.Sort(during.took)
			return took, during, errors.Join(err, other)
		default:
		}
		if err != nil {
			return 0, burst{}, errors.Join(err, <-done)
		}
	}
}
