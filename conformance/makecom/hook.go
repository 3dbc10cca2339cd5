package makecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// hook is a hook that a check may work with, and what the check knows to be in its queue.
type hook struct {
	*vendor
	id     string
	url    string // takes deliveries, "" when it is not known
	param  any    // the id as the provider spelt it
	lent   bool
	state  *suite.State
	others []string // waited before the check came
	items  []string // delivered for the check, in order of arrival
	gone   []string // removed by the check; a list that comes late may still show them
	// claimed are deliveries whose item was found by what it holds.
	claimed map[*suite.Exchange]bool
}

// hook asks for an empty hook. A lent one may hold items of others.
func (v *vendor) hook(ctx context.Context, params map[string]any) (*hook, error) {
	state, err := v.Setup(ctx, "a hook", params)
	if err != nil {
		return nil, err
	}
	h := &hook{vendor: v, param: state.Values["hookId"], lent: state.Lent, state: state}
	if h.id, err = state.Text("hookId"); err != nil {
		return nil, err
	}
	h.url, _ = state.Text("hookUrl")                    // not every provider knows it
	h.others, _ = state.Values[valueWaiting].([]string) // a hook of the run's own has none
	h.register()
	if h.lent {
		*v.lent = append(*v.lent, h)
	}
	return h, nil
}

// register tells the ledger whose the hook is.
func (h *hook) register() {
	enter := h.Ledger().Mint
	if h.lent {
		enter = h.Ledger().Lend
	}
	enter(hookScope(h.id))
	if h.url != "" {
		enter(h.url)
	}
}

// hookWith asks for a hook and puts n items into its queue.
func (v *vendor) hookWith(ctx context.Context, n int) (*hook, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return nil, err
	}
	return h, h.fill(ctx, n)
}

// many is more than what most targets fetch, keep or delete in one go by mistake; crowded is more than a page of those that page.
const (
	many    = 12
	fewer   = 6 // to a lent hook each is delivered on its own
	crowded = 120
	atATime = 20 // that a provider is asked for
)

// hookWithMany asks for a hook in whose queue more items wait than a check needs.
func (v *vendor) hookWithMany(ctx context.Context) (*hook, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil {
		return nil, err
	}
	return h, h.fill(ctx, h.many())
}

// many is how many items a check puts into the hook's queue that wants many.
func (h *hook) many() int {
	if h.lent {
		return fewer
	}
	return many
}

// crowd fills the queue of a hook of the run's own further, as far as its limit lets it.
func (h *hook) crowd(ctx context.Context) error {
	if h.lent {
		return nil
	}
	stat, err := h.readStats(ctx)
	if err != nil {
		return suite.Arranging(err)
	}
	for n := min(crowded, stat.Limit); len(h.items) < n; {
		if err := h.fill(ctx, min(atATime, n-len(h.items))); err != nil {
			return err
		}
	}
	return nil
}

// most parts a queue into two of every three items and the others.
func most(items []string) (gone, left []string) {
	for i, id := range items {
		if i%3 == 2 {
			left = append(left, id)
			continue
		}
		gone = append(gone, id)
	}
	return gone, left
}

// readable asks for a hook in whose queue n items wait, whoever they belong to: enough to read.
func (v *vendor) readable(ctx context.Context, n int) (*hook, error) { return v.holding(ctx, n, n) }

// plenty asks for a hook to read in whose queue many items wait; n are enough on a lent one.
func (v *vendor) plenty(ctx context.Context, n int) (*hook, error) { return v.holding(ctx, n, many) }

// holding asks for a hook in whose queue at least n items wait. When there are fewer it gets n more, or as many as own when it is not lent.
func (v *vendor) holding(ctx context.Context, n, own int) (*hook, error) {
	h, err := v.hook(ctx, map[string]any{})
	if err != nil || len(h.others) >= n {
		return h, err
	}
	if !h.lent {
		n = own
	}
	return h, h.fill(ctx, n)
}

// firstPage asks for a hook in whose queue n items wait, and lists it as it comes.
func (v *vendor) firstPage(ctx context.Context, n int) (*hook, *listing, error) {
	return v.listed(ctx, n, n)
}

// fullPage is firstPage of a hook as plenty makes it.
func (v *vendor) fullPage(ctx context.Context, n int) (*hook, *listing, error) {
	return v.listed(ctx, n, many)
}

// listed asks for a hook as holding does, and lists it as it comes.
func (v *vendor) listed(ctx context.Context, n, own int) (*hook, *listing, error) {
	h, err := v.holding(ctx, n, own)
	if err != nil {
		return nil, nil, err
	}
	page, err := h.read(ctx, nil)
	return h, page, err
}

// fill delivers n items.
func (h *hook) fill(ctx context.Context, n int) error {
	data := make([]any, n)
	for i := range data {
		data[i] = h.payload()
	}
	return h.put(ctx, data...)
}

// put delivers these payloads in this order.
func (h *hook) put(ctx context.Context, data ...any) error {
	state, err := h.itemsWaiting(ctx, data)
	if err != nil {
		return err
	}
	added, err := state.Texts("ids")
	if err != nil {
		return err
	}
	if len(added) != len(data) {
		return fmt.Errorf("state \"items waiting\": %d ids for %d items", len(added), len(data))
	}
	h.Ledger().Mint(added...)
	h.items = append(h.items, added...)
	return h.arrive(ctx)
}

// itemsWaiting asks for the state. Where no provider knows it and the hook takes deliveries, they bring it about.
func (h *hook) itemsWaiting(ctx context.Context, data []any) (*suite.State, error) {
	state, err := h.Setup(ctx, "items waiting", map[string]any{"hookId": h.param, "data": data})
	if !unknownState(err) || h.url == "" || h.lent {
		return state, err
	}
	sender := &hook{vendor: h.vendor, id: h.id, url: h.url, others: h.known()}
	added, err := sender.deliverAll(ctx, data)
	if err != nil {
		return nil, suite.Arranging(err)
	}
	return &suite.State{Name: "items waiting", Values: map[string]any{"ids": added}}, nil
}

// arrive waits until an eventually consistent target lists the items. When it never does, the checks will say so.
func (h *hook) arrive(ctx context.Context) error {
	if !h.Eventual() {
		return nil
	}
	if err := h.wantListed(ctx, h.items); len(suite.Violations(err)) == 0 {
		return err
	}
	return nil
}

// needListed needs a list to be accepted that is right.
func (h *hook) needListed(ctx context.Context, query url.Values) error {
	return h.needAccepted(h.list(ctx, h.id, query))
}

// needOpened needs the detail of an item to be accepted.
func (h *hook) needOpened(ctx context.Context, id string) error {
	return h.needAccepted(h.detail(ctx, h.id, id))
}

// needDeleted needs a deletion of one item to be accepted. The item is one that nobody else looks at.
func (h *hook) needDeleted(ctx context.Context) error {
	if err := h.fill(ctx, 1); err != nil {
		return err
	}
	id := h.items[len(h.items)-1]
	h.forget(id)
	return h.needAccepted(h.delete(ctx, h.id, "", ids(id)))
}

// needTaken needs a delivery to be accepted. Its item is of no further interest, but it is there.
func (h *hook) needTaken(ctx context.Context) error {
	e, err := h.send(ctx, post("application/json", body(h.payloads.Payload())))
	if err := h.needAccepted(e, err); err != nil {
		return err
	}
	_, err = h.newcomer(ctx, e)
	return suite.Arranging(err)
}

// known are all items that should wait, in order.
func (h *hook) known() []string { return append(slices.Clone(h.others), h.items...) }

// forget notes that the check removes an item.
func (h *hook) forget(id string) {
	h.gone = append(h.gone, id)
	h.items = slices.DeleteFunc(slices.Clone(h.items), func(item string) bool { return item == id })
}

// begin has the oldest waiting item taken into processing.
func (h *hook) begin(ctx context.Context) (string, error) {
	state, err := h.Setup(ctx, "an item being processed", map[string]any{"hookId": h.param})
	if err != nil {
		return "", err
	}
	return state.Text("id")
}

// finish ends the processing of an item.
func (h *hook) finish(ctx context.Context, id string) error {
	_, err := h.Setup(ctx, "processing finished", map[string]any{"hookId": h.param, "id": id})
	return err
}

// read lists one page; anything but 200 is a violation.
func (h *hook) read(ctx context.Context, query url.Values) (*listing, error) {
	e, err := h.list(ctx, h.id, query)
	if err != nil {
		return nil, err
	}
	return readListing(e)
}

// waiting lists the ids in the whole queue, page by page where the target has it so.
func (h *hook) waiting(ctx context.Context) ([]string, error) {
	page, err := h.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	found := page.ids()
	for size := len(found); size > 0 && page.limit() == len(page.Incomings); {
		if page, err = h.page(ctx, len(found), size); err != nil {
			return nil, err
		}
		if len(page.Incomings) > 0 && slices.Contains(found, page.ids()[0]) {
			break // it does not page at all
		}
		found = append(found, page.ids()...)
	}
	return found, nil
}

// page reads so many items from an offset on.
func (h *hook) page(ctx context.Context, offset, limit int) (*listing, error) {
	return h.read(ctx, url.Values{"pg[offset]": {strconv.Itoa(offset)}, "pg[limit]": {strconv.Itoa(limit)}})
}

// count reads the number of items from the stats.
func (h *hook) count(ctx context.Context) (int, error) {
	stat, err := h.readStats(ctx)
	if err != nil {
		return 0, err
	}
	return stat.Queue, nil
}

func (h *hook) readStats(ctx context.Context) (*statistics, error) {
	e, err := h.stats(ctx, h.id)
	if err != nil {
		return nil, err
	}
	return readStatistics(e)
}

// open reads one item's detail; anything but 200 is a violation.
func (h *hook) open(ctx context.Context, id string) (*detail, error) {
	e, err := h.detail(ctx, h.id, id)
	if err != nil {
		return nil, err
	}
	return readDetail(e)
}

// remove deletes and reads the answer; anything but 200 is a violation.
func (h *hook) remove(ctx context.Context, confirmed, body string) (*deletion, error) {
	e, err := h.delete(ctx, h.id, confirmed, body)
	if err != nil {
		return nil, err
	}
	return readDeletion(e)
}

// wantHeld compares the queue with the items that should be left of those that the check knows. Items that arrive from
// elsewhere meanwhile are no matter.
func (h *hook) wantHeld(ctx context.Context, left ...string) error {
	return h.wantWaiting(ctx, h.known(), append(slices.Clone(h.others), left...))
}

// wantUntouched wants every known item still waiting.
func (h *hook) wantUntouched(ctx context.Context) error { return h.wantHeld(ctx, h.items...) }

func (h *hook) wantWaiting(ctx context.Context, known, want []string) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		page, found, err := h.found(ctx, known)
		if err != nil {
			return err
		}
		return page.Want("waiting items", sorted(want), sorted(found))
	})
}

// found lists those of the known items that wait.
func (h *hook) found(ctx context.Context, known []string) (*suite.Exchange, []string, error) {
	waiting, err := h.waiting(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !h.lent {
		return h.last(), waiting, nil
	}
	return h.last(), among(waiting, known), nil
}

// among are those ids that are known.
func among(ids, known []string) []string {
	return slices.DeleteFunc(ids, func(id string) bool { return !slices.Contains(known, id) })
}

// last is the latest exchange.
func (h *hook) last() *suite.Exchange {
	exchanges := h.Exchanges()
	return exchanges[len(exchanges)-1]
}

// wantCount compares the stats with a number.
func (h *hook) wantCount(ctx context.Context, want int) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		stat, err := h.readStats(ctx)
		if err != nil {
			return err
		}
		return stat.Want("queue", want, stat.Queue)
	})
}

// wantMissing wants the detail of an item refused.
func (h *hook) wantMissing(ctx context.Context, id string) error {
	return h.Settled(ctx, func(ctx context.Context) error {
		e, err := h.detail(ctx, h.id, id)
		if err != nil {
			return err
		}
		return errors.Join(wantStatus404(e), wantEnvelope(e))
	})
}

func wantStatus404(e *suite.Exchange) error { return e.WantStatus(http.StatusNotFound) }

// unknownState reports whether no provider knows the state.
func unknownState(err error) bool {
	var u *suite.Unavailable
	return errors.As(err, &u) && u.Unknown
}

func sorted(ids []string) []string { return slices.Sorted(slices.Values(ids)) }
