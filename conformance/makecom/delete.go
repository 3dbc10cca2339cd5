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
	h, err := v.hookWith(ctx, 4)
	if err != nil {
		return err
	}
	if _, err := h.remove(ctx, "", ids(h.items[0], h.items[2])); err != nil {
		return err
	}
	h.items = []string{h.items[1], h.items[3]}
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
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	answer, err := h.remove(ctx, "", ids(h.items[0], h.items[1]))
	if err != nil {
		return err
	}
	return answer.wantListed(h.items[0], h.items[1])
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
	h, err := v.hookWith(ctx, 12)
	if err != nil {
		return err
	}
	answer, err := h.remove(ctx, confirmed, all)
	if err != nil {
		return err
	}
	h.others = nil // the mode allowed them to go
	return errors.Join(answer.wantListed(h.items...), h.wantHeld(ctx))
}

func deleteAllUnconfirmed(ctx context.Context, v *vendor) error {
	return v.wantUnconfirmed(ctx, "", func(*hook) string { return all })
}

func deleteAllConfirmedFalse(ctx context.Context, v *vendor) error {
	return v.wantUnconfirmed(ctx, "false", func(*hook) string { return all })
}

func deleteExceptUnconfirmed(ctx context.Context, v *vendor) error {
	return v.wantUnconfirmed(ctx, "", func(h *hook) string { return allBut(h.items[0]) })
}

// wantUnconfirmed wants a deletion refused for want of confirmation, and the queue as it was. The same deletion works before, on
// other items, with a confirmation.
func (v *vendor) wantUnconfirmed(ctx context.Context, unconfirmed string, selection func(*hook) string) error {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	if err := h.needAccepted(h.delete(ctx, h.id, confirmed, selection(h))); err != nil {
		return err
	}
	if err := h.forgetGone(ctx); err != nil {
		return suite.Arranging(err)
	}
	if err := h.fill(ctx, 3); err != nil {
		return err
	}
	var errs []error
	for range rounds {
		answer, err := h.delete(ctx, h.id, unconfirmed, selection(h))
		if err != nil {
			return err
		}
		errs = append(errs, answer.WantStatus(http.StatusNotAcceptable), wantCode(answer, makecom.CodeConfirmationRequired))
	}
	return errors.Join(append(errs, h.wantUntouched(ctx))...)
}

// forgetGone forgets the items that no longer wait.
func (h *hook) forgetGone(ctx context.Context) error {
	waiting, err := h.waiting(ctx)
	gone := func(id string) bool { return !slices.Contains(waiting, id) }
	h.others, h.items = slices.DeleteFunc(h.others, gone), slices.DeleteFunc(h.items, gone)
	return err
}

// deleteExcept is a whole flow: two deliveries, one deletion by id, one of everything but the rest.
func deleteExcept(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	if err := h.fill(ctx, 2); err != nil {
		return err
	}
	rest, first, second := h.items[:3], h.items[3], h.items[4]
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

func deletePartial(ctx context.Context, v *vendor) error {
	h, held, err := v.oneHeld(ctx)
	if err != nil {
		return err
	}
	if _, err := h.delete(ctx, h.id, "", ids(held.id, h.items[0], h.items[1])); err != nil {
		return err
	}
	return held.wantWaiting(ctx, h.items[2])
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
	return answer.wantError()
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
	return errors.Join(answer.wantError(), held.wantWaiting(ctx), held.wantStays(ctx, 0))
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

func deleteMalformed(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	if err := h.needDeleted(ctx); err != nil {
		return err
	}
	return errors.Join(
		h.wantMalformed(ctx, "", `{"ids":[`),
		h.wantMalformed(ctx, "", body(map[string]any{"ids": h.items[0]})),
		h.wantMalformed(ctx, confirmed, `{"all":"yes"}`),
		h.wantMalformed(ctx, confirmed, body(map[string]any{"all": true, "exceptIds": h.items[0]})),
		h.wantUntouched(ctx),
	)
}

func (h *hook) wantMalformed(ctx context.Context, confirmed, body string) error {
	answer, err := h.delete(ctx, h.id, confirmed, body)
	if err != nil {
		return err
	}
	return answer.WantRefusal()
}
