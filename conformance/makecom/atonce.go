package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// crowd is how many calls a check sends at the same time.
const crowd = 4

// deliverAtOnce delivers at the same time what are different things of one size, or one thing several times.
func (h *hook) deliverAtOnce(ctx context.Context, different bool) ([]*suite.Exchange, error) {
	payload := h.payload()
	var all []*suite.Request
	for i := range crowd {
		if different {
			payload = payload.With("n", i)
		}
		all = append(all, post("application/json", body(payload)).to(h.url))
	}
	return h.AtOnce(ctx, all...)
}

// wantAllTaken wants deliveries that come at the same time answered and stored, each once. Where others deliver too, nobody can tell.
func (h *hook) wantAllTaken(ctx context.Context) error {
	if h.lent {
		return nil
	}
	answers, err := h.deliverAtOnce(ctx, true)
	if err != nil {
		return err
	}
	var errs []error
	for _, answer := range answers {
		errs = append(errs, answer.WantStatus(http.StatusOK))
	}
	return errors.Join(append(errs, h.wantNumber(ctx, len(h.items)+crowd))...)
}

// wantNumber wants so many items in the list, and no id twice.
func (h *hook) wantNumber(ctx context.Context, n int) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		waiting, err := h.waiting(ctx)
		if err != nil {
			return err
		}
		return h.last().Want("number of different items", n, len(slices.Compact(sorted(waiting))))
	})
}

// wantNoOverrun delivers to a hook that has room for one, several at the same time.
func (h *hook) wantNoOverrun(ctx context.Context, limit int) error {
	answers, err := h.deliverAtOnce(ctx, false)
	if err != nil {
		return err
	}
	taken := 0
	for _, answer := range answers {
		if answer.Status == http.StatusOK {
			taken++
		}
	}
	one := answers[0].WantThat(taken == 1, "one of the deliveries taken where there is room for one", fmt.Sprintf("%d", taken))
	return errors.Join(one, h.wantCount(ctx, limit), h.wantNumber(ctx, limit))
}

// wantGoneAtOnce deletes several items at the same time, each by a call of its own.
func (h *hook) wantGoneAtOnce(ctx context.Context) error {
	left := len(h.items)
	if err := h.fill(ctx, crowd); err != nil {
		return err
	}
	var all []*suite.Request
	for _, id := range h.items[left:] {
		all = append(all, h.deleting(ids(id)))
	}
	answers, err := h.AtOnce(ctx, all...)
	if err != nil {
		return err
	}
	var errs []error
	for _, answer := range answers {
		errs = append(errs, answer.WantStatus(http.StatusOK))
	}
	gone := h.items[left:]
	h.items = h.items[:left:left]
	return errors.Join(append(errs, h.wantInList(ctx, nil, h.items, gone))...)
}

// deleting is the request that deletes what a body selects, without a confirmation.
func (h *hook) deleting(body string) *suite.Request {
	return h.dressed(suite.Request{Operation: opDelete, Method: http.MethodDelete, Path: incomings(h.id), Body: []byte(body)})
}
