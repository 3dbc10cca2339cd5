package makecom

import (
	"context"
	"errors"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

func processFIFO(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 4)
	if err != nil {
		return err
	}
	begun, err := h.beginAll(ctx)
	if err != nil {
		return err
	}
	return want("items begun in this order", h.items, begun)
}

// beginAll has the items that the check delivered taken into processing, one after the other.
func (h *hook) beginAll(ctx context.Context) ([]string, error) {
	if len(h.others) > 0 {
		return nil, &suite.Unavailable{State: "a queue of the check's own", Reason: "items of others wait on the lent hook"}
	}
	var begun []string
	for range h.items {
		id, err := h.begin(ctx)
		if err != nil {
			return nil, err
		}
		begun = append(begun, id)
	}
	return begun, nil
}

func (h *hook) finishAll(ctx context.Context, ids []string) error {
	for _, id := range ids {
		if err := h.finish(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// want compares what no single exchange shows.
func want(what string, want, got []string) error {
	return (*suite.Exchange)(nil).Want(what, want, got)
}

func processLeaves(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	before, err := h.count(ctx)
	if err != nil {
		return err
	}
	if err := h.needOpened(ctx, h.items[0]); err != nil {
		return err
	}
	id, err := h.begin(ctx)
	if err != nil {
		return err
	}
	if err := h.finish(ctx, id); err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(h.items), func(item string) bool { return item == id })
	return errors.Join(h.wantHeld(ctx, left...), h.wantNoDetail(ctx, id), h.wantCount(ctx, before-1), h.wantViews(ctx, left, []string{id}))
}

func processDeletedIsNeverProcessed(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 4)
	if err != nil {
		return err
	}
	if _, err := h.remove(ctx, "", ids(h.items[0], h.items[2])); err != nil {
		return suite.Arranging(err)
	}
	h.items = []string{h.items[1], h.items[3]}
	begun, err := h.beginAll(ctx)
	if err != nil {
		return err
	}
	return want("items begun after the others were deleted", sorted(h.items), sorted(begun))
}

func processOnce(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	begun, err := h.beginAll(ctx)
	if err != nil {
		return err
	}
	if err := h.finishAll(ctx, begun); err != nil {
		return err
	}
	once := errors.Join(want("items begun", sorted(h.items), sorted(begun)), h.wantHeld(ctx), h.wantCount(ctx, 0))
	h.items = nil
	if err := h.fill(ctx, 1); err != nil {
		return errors.Join(once, err)
	}
	return errors.Join(once, h.wantUntouched(ctx)) // none of the others is back
}
