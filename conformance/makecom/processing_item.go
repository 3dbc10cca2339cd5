package makecom

import (
	"context"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// processingItem is an item being processed and what can be seen of it. The documents leave open whether the list shows it, the stats
// count it and its detail exists; whatever this target shows of it has to stay as it is.
type processingItem struct {
	hook    *hook
	id      string
	listed  bool
	opened  bool
	counted bool // only the count tells, so nothing else may come or go while it does
}

// beginVisible has the oldest waiting item taken into processing and looks where it can be seen from then on.
func (h *hook) beginVisible(ctx context.Context) (*processingItem, error) {
	before, err := h.count(ctx)
	if err != nil {
		return nil, suite.Arranging(err)
	}
	if err := h.needOpened(ctx, h.known()[0]); err != nil {
		return nil, err
	}
	id, err := h.begin(ctx)
	if err != nil {
		return nil, err
	}
	stat, err := h.readStats(ctx)
	if err != nil {
		return nil, suite.Arranging(err)
	}
	h.items = slices.DeleteFunc(h.items, func(item string) bool { return item == id })
	b := &processingItem{hook: h, id: id, counted: stat.Queue == before}
	b.listed, b.opened, err = b.look(ctx)
	return b, suite.Arranging(err)
}

func (b *processingItem) look(ctx context.Context) (listed, opened bool, err error) {
	waiting, err := b.hook.waiting(ctx)
	if err != nil {
		return false, false, err
	}
	e, err := b.hook.detail(ctx, b.hook.id, b.id)
	if err != nil {
		return false, false, err
	}
	return slices.Contains(waiting, b.id), e.Status == http.StatusOK, nil
}

// wantStays wants the item where it was seen, while others items wait beside it. When it can be seen nowhere, that it
// stays cannot be told.
func (b *processingItem) wantStays(ctx context.Context, others int) error {
	if !b.listed && !b.opened && !b.counted {
		return &suite.Unavailable{State: "a sight of the item being processed", Reason: "this target shows it neither in the list nor in the detail, and does not count it"}
	}
	return b.hook.Settled(ctx, func(ctx context.Context) error {
		listed, opened, err := b.look(ctx)
		if err != nil {
			return err
		}
		if err := b.hook.last().Want("the item being processed (listed, has a detail)", []bool{b.listed, b.opened}, []bool{listed, opened}); err != nil || !b.counted {
			return err
		}
		return b.hook.wantCount(ctx, len(b.hook.others)+others+1)
	})
}

// wantWaiting compares the waiting items aside from this one.
func (b *processingItem) wantWaiting(ctx context.Context, left ...string) error {
	h := b.hook
	want := append(slices.Clone(h.others), left...)
	return h.Settled(ctx, func(ctx context.Context) error {
		e, found, err := h.found(ctx, h.known())
		if err != nil {
			return err
		}
		found = slices.DeleteFunc(found, func(id string) bool { return id == b.id })
		return e.Want("waiting items", sorted(want), sorted(found))
	})
}
