package makecom

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// confirmed is the value that lets `all` through.
const confirmed = "true"

func deleteIDs(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	gone, left := most(h.items)
	if _, err := h.remove(ctx, "", ids(gone...)); err != nil {
		return err
	}
	h.items = left
	plainly := h.wantUntouched(ctx)
	near, err := h.delete(ctx, h.id, "", ids(h.mintedNeighbours(h.items[0])...)) // what it answers is open
	if err != nil {
		return err
	}
	none := near.WantThat(near.Status < http.StatusInternalServerError, "no failure", near.Method+" fails")
	return errors.Join(plainly, none, h.wantUntouched(ctx), h.wantRepeated(ctx), h.wantGoneAtOnce(ctx))
}

// mintedNeighbours are almost an id, and may be named: the run made them up.
func (h *hook) mintedNeighbours(id string) []string {
	near := neighbours(id)
	h.Ledger().Mint(near...)
	return near
}

func deleteIDsResponse(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	gone, _ := most(h.items)
	answer, err := h.remove(ctx, "", ids(gone...))
	if err != nil {
		return err
	}
	return answer.wantListed(gone...)
}

func deleteIDsUnconfirmed(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	_, without := h.remove(ctx, "", ids(h.items[0]))
	_, with := h.remove(ctx, confirmed, ids(h.items[1]))
	return errors.Join(without, with, h.wantHeld(ctx, h.items[2]))
}

func deleteAll(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	if err := h.crowd(ctx); err != nil {
		return err
	}
	answer, err := h.remove(ctx, confirmed, all)
	if err != nil {
		return err
	}
	h.others = nil // the mode allowed them to go
	return errors.Join(answer.wantListed(h.items...), h.wantHeld(ctx))
}

// deleteExcept is a whole flow: two deliveries, one deletion by id, one of everything but the rest.
func deleteExcept(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	n := len(h.items)
	if err := h.fill(ctx, 2); err != nil {
		return err
	}
	rest, first, second := h.items[:n], h.items[n], h.items[n+1]
	arrived := h.wantUntouched(ctx)
	byID, err := h.remove(ctx, "", ids(first))
	if err != nil {
		return err
	}
	spared := append(append([]string{}, h.others...), rest...)
	but, err := h.remove(ctx, confirmed, allBut(spared...))
	if err != nil {
		return err
	}
	return errors.Join(
		arrived,
		byID.wantListed(first),
		but.Want("incomings", []string{second}, but.Incomings),
		h.wantHeld(ctx, rest...),
		h.wantNotSpared(ctx, rest),
	)
}

// wantNotSpared names one item to be spared and what is almost the id of another one: that one goes, unless the target refuses
// what is not in the queue.
func (h *hook) wantNotSpared(ctx context.Context, rest []string) error {
	spared := append(append(slices.Clone(h.others), rest[0]), h.mintedNeighbours(rest[1])...)
	answer, err := h.delete(ctx, h.id, confirmed, allBut(spared...))
	if err != nil || answer.Refused() {
		return err
	}
	return h.wantHeld(ctx, rest[0])
}

func deleteProcessingRefused(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	held, err := h.beginVisible(ctx)
	if err != nil {
		return err
	}
	if err := h.needDeleted(ctx); err != nil {
		return err
	}
	_, once := h.delete(ctx, h.id, "", ids(held.id))
	_, again := h.delete(ctx, h.id, "", ids(held.id))
	_, confirmedly := h.delete(ctx, h.id, confirmed, ids(held.id))
	if err := errors.Join(once, again, confirmedly); err != nil {
		return err
	}
	return held.wantStays(ctx, 1)
}

// deletePartial names the item that is being processed first, in the middle and last.
func deletePartial(ctx context.Context, v *vendor) error {
	var errs []error
	for place := range 3 {
		h, held, err := v.oneHeld(ctx)
		if err != nil {
			return err
		}
		if _, err := h.delete(ctx, h.id, "", ids(slices.Insert(slices.Clone(h.items[:2]), place, held.id)...)); err != nil {
			return err
		}
		errs = append(errs, held.wantWaiting(ctx, h.items[2]))
	}
	return errors.Join(errs...)
}

// oneHeld asks for a hook with one item being processed and three more that wait.
func (v *vendor) oneHeld(ctx context.Context) (*hook, *processingItem, error) {
	h, err := v.hookWith(ctx, 4)
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
	h, first, err := v.oneHeld(ctx)
	if err != nil {
		return err
	}
	second, err := h.beginVisible(ctx)
	if err != nil {
		return err
	}
	two, err := h.remove(ctx, "", ids(h.items[0], first.id, second.id))
	if err != nil {
		return err
	}
	return errors.Join(answer.wantError(), two.wantError())
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
	h, held, err := v.oneHeld(ctx)
	if err != nil {
		return nil, err
	}
	return h.remove(ctx, "", ids(held.id, h.items[0]))
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
	return errors.Join(some.wantNoError(), rest.wantNoError())
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

func deleteOtherHook(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	other, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	if err := h.needDeleted(ctx); err != nil {
		return err
	}
	_, alone := h.delete(ctx, h.id, "", ids(other.items[0]))
	_, together := h.delete(ctx, h.id, "", ids(h.items[0], other.items[1]))
	return errors.Join(alone, together, other.wantUntouched(ctx))
}

func deleteGone(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 2)
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
	if _, err := h.remove(ctx, "", ids(h.items[0])); err != nil {
		return err
	}
	first := errors.Join(
		h.wantHeld(ctx, h.items[1]),
		h.wantNoDetail(ctx, h.items[0]),
		h.wantCount(ctx, before-1),
	)
	h.items = h.items[1:]
	return errors.Join(first, h.wantGoneBy(ctx))
}

// wantNoDetail wants the detail of an item refused, with any 4xx.
func (h *hook) wantNoDetail(ctx context.Context, id string) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		e, err := h.detail(ctx, h.id, id)
		if err != nil {
			return err
		}
		return e.WantRefusal()
	})
}

func deleteEmptyArrays(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	selection := map[string]any{"ids": []string{h.items[0]}, "exceptIds": []string{}, "all": false}
	if _, err := h.remove(ctx, "", body(selection)); err != nil {
		return err
	}
	named := h.wantHeld(ctx, h.items[1], h.items[2])
	if _, err := h.remove(ctx, confirmed, `{"ids":[],"exceptIds":[],"all":true}`); err != nil {
		return errors.Join(named, err)
	}
	h.others = nil // the mode allowed them to go
	return errors.Join(named, h.wantHeld(ctx))
}

func deleteAllEmptyQueue(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if len(h.others) > 0 {
		return &suite.Unavailable{State: "an empty queue", Reason: "items of others wait on the lent hook"}
	}
	answer, err := h.remove(ctx, confirmed, all)
	if err != nil {
		return err
	}
	return answer.Want("incomings", []string{}, answer.Incomings)
}
