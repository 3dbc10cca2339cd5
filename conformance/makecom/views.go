package makecom

import (
	"context"
	"errors"
	"net/url"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// A change has to show wherever there is something to see: in the list whichever way it is asked for, in the details, in the
// stats. A target that keeps several views may forget one of them.

// listings are the ways to ask for a whole list.
func listings() []url.Values {
	return []url.Values{nil, pg("sortDir", "desc"), pg("sortBy", "created"), pg("limit", "1000", "offset", "0")}
}

// wantViews wants these items to be left of those that the check knows, and those to be gone, in every view. It counts only where
// nothing comes from elsewhere.
func (h *hook) wantViews(ctx context.Context, left, gone []string) error {
	var looks []func(context.Context) error
	for _, query := range listings() {
		looks = append(looks, func(ctx context.Context) error { return h.wantInList(ctx, query, left, gone) })
	}
	for _, id := range left {
		looks = append(looks, func(ctx context.Context) error { return h.wantDetail(ctx, id) })
	}
	for _, id := range gone {
		looks = append(looks, func(ctx context.Context) error { return h.wantNoDetail(ctx, id) })
	}
	if !h.lent {
		looks = append(looks, func(ctx context.Context) error { return h.wantCount(ctx, len(left)) })
	}
	return h.Together(ctx, looks...)
}

// wantInList wants some items in a list, and others not.
func (h *hook) wantInList(ctx context.Context, query url.Values, in, out []string) error {
	if len(h.known()) > 1000 {
		return nil // the list may come in pages
	}
	in = append([]string{}, in...)
	return h.Settled(ctx, func(ctx context.Context) error {
		page, err := h.read(ctx, query)
		if err != nil {
			return err
		}
		listed := func(ids []string) []string {
			return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !slices.Contains(page.ids(), id) })
		}
		return errors.Join(page.Want("items listed of those that are there:", in, listed(in)), page.Want("items listed of those that are gone:", []string{}, append([]string{}, listed(out)...)))
	})
}

// wantDetail wants an item to have a detail.
func (h *hook) wantDetail(ctx context.Context, id string) error {
	_, err := h.open(ctx, id)
	return err
}

// neighbours are ids that are almost this one: its beginning, its end, more than it, the other case.
func neighbours(id string) []string {
	return []string{id[:len(id)-1], id[1:], id + "0", suite.Swapped(id)}
}

// road is a way to delete items.
type road struct {
	confirmed string
	selection func(h *hook, gone, left []string) string
	whole     bool // it may delete what it does not name
}

func roads() []road {
	named := func(_ *hook, gone, _ []string) string { return ids(gone...) }
	return []road{
		{selection: named},
		{confirmed: confirmed, selection: named},
		{confirmed: confirmed, selection: func(h *hook, _, left []string) string { return allBut(append(slices.Clone(h.others), left...)...) }, whole: true},
	}
}

// wantGoneBy deletes by each road, and looks from everywhere. A lent hook is not asked to delete what it is not told by name.
func (h *hook) wantGoneBy(ctx context.Context) error {
	var errs []error
	for _, r := range roads() {
		if r.whole && h.lent {
			continue
		}
		if err := h.fill(ctx, 3); err != nil {
			return err
		}
		gone, left := h.items[1:], h.items[:1]
		if _, err := h.remove(ctx, r.confirmed, r.selection(h, gone, left)); err != nil {
			return errors.Join(append(errs, err)...)
		}
		errs = append(errs, h.wantViews(ctx, left, gone))
		h.items = slices.Clone(left)
	}
	return errors.Join(append(errs, h.wantEmptied(ctx))...)
}

// wantEmptied deletes everything, and looks from everywhere.
func (h *hook) wantEmptied(ctx context.Context) error {
	if h.lent {
		return nil
	}
	if err := h.fill(ctx, 1); err != nil {
		return err
	}
	if _, err := h.remove(ctx, confirmed, all); err != nil {
		return err
	}
	return h.wantViews(ctx, []string{}, h.items)
}

// rounds is how often a change is repeated: some targets count.
const rounds = 3

// atOnce is n, and one for a lent hook, to which each item is delivered on its own.
func (h *hook) atOnce(n int) int {
	if h.lent {
		return 1
	}
	return n
}

// wantRepeated deletes an item, time and again, also one that is gone already beside another one. A target may refuse that, and delete nothing
// then, or delete the other one.
func (h *hook) wantRepeated(ctx context.Context) error {
	var errs []error
	for range rounds {
		last := len(h.items)
		if err := h.fill(ctx, h.atOnce(2)); err != nil {
			return err
		}
		made := h.items[last:]
		h.items = append(h.items[:last:last], made[1:]...)
		if _, err := h.remove(ctx, "", ids(made[0])); err != nil {
			return err
		}
		again, err := h.delete(ctx, h.id, "", ids(made...))
		if err != nil {
			return err
		}
		if !again.Refused() {
			h.items = h.items[:last:last]
		}
		errs = append(errs, again.WantThat(again.Status < 500, "no failure", "one"), h.wantHeld(ctx, h.items...))
	}
	return errors.Join(errs...)
}
