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
	_, page, err := v.firstPage(ctx, 1)
	if err != nil {
		return err
	}
	return page.WantThat(page.Pg != nil, "an object `pg`", "none")
}

func listArrived(ctx context.Context, v *vendor) error {
	h, err := v.hookWithMany(ctx)
	if err != nil {
		return err
	}
	some := errors.Join(h.wantUntouched(ctx), h.wantViews(ctx, h.items, nil))
	if err := h.crowd(ctx); err != nil {
		return errors.Join(some, err)
	}
	return errors.Join(some, h.wantUntouched(ctx), h.wantWhatIsTaken(ctx))
}

// wantWhatIsTaken delivers one thing twice, and by other methods, and wants an item of every delivery that is accepted. Which methods are is
// not said: a target may refuse some.
func (h *hook) wantWhatIsTaken(ctx context.Context) error {
	if h.lent || h.url == "" {
		return nil
	}
	one := post("application/json", body(h.payload()))
	put, get := one, delivery{query: url.Values{"mark": {h.Mark()}}, method: http.MethodGet}
	put.method = http.MethodPut
	taken := 0
	for _, d := range []delivery{one, one, put, get} {
		d.check = true // and not sent again: a GET here changes something
		e, err := h.send(ctx, d)
		if err != nil {
			return err
		}
		if e.Status == http.StatusOK && e.WantText(makecom.TextAccepted) == nil {
			taken++
		}
	}
	return h.wantNumber(ctx, len(h.items)+taken)
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
	_, page, err := v.firstPage(ctx, 2)
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

func listLimit(ctx context.Context, v *vendor) error {
	h, err := v.plenty(ctx, 4)
	if err != nil {
		return err
	}
	errs := []error{h.wantAtMost(ctx, pg("limit", "1", "offset", "1"), 1)}
	for _, most := range []int{2, many - 1, makecom.MaxPageLimit} {
		errs = append(errs, h.wantAtMost(ctx, pg("limit", strconv.Itoa(most)), most))
	}
	return errors.Join(errs...)
}

// wantAtMost bounds the number of items on a page.
func (h *hook) wantAtMost(ctx context.Context, query url.Values, most int) error {
	page, err := h.read(ctx, query)
	if err != nil {
		return err
	}
	return page.WantThat(len(page.Incomings) <= most, fmt.Sprintf("at most %d items", most), fmt.Sprintf("%d items", len(page.Incomings)))
}

func (h *hook) wantRefused(ctx context.Context, query url.Values) error {
	answer, err := h.list(ctx, h.id, query)
	if err != nil {
		return err
	}
	return answer.WantRefusal()
}

func listPgTypes(ctx context.Context, v *vendor) error {
	h, whole, err := v.fullPage(ctx, 1)
	if err != nil {
		return err
	}
	if err := h.needListed(ctx, pg("limit", "1", "offset", "0")); err != nil {
		return err
	}
	var errs []error
	for _, name := range []string{"limit", "offset"} {
		for _, value := range []string{"abc", "1.5", "5abc"} {
			errs = append(errs, h.wantRefused(ctx, pg(name, value)))
		}
		errs = append(errs, h.wantRefusedOr(ctx, pg(name, ""), whole.ids()))
	}
	return errors.Join(append(errs, h.wantRefusedOr(ctx, pg("limit", "1e1"), head(whole.ids(), 10)))...)
}

// wantRefusedOr wants a list refused, or these items: what it asks for has one meaning, where a target gives it one.
func (h *hook) wantRefusedOr(ctx context.Context, query url.Values, want []string) error {
	answer, err := h.list(ctx, h.id, query)
	if err != nil || answer.Refused() {
		return err
	}
	page, err := readListing(answer)
	if err != nil {
		return err
	}
	return page.Want("a refusal, or items in this order", want, page.ids())
}

func listPgEcho(ctx context.Context, v *vendor) error {
	h, plain, err := v.firstPage(ctx, 2)
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
	_, page, err := v.firstPage(ctx, 1)
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
	h, err := v.readable(ctx, 0)
	if err != nil {
		return err
	}
	if err := h.needListed(ctx, nil); err != nil {
		return err
	}
	if _, err := h.readStats(ctx); err != nil {
		return suite.Arranging(err)
	}
	var errs []error
	for _, bad := range []string{"abc", h.id + "abc"} {
		listed, err1 := v.list(ctx, bad, nil)
		counted, err2 := v.stats(ctx, bad)
		if err := errors.Join(err1, err2); err != nil {
			return err
		}
		errs = append(errs, listed.WantRefusal(), counted.WantRefusal(), wantEnvelope(listed))
	}
	return errors.Join(errs...)
}

// needOwnList needs the list of a hook that is there to be accepted.
func (v *vendor) needOwnList(ctx context.Context) error {
	h, err := v.readable(ctx, 0)
	if err != nil {
		return err
	}
	return h.needListed(ctx, nil)
}

func listUnknownHook(ctx context.Context, v *vendor) error {
	if err := v.needOwnList(ctx); err != nil {
		return err
	}
	unknown := v.unknownHook()
	answer, err := v.list(ctx, unknown, nil)
	if err != nil {
		return err
	}
	return errors.Join(answer.WantStatus(http.StatusNotFound), wantEnvelope(answer), v.wantUnknown(ctx, unknown))
}

// wantUnknown asks a hook that there is not for its stats, and to delete what nothing has, after one that there is.
func (v *vendor) wantUnknown(ctx context.Context, unknown string) error {
	h, err := v.hook(ctx, map[string]any{})
	if unset(err) || err == nil && h.lent || v.Mode() == suite.ReadOnly {
		return nil // the list has been asked
	}
	if err != nil {
		return err
	}
	if err := errors.Join(h.needDeleted(ctx), h.needAccepted(h.stats(ctx, h.id))); err != nil {
		return err
	}
	h.Ledger().Mint(hookScope(unknown))
	stats, err1 := v.stats(ctx, unknown)
	deleted, err2 := v.delete(ctx, unknown, "", ids(h.mintedID()))
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	return errors.Join(stats.WantStatus(http.StatusNotFound), deleted.WantStatus(http.StatusNotFound))
}

// mintedID is an id that nothing has, and that may be named in a deletion.
func (h *hook) mintedID() string {
	id := h.HexID()
	h.Ledger().Mint(id)
	return id
}

// unknownHook is an id so high that no hook has it.
func (v *vendor) unknownHook() string {
	return strconv.Itoa(2_000_000_000 + v.Rand().IntN(100_000_000))
}
