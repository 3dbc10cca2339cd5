package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
)

func listArrivalOrder(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{"queueLimit": many})
	if err != nil {
		return err
	}
	if h.lent || h.url == "" {
		err = h.fill(ctx, h.many())
	} else {
		err = errors.Join(h.fill(ctx, many-1), h.needTaken(ctx)) // a refusal later says something
	}
	if err != nil {
		return err
	}
	whole := h.wantPage(ctx, nil, h.known())
	if err := h.inVain(ctx); err != nil {
		return errors.Join(whole, err)
	}
	looked := h.wantPage(ctx, nil, h.known())
	if _, err := h.remove(ctx, "", ids(h.items[1])); err != nil {
		return errors.Join(whole, looked, suite.Arranging(err))
	}
	h.items = slices.Delete(h.items, 1, 2)
	return errors.Join(whole, looked, h.wantPage(ctx, nil, h.known()))
}

// inVain looks at a detail twice, and asks a full queue for what is refused: to take another item, and to be emptied without a confirmation.
func (h *hook) inVain(ctx context.Context) error {
	for range 2 {
		if err := h.needOpened(ctx, h.items[2]); err != nil {
			return err
		}
	}
	if h.lent || h.url == "" {
		return nil
	}
	e, err := h.send(ctx, post("application/json", body(h.payload())))
	if err != nil {
		return err
	}
	if e.Status == http.StatusOK { // the provider does not know limits, or the target
		if _, err := h.newcomer(ctx, e); err != nil {
			return suite.Arranging(err)
		}
	}
	refused, err := h.delete(ctx, h.id, "", all)
	if err == nil && refused.Status == http.StatusOK { // another requirement says so
		return &suite.Unavailable{State: "a refused deletion", Reason: "the target carries out what is not confirmed"}
	}
	return err
}

// wantPage compares a page with ids in order.
func (h *hook) wantPage(ctx context.Context, query url.Values, want []string) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		page, err := h.read(ctx, query)
		if err != nil {
			return err
		}
		return page.Want("items in this order", want, page.ids())
	})
}

func listOffset(ctx context.Context, v *vendor) error {
	h, whole, err := v.fullPage(ctx, 4)
	if err != nil {
		return err
	}
	errs := []error{h.wantPage(ctx, pg("offset", "1", "sortDir", "desc"), tail(backwards(whole.ids()), 1))}
	for _, skipped := range []int{0, 1, many / 2, many - 1, len(whole.ids())} {
		errs = append(errs, h.wantPage(ctx, pg("offset", strconv.Itoa(skipped)), tail(whole.ids(), skipped)))
	}
	return errors.Join(errs...)
}

func backwards(ids []string) []string {
	turned := slices.Clone(ids)
	slices.Reverse(turned)
	return turned
}

// head is the first n ids.
func head(ids []string, n int) []string { return ids[:min(n, len(ids))] }

// tail skips the first n ids.
func tail(ids []string, n int) []string { return ids[min(n, len(ids)):] }

func listPagesPartition(ctx context.Context, v *vendor) error {
	h, err := v.plenty(ctx, 5)
	if err != nil {
		return err
	}
	some := errors.Join(h.wantPartition(ctx, 2), h.wantPartition(ctx, 5))
	if h.lent {
		return some
	}
	if err := h.crowd(ctx); err != nil {
		return errors.Join(some, err)
	}
	return errors.Join(some, h.wantPartition(ctx, crowded-atATime))
}

// wantPartition wants pages of a size to cover the queue.
func (h *hook) wantPartition(ctx context.Context, size int) error {
	whole, err := h.waiting(ctx)
	if err != nil {
		return err
	}
	var pages []string
	for offset := 0; offset < len(whole); offset += size {
		page, err := h.page(ctx, offset, size)
		if err != nil {
			return err
		}
		pages = append(pages, page.ids()...)
	}
	errs := []error{h.last().Want("items, page by page,", whole, pages)}
	if !h.lent {
		errs = append(errs, h.last().Want("items on all pages", sorted(h.known()), sorted(pages)))
	}
	return errors.Join(errs...)
}

func listSortDir(ctx context.Context, v *vendor) error {
	h, err := v.plenty(ctx, 4)
	if err != nil {
		return err
	}
	forth, err := h.read(ctx, pg("sortDir", "asc"))
	if err != nil {
		return err
	}
	reversed := backwards(forth.ids())
	return errors.Join(
		h.wantPage(ctx, pg("sortDir", "desc"), reversed),
		h.wantPage(ctx, pg("sortDir", "desc", "limit", "2"), head(reversed, 2)),
		h.wantPage(ctx, pg("sortDir", "desc", "limit", "7"), head(reversed, 7)),
	)
}

func listSortDirEnum(ctx context.Context, v *vendor) error {
	h, whole, err := v.fullPage(ctx, 1)
	if err != nil {
		return err
	}
	if err := errors.Join(h.needListed(ctx, pg("sortDir", "asc")), h.needListed(ctx, pg("sortDir", "desc"))); err != nil {
		return err
	}
	var errs []error
	for _, dir := range []string{"sideways", "des", "esc", "descending", "0", "DESC", "Asc"} {
		errs = append(errs, h.wantRefused(ctx, pg("sortDir", dir)))
	}
	return errors.Join(append(errs, h.wantRefusedOr(ctx, pg("sortDir", ""), whole.ids()))...)
}

func listSortByCreated(ctx context.Context, v *vendor) error {
	h, err := v.hookApart(ctx)
	if err != nil {
		return err
	}
	up, err := h.read(ctx, pg("sortBy", "created", "sortDir", "asc"))
	if err != nil {
		return err
	}
	down, err := h.read(ctx, pg("sortBy", "created", "sortDir", "desc"))
	if err != nil {
		return err
	}
	slices.Reverse(down.Incomings)
	return errors.Join(
		up.WantThat(slices.IsSortedFunc(up.Incomings, byCreated), "items from old to new", body(up.Incomings)),
		down.WantThat(slices.IsSortedFunc(down.Incomings, byCreated), "items from new to old", body(down.Incomings)),
		up.WantThat(len(moments(up)) >= distinct, fmt.Sprintf("items of %d moments", distinct), body(up.Incomings)),
	)
}

// distinct is how many moments it takes to tell one order from another.
const distinct = 5

// hookApart asks for a hook whose items came at different times. The pauses between them are fixed, so that the check sends the
// same wherever it runs; the second one is for targets that tell no shorter times apart than seconds.
func (v *vendor) hookApart(ctx context.Context) (*hook, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return nil, err
	}
	for _, pause := range []time.Duration{2 * time.Millisecond, 1100 * time.Millisecond} {
		if err := h.fillApart(ctx, pause); err != nil {
			return nil, err
		}
		page, err := h.read(ctx, nil)
		if err != nil {
			return nil, suite.Arranging(err)
		}
		if len(moments(page)) >= distinct {
			return h, nil
		}
	}
	return nil, &suite.Unavailable{State: "items of different times", Reason: fmt.Sprintf("items delivered a second apart came within fewer than %d moments of the target's clock", distinct)}
}

// fillApart delivers items with a pause between them.
func (h *hook) fillApart(ctx context.Context, pause time.Duration) error {
	for range distinct {
		if err := h.fill(ctx, 1); err != nil {
			return err
		}
		if err := h.Pause(ctx, pause); err != nil {
			return err
		}
	}
	return nil
}

// moments are the times at which items came.
func moments(l *listing) map[time.Time]bool {
	all := map[time.Time]bool{}
	for _, item := range l.Incomings {
		if at, dated := created(item); dated {
			all[at] = true
		}
	}
	return all
}

func byCreated(a, b map[string]any) int {
	first, _ := created(a) // an item without a date comes first
	second, _ := created(b)
	return first.Compare(second)
}
