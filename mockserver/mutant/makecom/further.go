package makecom

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// further are mutants of what lies a little further than a first look: the twenty-first id, a hook that was disabled, what was refused before,
// deliveries in other forms.
func further() []*mutant.Mutant {
	return slices.Concat(manyNamed(), disabled(), reordered(), otherForms(), otherValues(), atTheEdge())
}

// manyNamed are the mutants of deletions that name much, or what they need not.
func manyNamed() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteIDs, "twenty-at-once", "At most twenty items go at once; the answer names them all.",
			onDelete(wrap.If(byID, wrap.Instead(only(20))))),
		mutant.Of(makeapi.DeleteIDs, "not-beside-a-gone-one", "Nothing is deleted where one of the ids is not in the queue.",
			onDelete(wrap.If(namesGone, wrap.Instead(func(*wrap.Call) *wrap.Answer {
				return wrap.JSON(http.StatusOK, wrap.Object{"incomings": []any{}})
			})))),
		mutant.Of(makeapi.DeleteIDs, "equal-ones-together", "Items that hold the same are deleted together.",
			onDelete(wrap.If(byID, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) { body["ids"] = withEqual(c) })
			})))),
		mutant.Of(makeapi.DeleteIDsResponse, "fifty-named", "The answer names fifty ids at most.",
			onDelete(wrap.If(byID, items(func(_ *wrap.Call, all []any) []any { return all[:min(50, len(all))] })))),
		mutant.Of(makeapi.DeleteExcept, "twenty-spared", "At most twenty of exceptIds are spared.",
			onDelete(wrap.If(sparing, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) { body["exceptIds"] = spared(c)[:min(20, len(spared(c)))] })
			})))),
		mutant.Of(makeapi.DeletePartial, "stops-there-from-four", "Of four ids and more, those after one that cannot be deleted stay.",
			onDelete(wrap.If(namesBusy, wrap.Before(func(c *wrap.Call) {
				ids := named(c)
				stuck := slices.IndexFunc(ids, func(id string) bool { return slices.Contains(idsOf(held(c), busy), id) })
				if len(ids) > 3 && stuck > 0 {
					c.Change(func(body wrap.Object) { body["ids"] = ids[:stuck+1] })
				}
			})))),
		mutant.Of(makeapi.DeleteNoErrorOnSuccess, "of-what-is-spared", "There is an error where an item stays that exceptIds names, and is being processed.",
			onDelete(wrap.If(sparing, wrap.Success(func(c *wrap.Call, body wrap.Object) {
				if len(idsOf(held(c), func(h queue.Held) bool { return busy(h) && in(spared(c))(h) })) > 0 {
					withError(c, body)
				}
			})))),
		mutant.Of(makeapi.DeleteNoErrorOnSuccess, "of-what-is-not-named", "There is an error whenever an item is being processed.",
			onDelete(wrap.If(byID, wrap.If(hasBusy, wrap.Success(withError))))),
		mutant.Of(makeapi.DeleteOtherHook, "all-is-every-hook", "all deletes what waits on the other hooks, too.",
			onDelete(wrap.If(everything, wrap.Before(func(c *wrap.Call) {
				var ids []string
				look(c, func(s *queue.State) {
					for _, h := range s.Contents() {
						ids = append(ids, idsOf(h.Items, waiting)...)
					}
				})
				dropElsewhere(c, ids)
			})))),
	}
}

func namesGone(c *wrap.Call) bool {
	return byID(c) && len(idsOf(held(c), in(named(c)))) < len(named(c))
}

// withEqual are the ids that a deletion names, and those of the items that hold the same.
func withEqual(c *wrap.Call) []string {
	ids := named(c)
	for _, h := range held(c) {
		for _, other := range held(c) {
			if in(named(c))(h) && bytes.Equal(h.Data, other.Data) && !slices.Contains(ids, other.ID) {
				ids = append(ids, other.ID)
			}
		}
	}
	return ids
}

// disabled are the mutants of what a disabled hook still holds, and of what is on its way through it.
func disabled() []*mutant.Mutant {
	back := wrap.When(wrap.After(func(c *wrap.Call, _ *wrap.Answer) { raise(c) }), itemsWaiting)
	return []*mutant.Mutant{
		mutant.Of(makeapi.DetailShape, "not-of-a-disabled-hook", "The items of a disabled hook have no details.",
			onDetail(wrap.If(isDisabled, wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusNotFound, makeapi.CodeNotFound) })))),
		mutant.Of(makeapi.StatsQueue, "zero-once-disabled", "queue is 0 on a disabled hook.",
			onStats(wrap.If(isDisabled, stat(func(_ *wrap.Call, s wrap.Object) { s["queue"] = 0 })))),
		mutant.Of(makeapi.DeleteIDs, "not-from-a-disabled-hook", "On a disabled hook a deletion by ids is answered and not carried out.",
			onDelete(wrap.If(byID, wrap.If(isDisabled, wrap.Instead(onlyAnswered))))),
		mutant.Of(makeapi.StatsLimit, "bounds-what-waits", "Only what waits counts for the limit.",
			onIngest(setting(func(s *queue.Configure, h queue.Status) { s.Limit = new(h.Limit + h.Processing) }))),
		mutant.Of(makeapi.ProcessOnce, "back-with-the-next", "A processed item is back in the queue when the next one arrives.", nil).
			WithSetup(wrap.All(wrap.When(wrap.Instead(noteBuried), processingFinished), back)),
	}
}

func isDisabled(c *wrap.Call) bool {
	h, known := statusOf(c)
	return known && !h.Enabled
}

// reordered are the mutants that list in another order once something happened.
func reordered() []*mutant.Mutant {
	type moved map[string]int
	once := func(word, text string, happens func(c *wrap.Call, a *wrap.Answer) bool) *mutant.Mutant {
		return mutant.Of(makeapi.ListArrivalOrder, word, text+" the oldest item is listed last.", wrap.All(
			wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if happens(c, a) {
					wrap.Remember(c, func(hooks *moved) { wrap.Put(hooks, addressOf(c), (*hooks)[addressOf(c)]+1) })
				}
			}),
			onList(onPlain(items(func(c *wrap.Call, all []any) []any {
				times := 0
				wrap.Remember(c, func(hooks *moved) { times = (*hooks)[addressOf(c)] })
				if times > 0 && len(all) > 1 {
					return append(slices.Clone(all[1:]), all[0])
				}
				return all
			})))))
	}
	type looks map[string]int
	return []*mutant.Mutant{
		once("second-look", "Once a detail was looked at twice,", func(c *wrap.Call, a *wrap.Answer) (second bool) {
			if c.Is(makeapi.OpDetail) && a.OK() {
				wrap.Remember(c, func(items *looks) {
					wrap.Put(items, c.Path("incomingId"), (*items)[c.Path("incomingId")]+1)
					second = (*items)[c.Path("incomingId")] == 2
				})
			}
			return second
		}),
		once("refused-delivery", "Once a delivery was refused,", func(c *wrap.Call, a *wrap.Answer) bool {
			return c.Is(makeapi.OpIngest) && !a.OK()
		}),
		once("refused-deletion", "Once a deletion was not confirmed,", func(c *wrap.Call, a *wrap.Answer) bool {
			return c.Is(makeapi.OpDelete) && a.Status == http.StatusNotAcceptable
		}),
	}
}

// otherForms are the mutants of deliveries that come in another way than most.
func otherForms() []*mutant.Mutant {
	lost := func(requirement *contract.Requirement, word, text string, is func(*wrap.Call) bool) *mutant.Mutant {
		return mutant.Of(requirement, word, text+" is answered as accepted and not stored.", onIngest(wrap.If(is, wrap.Instead(thanks))))
	}
	large := func(word, text string, is func(*wrap.Call) bool) *mutant.Mutant {
		return mutant.Of(makeapi.IngestTooLarge, word, text+" is taken however large it is.", onIngest(wrap.If(is, wrap.Instead(func(c *wrap.Call) *wrap.Answer {
			value := strings.Repeat("x", makeapi.MaxPayloadBytes+1<<20)
			if data, err := payload.Encode(payload.Object{{Name: "value", Value: value}}); err == nil {
				c.Do(queue.Arrive{HookID: hookOf(c), Data: data})
			}
			return thanks(c)
		}))))
	}
	by := func(method string) func(*wrap.Call) bool {
		return func(c *wrap.Call) bool { return c.R.Method == method }
	}
	return []*mutant.Mutant{
		lost(makeapi.ListArrived, "by-put-lost", "What is delivered by PUT", by(http.MethodPut)),
		lost(makeapi.ListArrived, "by-get-lost", "What is delivered by GET", by(http.MethodGet)),
		lost(makeapi.ListArrived, "equal-lost", "What a hook holds already", func(c *wrap.Call) bool {
			type bodies map[string]bool
			key, before := addressOf(c)+c.R.Method+string(c.Raw()), false
			wrap.Remember(c, func(known *bodies) { before = (*known)[key]; wrap.Put(known, key, true) })
			return before
		}),
		large("in-pieces-taken", "A payload that comes in pieces", func(c *wrap.Call) bool { return c.R.ContentLength < 0 && tooLarge(c) }),
		large("compressed-taken", "A payload that comes compressed", func(c *wrap.Call) bool { return c.R.Header.Get("Content-Encoding") != "" && len(c.Raw()) > 1000 }),
		mutant.Of(makeapi.IngestMeta, "always-post", "The method is always POST.",
			onDetail(data(func(d wrap.Object) {
				if d[makeapi.MemberMethod] != nil {
					d[makeapi.MemberMethod] = http.MethodPost
				}
			}))),
	}
}

// otherValues are the mutants that lose a part of a value, or read it as another one.
func otherValues() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DetailData, "zero-bytes-dropped", "U+0000 is left out of texts.",
			onDetail(incoming(changed(func(value any) any {
				if text, ok := value.(string); ok {
					return strings.ReplaceAll(text, "\x00", "")
				}
				return value
			})))),
		mutant.Of(makeapi.DetailData, "inner-names-in-small-letters", "The names of members are in small letters below the first level.",
			onDetail(incoming(func(_ *wrap.Call, item wrap.Object) {
				top, _ := item["data"].(wrap.Object)
				for name, member := range top {
					top[name] = wrap.Everywhere(member, inSmallLetters)
				}
			}))),
		mutant.Of(makeapi.DetailBinary, "length-in-one-byte", "The length of bytes is what fits into a byte.",
			onDetail(raw(func(text string) string {
				return bytesShown().ReplaceAllStringFunc(text, func(shown string) string {
					var n int
					_, _ = fmt.Sscanf(shown, "IMTBuffer(%d", &n) // the expression matched digits
					return strings.Replace(shown, fmt.Sprint(n), fmt.Sprint(n%256), 1)
				})
			}))),
		mutant.Of(makeapi.IngestParsing, "two-of-repeated", "Of a name that the query repeats, two values count.",
			onIngest(wrap.Before(func(c *wrap.Call) {
				c.ChangeQuery(func(q url.Values) {
					for name, values := range q {
						q[name] = values[:min(len(values), 2)]
					}
				})
			}))),
		mutant.Of(makeapi.IngestParsing, "line-break-cut", "Text loses the line break at its end.",
			onIngest(wrap.If(media("text/plain"), wrap.Before(func(c *wrap.Call) { c.SetRaw(bytes.TrimRight(c.Raw(), "\r\n")) })))),
		mutant.Of(makeapi.IngestParsing, "zeros-cut", "Digits in a form lose the zeros before them.",
			onIngest(wrap.If(media("application/x-www-form-urlencoded"), wrap.Before(func(c *wrap.Call) {
				c.SetRaw(bytes.ReplaceAll(c.Raw(), []byte("=00"), []byte("=")))
			})))),
		mutant.Of(makeapi.IngestParsing, "long-types-unknown", "A Content-Type of more than 40 characters is not known.",
			onIngest(wrap.If(func(c *wrap.Call) bool { return len(c.R.Header.Get("Content-Type")) > 40 },
				wrap.Before(func(c *wrap.Call) { c.SetHeader("Content-Type", "application/octet-stream") })))),
	}
}

func inSmallLetters(value any) any {
	object, ok := value.(wrap.Object)
	if !ok {
		return value
	}
	small := wrap.Object{}
	for name, member := range object {
		small[strings.ToLower(name)] = member
	}
	return small
}

// atTheEdge are the mutants of the largest page, of the place behind the last item, and of blanks.
func atTheEdge() []*mutant.Mutant {
	refuse := wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusBadRequest, makeapi.CodeBadRequest) })
	return []*mutant.Mutant{
		mutant.Of(makeapi.ListLimit, "most-refused", "A pg[limit] of 10000 is refused.", onList(with("pg[limit]", "10000", refuse))),
		mutant.Of(makeapi.ListOffset, "end-refused", "A pg[offset] of the number of items is refused.",
			onList(wrap.If(func(c *wrap.Call) bool {
				return given("pg[offset]")(c) && number(c.R.URL.Query(), "pg[offset]") == len(held(c)) && len(held(c)) > 0
			}, refuse))),
		mutant.Of(makeapi.DetailUnknownItem, "blanks-ignored", "An item is shown for its id with blanks round it.",
			onDetail(matching(func(id, asked string) bool {
				asked, err := url.PathUnescape(asked)
				return err == nil && strings.TrimSpace(asked) == id
			}))),
	}
}
