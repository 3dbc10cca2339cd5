package makecom

import (
	"context"
	"errors"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// deletePartial names the item that is being processed first, in the middle and last.
func deletePartial(ctx context.Context, v *vendor) error {
	const named = 6
	var errs []error
	for _, place := range []int{0, named / 2, named} {
		h, held, err := v.heldBefore(ctx, named+1)
		if err != nil {
			return err
		}
		if _, err := h.delete(ctx, h.id, "", ids(slices.Insert(slices.Clone(h.items[:named]), place, held.id)...)); err != nil {
			return err
		}
		errs = append(errs, held.wantWaiting(ctx, h.items[named]))
	}
	return errors.Join(errs...)
}

// oneHeld asks for a hook with one item being processed and three more that wait.
func (v *vendor) oneHeld(ctx context.Context) (*hook, *processingItem, error) {
	return v.heldBefore(ctx, 3)
}

// heldBefore asks for a hook with one item being processed and so many more that wait.
func (v *vendor) heldBefore(ctx context.Context, waiting int) (*hook, *processingItem, error) {
	h, err := v.hookWith(ctx, waiting+1)
	if err != nil {
		return nil, nil, err
	}
	held, err := h.beginVisible(ctx)
	return h, held, err
}

func deletePartialError(ctx context.Context, v *vendor) error {
	answer, err := v.partial(ctx)
	if err != nil {
		return err
	}
	h, held, err := v.held(ctx, 2)
	if err != nil {
		return err
	}
	two, err := h.remove(ctx, "", ids(append(h.items[:1:1], held...)...))
	if err != nil {
		return err
	}
	alone, err := h.delete(ctx, h.id, "", ids(held[0]))
	if err != nil {
		return err
	}
	return errors.Join(answer.wantError(), two.wantError(), wantRefusedOrError(alone))
}

// wantRefusedOrError is for a deletion of nothing but what cannot be deleted: that may be refused as a whole.
func wantRefusedOrError(e *suite.Exchange) error {
	if e.Refused() {
		return nil
	}
	d, err := readDeletion(e)
	if err != nil {
		return err
	}
	return d.wantError()
}

func deletePartialErrorText(ctx context.Context, v *vendor) error {
	answer, err := v.partial(ctx)
	if err != nil {
		return err
	}
	want := map[string]any{"name": makecom.PartialErrorName, "message": makecom.PartialErrorMessage}
	return answer.Want("error", want, answer.Error)
}

// partial deletes one waiting item together with one being processed.
func (v *vendor) partial(ctx context.Context) (*deletion, error) {
	h, held, err := v.held(ctx, 1)
	if err != nil {
		return nil, err
	}
	return h.remove(ctx, "", ids(held[0], h.items[0]))
}

// held asks for a hook with n items being processed and two more that wait. It does not look where the target shows them.
func (v *vendor) held(ctx context.Context, n int) (h *hook, held []string, err error) {
	if h, err = v.hookWith(ctx, n+2); err != nil {
		return nil, nil, err
	}
	for range n {
		id, err := h.begin(ctx)
		if err != nil {
			return nil, nil, err
		}
		held = append(held, id)
		h.items = slices.DeleteFunc(h.items, func(item string) bool { return item == id })
	}
	return h, held, nil
}

func deleteNoErrorOnSuccess(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	some, err := h.remove(ctx, "", ids(h.items[0], h.items[1]))
	if err != nil {
		return err
	}
	rest, err := h.remove(ctx, "", ids(h.items[2]))
	if err != nil {
		return err
	}
	return errors.Join(some.wantNoError(), rest.wantNoError(), v.wantNoErrorOfOthers(ctx))
}

// wantNoErrorOfOthers deletes what waits while an item is being processed that is not to go.
func (v *vendor) wantNoErrorOfOthers(ctx context.Context) error {
	h, held, err := v.held(ctx, 1)
	if unset(err) || err == nil && h.lent {
		return nil // there is nothing to look at
	}
	if err != nil {
		return err
	}
	one, err := h.remove(ctx, "", ids(h.items[0]))
	if err != nil {
		return err
	}
	but, err := h.remove(ctx, confirmed, allBut(held...))
	if err != nil {
		return err
	}
	return errors.Join(one.wantNoError(), but.wantNoError())
}

func (d *deletion) wantNoError() error {
	return d.WantThat(d.Error == nil, "no `error`", body(d.Error))
}

func deleteAllProcessing(ctx context.Context, v *vendor) error {
	h, held, err := v.oneHeld(ctx)
	if err != nil {
		return err
	}
	answer, err := h.remove(ctx, confirmed, all)
	if err != nil {
		return err
	}
	h.others = nil // the mode allowed them to go
	whole := errors.Join(answer.wantError(), held.wantWaiting(ctx), held.wantStays(ctx, 0))
	return errors.Join(whole, v.wantErrorBesideExcept(ctx))
}

// wantErrorBesideExcept deletes everything but one item while another one is being processed.
func (v *vendor) wantErrorBesideExcept(ctx context.Context) error {
	h, held, err := v.oneHeld(ctx)
	if err != nil {
		return err
	}
	spared := append(slices.Clone(h.others), h.items[0])
	answer, err := h.remove(ctx, confirmed, allBut(spared...))
	if err != nil {
		return err
	}
	return errors.Join(answer.wantError(), held.wantWaiting(ctx, h.items[0]))
}
