package makecom

import (
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
)

// What mutants remember of a world, by the address of a hook or by the id of an item. The id of a hook comes again when the
// hook is removed.
type (
	fullOnce   map[string]bool
	tried      map[string]bool
	afterError map[string]bool
	leaving    map[string][]any
	details    map[string]wrap.Object
	buried     map[string][]queue.Held
)

// addressOf is the address of the hook that a call is about, "" for none.
func addressOf(c *wrap.Call) string {
	h, _ := statusOf(c) // what is not there has no address
	return h.UDID
}

func noteFull(c *wrap.Call) {
	if h, ok := statusOf(c); ok && h.Queued >= h.Limit {
		wrap.Remember(c, func(hooks *fullOnce) { wrap.Put(hooks, h.UDID, true) })
	}
}

// notingFull notes after a call whether the queue is full.
func notingFull() wrap.Wrap {
	return wrap.After(func(c *wrap.Call, _ *wrap.Answer) { noteFull(c) })
}

func wasFull(c *wrap.Call) (full bool) {
	noteFull(c)
	wrap.Remember(c, func(hooks *fullOnce) { full = (*hooks)[addressOf(c)] })
	return full
}

// refusedBefore reports whether an item being processed that the call names was named before, and notes it.
func refusedBefore(c *wrap.Call) (before bool) {
	names := idsOf(held(c), func(h queue.Held) bool { return busy(h) && in(named(c))(h) })
	wrap.Remember(c, func(ids *tried) {
		for _, id := range names {
			before = before || (*ids)[id]
			wrap.Put(ids, id, true)
		}
	})
	return before
}

// errorOfLastTime leaves the error of a partial deletion in the next answer too.
func errorOfLastTime(c *wrap.Call, body wrap.Object) {
	_, now := body["error"]
	wrap.Remember(c, func(hooks *afterError) {
		if (*hooks)[addressOf(c)] && !now {
			withError(c, body)
		}
		wrap.Put(hooks, addressOf(c), now)
	})
}

func noteLeaving(c *wrap.Call) {
	ids := named(c)
	var items []any
	for _, h := range held(c) {
		if waiting(h) && slices.Contains(ids, h.ID) {
			items = append(items, shown(h))
		}
	}
	wrap.Remember(c, func(hooks *leaving) { wrap.Put(hooks, addressOf(c), items) })
}

func listLeaving(c *wrap.Call, all []any) []any {
	wrap.Remember(c, func(hooks *leaving) {
		all = append(all, (*hooks)[addressOf(c)]...)
		delete(*hooks, addressOf(c))
	})
	return all
}

// noteDetails keeps what the detail shows of the items in the queue.
func noteDetails(c *wrap.Call) {
	items := held(c)
	wrap.Remember(c, func(known *details) {
		for _, h := range items {
			item := shown(h)
			item["data"] = asJSON(h.Data)
			wrap.Put(known, h.ID, wrap.Object{"incoming": item})
		}
	})
}

func showNoted(c *wrap.Call, a *wrap.Answer) {
	wrap.Remember(c, func(known *details) {
		if item, ok := (*known)[c.Path("incomingId")]; ok {
			*a = *wrap.JSON(http.StatusOK, item)
		}
	})
}

// noteBuried remembers the first item that a deletion took.
func noteBuried(c *wrap.Call) *wrap.Answer {
	items := held(c)
	a := c.Next()
	still := held(c)
	for _, h := range items {
		if !slices.ContainsFunc(still, func(left queue.Held) bool { return left.ID == h.ID }) {
			wrap.Remember(c, func(hooks *buried) { wrap.Put(hooks, addressOf(c), []queue.Held{h}) })
			break
		}
	}
	return a
}

// raise puts what was remembered back at the end of the queue.
func raise(c *wrap.Call) {
	hook := addressOf(c)
	wrap.Remember(c, func(hooks *buried) {
		back := (*hooks)[hook]
		delete(*hooks, hook)
		if len(back) > 0 {
			rebuild(c, func(items []queue.Held) []queue.Held { return append(items, back...) })
		}
	})
}
