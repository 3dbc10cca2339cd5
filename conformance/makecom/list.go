package makecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// pg makes the paging parameters of a list, from names and values in turn.
func pg(pairs ...string) url.Values {
	query := url.Values{}
	for pair := range slices.Chunk(pairs, 2) {
		query.Set("pg["+pair[0]+"]", pair[1])
	}
	return query
}

func listShape(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	return page.WantThat(page.Pg != nil, "an object `pg`", "none")
}

func listArrived(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 3)
	if err != nil {
		return err
	}
	return h.wantUntouched(ctx)
}

func listOwnHook(ctx context.Context, v *vendor) error {
	one, err := v.hookWith(ctx, 2)
	if err != nil {
		return err
	}
	other, err := v.hookWith(ctx, 1)
	if err != nil {
		return err
	}
	both := append(one.known(), other.known()...)
	return errors.Join(one.wantWaiting(ctx, both, one.known()), other.wantWaiting(ctx, both, other.known()))
}

func listItemFields(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 2)
	if err != nil {
		return err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	complete := !slices.ContainsFunc(page.Incomings, incomplete)
	return page.WantThat(complete, "`id`, `scope`, `size` and `created` in every item", body(page.Incomings))
}

// incomplete reports whether an item lacks one of its four members, or has it in another type.
func incomplete(item map[string]any) bool {
	id, isID := item["id"].(string)
	_, isScope := item["scope"].(string)
	size, isSize := item["size"].(json.Number)
	n, err := size.Int64()
	_, dated := created(item)
	return !isID || id == "" || !isScope || !isSize || err != nil || n < 0 || !dated
}

// created reads when an item came.
func created(item map[string]any) (time.Time, bool) {
	stamp, _ := item["created"].(string) // "" is no date
	at, err := time.Parse(time.RFC3339Nano, stamp)
	return at, err == nil
}

func listArrivalOrder(ctx context.Context, v *vendor) error {
	h, err := v.hookWith(ctx, 5)
	if err != nil {
		return err
	}
	whole := h.wantPage(ctx, nil, h.known())
	if _, err := h.remove(ctx, "", ids(h.items[1])); err != nil {
		return errors.Join(whole, arranging(err))
	}
	h.items = slices.Delete(h.items, 1, 2)
	return errors.Join(whole, h.wantPage(ctx, nil, h.known()))
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

func listLimit(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 4)
	if err != nil {
		return err
	}
	return errors.Join(h.wantAtMost(ctx, pg("limit", "2"), 2), h.wantAtMost(ctx, pg("limit", "1", "offset", "1"), 1))
}

// wantAtMost bounds the number of items on a page.
func (h *hook) wantAtMost(ctx context.Context, query url.Values, most int) error {
	page, err := h.read(ctx, query)
	if err != nil {
		return err
	}
	return page.WantThat(len(page.Incomings) <= most, fmt.Sprintf("at most %d items", most), fmt.Sprintf("%d items", len(page.Incomings)))
}

func listOffset(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 4)
	if err != nil {
		return err
	}
	whole, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(
		h.wantPage(ctx, pg("offset", "0"), whole.ids()),
		h.wantPage(ctx, pg("offset", "1"), tail(whole.ids(), 1)),
		h.wantPage(ctx, pg("offset", "3"), tail(whole.ids(), 3)),
		h.wantPage(ctx, pg("offset", "1", "sortDir", "desc"), tail(backwards(whole.ids()), 1)),
	)
}

func backwards(ids []string) []string {
	turned := slices.Clone(ids)
	slices.Reverse(turned)
	return turned
}

// tail skips the first n ids.
func tail(ids []string, n int) []string { return ids[min(n, len(ids)):] }

func listPagesPartition(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 5)
	if err != nil {
		return err
	}
	whole, err := h.waiting(ctx)
	if err != nil {
		return err
	}
	var pages []string
	for offset := 0; offset < len(whole); offset += 2 {
		page, err := h.page(ctx, offset, 2)
		if err != nil {
			return err
		}
		pages = append(pages, page.ids()...)
	}
	return h.last().Want("items, page by page,", whole, pages)
}

func listSortDir(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 4)
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
		h.wantPage(ctx, pg("sortDir", "desc", "limit", "2"), reversed[:min(2, len(reversed))]),
	)
}

func listSortDirEnum(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	return h.wantRefused(ctx, pg("sortDir", "sideways"))
}

func (h *hook) wantRefused(ctx context.Context, query url.Values) error {
	answer, err := h.list(ctx, h.id, query)
	if err != nil {
		return err
	}
	return answer.WantRefusal()
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

// distinct is how many moments it takes to tell one order from another, and mostApart how many items are delivered for them.
const (
	distinct  = 5
	mostApart = 100
)

// hookApart asks for a hook whose items came at different times, as far as the target tells times apart.
func (v *vendor) hookApart(ctx context.Context) (*hook, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return nil, err
	}
	for range mostApart {
		if err := h.fill(ctx, 1); err != nil {
			return nil, err
		}
		page, err := h.read(ctx, nil)
		if err != nil {
			return nil, arranging(err)
		}
		if len(moments(page)) >= distinct {
			return h, nil
		}
	}
	return nil, &suite.Unavailable{State: "items of different times", Reason: fmt.Sprintf("%d items came within fewer than %d moments of the target's clock", mostApart, distinct)}
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

func listPgTypes(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	return errors.Join(
		h.wantRefused(ctx, pg("limit", "abc")),
		h.wantRefused(ctx, pg("limit", "1.5")),
		h.wantRefused(ctx, pg("offset", "abc")),
		h.wantRefused(ctx, pg("offset", "1.5")),
	)
}

func listPgEcho(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 2)
	if err != nil {
		return err
	}
	plain, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	asked, err := h.read(ctx, pg("sortBy", "created", "sortDir", "desc", "limit", "7", "offset", "1"))
	if err != nil {
		return err
	}
	return errors.Join(
		plain.Want("pg", paging(makecom.DefaultPageSortBy, makecom.DefaultPageSortDir, makecom.DefaultPageLimit, 0), plain.echo()),
		asked.Want("pg", paging("created", "desc", 7, 1), asked.echo()),
	)
}

// paging is what pg should say.
func paging(sortBy, sortDir string, limit, offset int) string {
	return fmt.Sprintf("sortBy %s, sortDir %s, limit %d, offset %d", sortBy, sortDir, limit, offset)
}

// echo is what pg says.
func (l *listing) echo() string {
	return fmt.Sprintf("sortBy %v, sortDir %v, limit %v, offset %v", l.Pg["sortBy"], l.Pg["sortDir"], l.Pg["limit"], l.Pg["offset"])
}

func listBeyondEnd(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	beyond := strconv.Itoa(len(h.known()) + 1000)
	page, err := h.read(ctx, pg("offset", beyond))
	if err != nil {
		return err
	}
	return page.Want("number of items", 0, len(page.Incomings))
}

func listSizeMsgpack(ctx context.Context, v *vendor) error {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return err
	}
	if err := h.put(ctx, measured...); err != nil {
		return err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	return page.Want("sizes", sizes(measured), tail(page.sizes(), len(h.others)))
}

func (l *listing) sizes() []string {
	var all []string
	for _, item := range l.Incomings {
		all = append(all, fmt.Sprint(item["size"]))
	}
	return all
}

func listNoData(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 1)
	if err != nil {
		return err
	}
	page, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	telling := slices.ContainsFunc(page.Incomings, func(item map[string]any) bool { return item["data"] != nil })
	return page.WantThat(!telling, "items without `data`", body(page.Incomings))
}

func listReadOnly(ctx context.Context, v *vendor) error {
	h, err := v.readable(ctx, 3)
	if err != nil {
		return err
	}
	before, err := h.count(ctx)
	if err != nil {
		return err
	}
	whole, err := h.read(ctx, nil)
	if err != nil {
		return err
	}
	if _, err = h.read(ctx, pg("limit", "1", "offset", "1", "sortDir", "desc")); err != nil {
		return err
	}
	return errors.Join(h.wantPage(ctx, nil, whole.ids()), h.wantCount(ctx, before))
}

func listBadHookID(ctx context.Context, v *vendor) error {
	answer, err := v.list(ctx, "abc", nil)
	if err != nil {
		return err
	}
	return errors.Join(answer.WantRefusal(), wantEnvelope(answer))
}

func listUnknownHook(ctx context.Context, v *vendor) error {
	answer, err := v.list(ctx, v.unknownHook(), nil)
	if err != nil {
		return err
	}
	return errors.Join(answer.WantStatus(http.StatusNotFound), wantEnvelope(answer))
}

// unknownHook is an id so high that no hook has it.
func (v *vendor) unknownHook() string {
	return strconv.Itoa(2_000_000_000 + v.Rand().IntN(100_000_000))
}
