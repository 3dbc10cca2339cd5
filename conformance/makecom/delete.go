package makecom

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// confirmed is the value that lets `all` through.
const confirmed = "true"

func deleteIDs(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	if err := errors.Join(h.putEqual(ctx), h.crowd(ctx)); err != nil {
		return err
	}
	gone, left := most(h.items) // of the three that hold the same, two go
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
	return errors.Join(plainly, none, h.wantUntouched(ctx), h.wantRepeated(ctx), h.wantGoneAtOnce(ctx), h.wantGoneWhenOff(ctx))
}

// putEqual puts three items that hold the same into a queue of the run's own.
func (h *hook) putEqual(ctx context.Context) error {
	if h.lent {
		return nil
	}
	one := h.payload()
	return h.put(ctx, one, one, one)
}

// wantGoneWhenOff deletes from a hook that takes no deliveries any more.
func (h *hook) wantGoneWhenOff(ctx context.Context) error {
	off, err := h.switchedOff(ctx)
	if !off {
		return err
	}
	id := h.items[0]
	if _, err := h.remove(ctx, "", ids(id)); err != nil {
		return err
	}
	h.forget(id)
	return h.wantUntouched(ctx)
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
	if err := h.crowd(ctx); err != nil {
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
	if err := h.crowd(ctx); err != nil {
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
	if !h.lent {
		_, err = h.remove(ctx, confirmed, all)
	}
	return errors.Join(alone, together, err, other.wantUntouched(ctx))
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
