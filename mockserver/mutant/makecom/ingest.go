package makecom

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func ingest() []*mutant.Mutant {
	return slices.Concat(accepted(), turnedAway(), parsed(), identified(), annotated())
}

// accepted are the mutants of deliveries that a hook takes.
func accepted() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.IngestAccepted, "created", "A delivery is answered with 201.",
			onIngest(taken(func(_ *wrap.Call, a *wrap.Answer) { a.Status = http.StatusCreated }))),
		mutant.Of(makeapi.IngestAccepted, "in-json", "A delivery is answered in JSON.",
			onIngest(taken(func(_ *wrap.Call, a *wrap.Answer) { *a = *wrap.JSON(http.StatusOK, wrap.Object{"accepted": true}) }))),
		mutant.Of(makeapi.IngestAccepted, "every-second-lost", "Every second delivery to a hook is answered and not stored.",
			onIngest(wrap.If(everySecond, wrap.Instead(thanks)))),
		mutant.Of(makeapi.IngestAccepted, "one-of-two-at-once-lost", "Of two deliveries that meet, one is answered and not stored.",
			onIngest(wrap.Meeting(thanks))).Seen(mutant.History),
	}
}

// turnedAway are the mutants of deliveries that are refused.
func turnedAway() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.IngestFull, "pushes-out", "A delivery to a full queue pushes the oldest item out.",
			onIngest(wrap.If(isFull, wrap.Before(func(c *wrap.Call) { drop(c, held(c)[0].ID) })))),
		mutant.Of(makeapi.IngestFull, "silently-lost", "A delivery to a full queue is answered as accepted and not stored.",
			onIngest(wrap.If(isFull, wrap.Instead(thanks)))),
		mutant.Of(makeapi.IngestFull, "one-too-many", "A full queue takes one item more.",
			onIngest(wrap.If(isJustFull, setting(func(s *queue.Configure, h queue.Status) { s.Limit = new(h.Limit + 1) })))),
		mutant.Of(makeapi.IngestUnknown, "not-found", "An unknown address is 404.",
			onIngest(wrap.RefusedWith(http.StatusGone, status(http.StatusNotFound)))),
		mutant.Of(makeapi.IngestUnknown, "accepted", "An unknown address accepts everything.",
			onIngest(wrap.RefusedWith(http.StatusGone, func(c *wrap.Call, a *wrap.Answer) { *a = *thanks(c) }))),
		mutant.Of(makeapi.IngestTooLarge, "cut", "A payload that is too large is cut.",
			onIngest(wrap.If(tooLarge, wrap.Before(func(c *wrap.Call) { c.SetRaw(c.Raw()[:makeapi.MaxPayloadBytes]) })))),
		mutant.Of(makeapi.IngestTooLarge, "silently-lost", "A payload that is too large is answered as accepted and not stored.",
			onIngest(wrap.If(tooLarge, wrap.Instead(thanks)))),
		mutant.Of(makeapi.IngestTooLarge, "emptied", "A payload that is too large is refused, and an empty one stored.",
			onIngest(wrap.If(tooLarge, wrap.AndYet(func(c *wrap.Call) { c.SetRaw(nil) })))),
		mutant.Of(makeapi.IngestRate, "unlimited", "There is no limit to the rate of deliveries.",
			onIngest(setting(func(s *queue.Configure, _ queue.Status) { s.IngestRate = new(0) }))),
		mutant.Of(makeapi.IngestRate, "stored-all-the-same", "A delivery beyond the rate is refused and stored.",
			onIngest(wrap.Instead(func(c *wrap.Call) *wrap.Answer {
				a := c.Next()
				if a.Status == http.StatusTooManyRequests {
					unlimited(c)
				}
				return a
			}))),
		mutant.Of(makeapi.IngestRate, "other-words", "A delivery beyond the rate is refused in other words.",
			onIngest(wrap.RefusedWith(http.StatusTooManyRequests, func(_ *wrap.Call, a *wrap.Answer) { a.SetText(a.Status, "Slow down") }))),
	}
}

// parsed are the mutants of what becomes of a body.
func parsed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.IngestParsing, "body-wins", "Where body and query have a name, the body wins.",
			onIngest(wrap.Before(func(c *wrap.Call) {
				for name := range c.Body() {
					c.SetQuery(name, "")
				}
			}))),
		mutant.Of(makeapi.IngestParsing, "last-of-repeated", "Of a name that the query repeats, the last value counts.",
			onIngest(wrap.Before(func(c *wrap.Call) {
				c.ChangeQuery(func(q url.Values) {
					for name, values := range q {
						q[name] = values[len(values)-1:]
					}
				})
			}))),
		mutant.Of(makeapi.IngestParsing, "text-as-bytes", "Text is kept as bytes.",
			onIngest(wrap.If(media("text/plain"), wrap.Before(func(c *wrap.Call) { c.SetHeader("Content-Type", "application/octet-stream") })))),
		mutant.Of(makeapi.IngestParsing, "form-as-text", "A form is kept as text.",
			onIngest(wrap.If(media("application/x-www-form-urlencoded"), wrap.Before(func(c *wrap.Call) { c.SetHeader("Content-Type", "text/plain") })))),
	}
}

// identified are the mutants of ids.
func identified() []*mutant.Mutant {
	again := wrap.After(func(c *wrap.Call, a *wrap.Answer) { reuse(c, a) })
	return []*mutant.Mutant{
		mutant.Of(makeapi.IngestIDsUnique, "deleted-ids-come-again", "The id of a deleted item is given to the next one.",
			wrap.All(onDelete(wrap.Instead(noteFreed)), onIngest(again))).
			WithSetup(wrap.When(again, itemsWaiting)),
		mutant.Of(makeapi.IngestIDsUnique, "processed-ids-come-again", "The id of a processed item is given to the next one.", onIngest(again)).
			WithSetup(wrap.All(wrap.When(wrap.Instead(noteFreed), processingFinished), wrap.When(again, itemsWaiting))),
		mutant.Of(makeapi.IngestID, "other-request-id", "x-request-id is not the id of the item.",
			onIngest(taken(func(c *wrap.Call, a *wrap.Answer) { a.Header().Set(makeapi.HeaderRequestID, c.World().NewRequestID()) }))),
		mutant.Of(makeapi.IngestID, "with-dashes", "Ids are UUIDs with dashes.",
			onIngest(taken(func(c *wrap.Call, a *wrap.Answer) { renamed(c, a, dashed) }))),
		mutant.Of(makeapi.IngestID, "upper-case", "Ids are written in capitals.",
			onIngest(taken(func(c *wrap.Call, a *wrap.Answer) { renamed(c, a, strings.ToUpper) }))),
	}
}

// annotated are the mutants of what a hook adds to the data.
func annotated() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.IngestMeta, "no-method", "The method is not kept.",
			onDetail(data(func(d wrap.Object) { delete(d, makeapi.MemberMethod) }))),
		mutant.Of(makeapi.IngestMeta, "headers-as-object", "The headers are an object of names and values.",
			onDetail(data(func(d wrap.Object) {
				headers, ok := d[makeapi.MemberHeaders].([]any)
				if !ok {
					return
				}
				object := wrap.Object{}
				for _, h := range headers {
					object[wrap.String(member(h, "name"))] = member(h, "value")
				}
				d[makeapi.MemberHeaders] = object
			}))),
	}
}

func thanks(*wrap.Call) *wrap.Answer { return wrap.Text(http.StatusOK, makeapi.TextAccepted) }

// taken changes the answer to a delivery that was stored.
func taken(change func(c *wrap.Call, a *wrap.Answer)) wrap.Wrap {
	return wrap.After(func(c *wrap.Call, a *wrap.Answer) {
		if a.OK() {
			change(c, a)
		}
	})
}

func everySecond(c *wrap.Call) (second bool) {
	type deliveries map[string]bool
	wrap.Remember(c, func(hooks *deliveries) {
		second = (*hooks)[addressOf(c)]
		wrap.Put(hooks, addressOf(c), !second)
	})
	return second
}

func statusOf(c *wrap.Call) (status queue.Status, known bool) {
	hook := hookOf(c)
	look(c, func(s *queue.State) {
		found, err := s.Hook(hook)
		status, known = found, err == nil
	})
	return status, known
}

func isFull(c *wrap.Call) bool {
	h, ok := statusOf(c)
	return ok && h.Queued >= h.Limit && h.Limit > 0
}

func isJustFull(c *wrap.Call) bool {
	h, ok := statusOf(c)
	return ok && h.Queued == h.Limit
}

func tooLarge(c *wrap.Call) bool { return len(c.Raw()) > makeapi.MaxPayloadBytes }

func media(name string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool { return strings.HasPrefix(c.R.Header.Get("Content-Type"), name) }
}

// setting gives the hook other settings for as long as the call takes.
func setting(change func(s *queue.Configure, h queue.Status)) wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		h, ok := statusOf(c)
		if !ok {
			return c.Next()
		}
		s := queue.Configure{HookID: h.ID}
		change(&s, h)
		configure(c, s)
		defer configure(c, queue.Configure{HookID: h.ID, Limit: &h.Limit, IngestRate: &h.IngestRate})
		return c.Next()
	})
}

func configure(c *wrap.Call, command queue.Configure) {
	c.Do(command)
}

func unlimited(c *wrap.Call) {
	h, _ := statusOf(c) // it refused a delivery, so it is there
	configure(c, queue.Configure{HookID: h.ID, IngestRate: new(0)})
	c.Next()
	configure(c, queue.Configure{HookID: h.ID, IngestRate: &h.IngestRate})
}

type freedIDs map[string][]string

// noteFreed remembers the ids of the items that a call takes out of the queue.
func noteFreed(c *wrap.Call) *wrap.Answer {
	before := held(c)
	a := c.Next()
	left := idsOf(held(c), func(queue.Held) bool { return true })
	gone := idsOf(before, func(h queue.Held) bool { return !slices.Contains(left, h.ID) })
	wrap.Remember(c, func(hooks *freedIDs) { wrap.Put(hooks, addressOf(c), append((*hooks)[addressOf(c)], gone...)) })
	return a
}

// reuse gives the newest item an id that was freed, and says so in the answer.
func reuse(c *wrap.Call, a *wrap.Answer) {
	var id string
	wrap.Remember(c, func(hooks *freedIDs) {
		if ids := (*hooks)[addressOf(c)]; len(ids) > 0 && a.OK() {
			id = ids[0]
			wrap.Put(hooks, addressOf(c), ids[1:])
		}
	})
	if id != "" {
		renamed(c, a, func(string) string { return id })
	}
}

// renamed gives the newest item another id, and changes the answer that names it.
func renamed(c *wrap.Call, a *wrap.Answer, name func(string) string) {
	items := held(c)
	if len(items) == 0 {
		return
	}
	from := items[len(items)-1].ID
	to := name(from)
	rename(c, from, to)
	a.Bytes = []byte(strings.ReplaceAll(string(a.Bytes), from, to))
	if a.Header().Get(makeapi.HeaderRequestID) == from {
		a.Header().Set(makeapi.HeaderRequestID, to)
	}
}

func dashed(id string) string {
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:]
}

// data changes the data that the detail shows.
func data(change func(d wrap.Object)) wrap.Wrap {
	return incoming(func(_ *wrap.Call, item wrap.Object) {
		if d, ok := item["data"].(wrap.Object); ok {
			change(d)
		}
	})
}
