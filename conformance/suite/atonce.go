package suite

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
)

// AtOnce sends requests at the same time, and returns their exchanges in the order of the requests, which is that of the record too; of equal
// requests the record has those first that have the lower status.
// Which of them the target sees first nobody knows.
func (s *Session) AtOnce(ctx context.Context, requests ...*Request) ([]*Exchange, error) {
	before := s.sent()
	all, errs := make([]*Exchange, len(requests)), make([]error, len(requests))
	var under sync.WaitGroup
	for i, r := range requests {
		send := func() { all[i], errs[i] = s.Do(ctx, r) }
		if s.run.config.Settled != nil { // a replay goes through the record in its order
			send()
			continue
		}
		under.Go(send)
	}
	under.Wait()
	s.inOrder(before, requests)
	return all, errors.Join(errs...)
}

// inOrder puts the exchanges from there on into the order of the requests that they come from.
func (s *Session) inOrder(from int, requests []*Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	place := func(e *Exchange) int {
		return slices.IndexFunc(requests, func(r *Request) bool {
			return r.Method == e.Method && bytes.Equal(r.Body, e.Body) && s.address(r) == e.URL
		})
	}
	slices.SortStableFunc(s.exchanges[from:], func(a, b *Exchange) int { return cmp.Or(place(a)-place(b), a.Status-b.Status) })
}
