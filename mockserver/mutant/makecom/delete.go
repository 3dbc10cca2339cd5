package makecom

import (
	"encoding/json"
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

func remove() []*mutant.Mutant {
	return slices.Concat(byIDs(), byAll(), unconfirmed(), almostConfirmed(), partly(), afterwards(), misread(), lenient())
}

// byIDs are the mutants of deletion by id.
func byIDs() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteIDs, "only-first", "Only the first of the items named leaves the queue; the answer names them all.",
			onDelete(wrap.If(byID, wrap.Instead(only(1))))),
		mutant.Of(makeapi.DeleteIDs, "one-more", "The item after the last one named goes with it.",
			onDelete(wrap.If(byID, wrap.Instead(oneMore)))),
		mutant.Of(makeapi.DeleteIDs, "five-at-once", "At most five items go at once; the answer names them all.",
			onDelete(wrap.If(byID, wrap.Instead(only(5))))),
		mutant.Of(makeapi.DeleteIDs, "one-of-two-at-once", "Of two deletions that meet, one is answered and not carried out.",
			onDelete(wrap.If(byID, wrap.Meeting(onlyAnswered)))).Seen(mutant.History),
		mutant.Of(makeapi.DeleteIDsResponse, "names-nothing", "The answer names no id.",
			onDelete(wrap.Success(func(_ *wrap.Call, body wrap.Object) { body["incomings"] = []any{} }))),
		mutant.Of(makeapi.DeleteIDsResponse, "last-one-missing", "Of several ids, the answer leaves the last one out.",
			onDelete(items(func(_ *wrap.Call, all []any) []any {
				if len(all) > 1 {
					return all[:len(all)-1]
				}
				return all
			}))),
		mutant.Of(makeapi.DeleteIDsResponse, "objects", "The answer has objects instead of ids.",
			onDelete(items(func(_ *wrap.Call, all []any) []any {
				for i := range all {
					all[i] = wrap.Object{"id": all[i]}
				}
				return all
			}))),
		mutant.Of(makeapi.DeleteIDsUnconfirmed, "wants-confirmation", "A deletion by ids wants a confirmation too.",
			onDelete(wrap.If(byID, wrap.If(func(c *wrap.Call) bool { return c.Query("confirmed") != "true" },
				wrap.Instead(func(*wrap.Call) *wrap.Answer {
					return refused(http.StatusNotAcceptable, makeapi.CodeConfirmationRequired)
				}))))),
		mutant.Of(makeapi.DeleteIDsUnconfirmed, "not-with-confirmed", "confirmed=true beside ids is refused.",
			onDelete(wrap.If(byID, with("confirmed", "true", wrap.Instead(func(*wrap.Call) *wrap.Answer {
				return refused(http.StatusBadRequest, makeapi.CodeBadRequest)
			}))))),
		mutant.Of(makeapi.DeleteOtherHook, "any-hook", "Items are deleted through whichever hook they are named to.",
			onDelete(wrap.If(byID, wrap.Before(func(c *wrap.Call) { dropElsewhere(c, named(c)) })))),
		mutant.Of(makeapi.DeleteOtherHook, "beside-an-own-one", "Beside an item of its own, a hook deletes those of others.",
			onDelete(wrap.If(byID, wrap.Before(func(c *wrap.Call) {
				if len(idsOf(held(c), in(named(c)))) > 0 {
					dropElsewhere(c, named(c))
				}
			})))),
	}
}

// byAll are the mutants of deletion of everything, or everything but some.
func byAll() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteAll, "oldest-stays", "The oldest item stays; the answer names it.",
			onDelete(wrap.If(everything, keeping(func(items []queue.Held) []queue.Held { return items[:min(1, len(items))] })))),
		mutant.Of(makeapi.DeleteAll, "newest-stays", "The newest item stays; the answer names it.",
			onDelete(wrap.If(everything, keeping(func(items []queue.Held) []queue.Held { return items[max(len(items)-1, 0):] })))),
		mutant.Of(makeapi.DeleteAll, "ten-at-once", "At most ten items go at once; the answer names them all.",
			onDelete(wrap.If(everything, keeping(func(items []queue.Held) []queue.Held { return items[min(10, len(items)):] })))),
		mutant.Of(makeapi.DeleteAll, "hundred-at-once", "At most a hundred items go at once; the answer names them all.",
			onDelete(wrap.If(everything, keeping(func(items []queue.Held) []queue.Held { return items[min(100, len(items)):] })))),
		mutant.Of(makeapi.DeleteExcept, "ignored", "exceptIds spares nothing.",
			onDelete(wrap.If(sparing, wrap.Before(func(c *wrap.Call) { c.Change(func(body wrap.Object) { delete(body, "exceptIds") }) })))),
		mutant.Of(makeapi.DeleteExcept, "only-first-spared", "Only the first of exceptIds is spared.",
			onDelete(wrap.If(sparing, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) { body["exceptIds"] = spared(c)[:1] })
			})))),
		mutant.Of(makeapi.DeleteExcept, "three-spared", "At most three of exceptIds are spared.",
			onDelete(wrap.If(sparing, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) { body["exceptIds"] = spared(c)[:min(3, len(spared(c)))] })
			})))),
		mutant.Of(makeapi.DeleteExcept, "newest-spared-too", "The newest item stays as well; the answer names it.",
			onDelete(wrap.If(sparing, keeping(func(items []queue.Held) []queue.Held { return items[max(len(items)-1, 0):] })))),
		mutant.Of(makeapi.DeleteAllEmptyQueue, "not-found", "An empty queue is 404.",
			onDelete(wrap.If(everything, wrap.If(isEmpty, wrap.Instead(func(*wrap.Call) *wrap.Answer {
				return refused(http.StatusNotFound, makeapi.CodeNotFound)
			}))))),
		mutant.Of(makeapi.DeleteAllEmptyQueue, "null", "The answer for an empty queue has null for the list.",
			onDelete(wrap.If(everything, wrap.Success(func(_ *wrap.Call, body wrap.Object) {
				if len(incomings(body)) == 0 {
					body["incomings"] = nil
				}
			})))),
	}
}

// unconfirmed are the mutants of the confirmation.
func unconfirmed() []*mutant.Mutant {
	confirm := func(c *wrap.Call) { c.SetQuery("confirmed", "true") }
	var all []*mutant.Mutant
	for _, k := range confirmations() {
		of := func(word, text string, w wrap.Wrap) {
			all = append(all, mutant.Of(k.requirement, word, k.subject+" "+text, onDelete(wrap.If(k.applies, w))))
		}
		of("carried-out", "is carried out.", wrap.Before(confirm))
		of("refused-too-late", "is refused after it was carried out.", wrap.AndYet(confirm))
		of("bad-request", "is refused with 400.", wrap.Refusal(status(http.StatusBadRequest)))
		of("other-code", "is refused with another code.", wrap.Refusal(edit(func(body wrap.Object) { body["code"] = makeapi.CodeBadRequest })))
	}
	return all
}

// partly are the mutants of deletions that some items do not follow.
func partly() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteProcessingRefused, "deleted", "An item being processed leaves the queue like any other.",
			onDelete(wrap.If(byID, wrap.Instead(dropBusy)))),
		mutant.Of(makeapi.DeleteProcessingRefused, "second-try", "The second deletion of an item being processed succeeds.",
			onDelete(wrap.If(byID, wrap.Instead(func(c *wrap.Call) *wrap.Answer {
				if refusedBefore(c) {
					return dropBusy(c)
				}
				return c.Next()
			})))),
		mutant.Of(makeapi.DeletePartial, "none", "When one item cannot be deleted, none is.",
			onDelete(wrap.If(namesBusy, wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) {
					body["ids"] = idsOf(held(c), func(h queue.Held) bool { return busy(h) && in(named(c))(h) })
				})
			})))),
		mutant.Of(makeapi.DeletePartial, "stops-there", "The items named after the one that cannot be deleted stay.",
			onDelete(wrap.If(namesBusy, wrap.Before(func(c *wrap.Call) {
				ids := named(c)
				stuck := slices.IndexFunc(ids, func(id string) bool {
					return len(idsOf(held(c), func(h queue.Held) bool { return busy(h) && h.ID == id })) > 0
				})
				c.Change(func(body wrap.Object) { body["ids"] = ids[:stuck+1] })
			})))),
		mutant.Of(makeapi.DeletePartialError, "silent", "A partial deletion says nothing of what stayed.",
			onDelete(wrap.If(byID, wrap.Success(func(_ *wrap.Call, body wrap.Object) { delete(body, "error") })))),
		mutant.Of(makeapi.DeletePartialError, "conflict", "A partial deletion is 409.",
			onDelete(wrap.If(byID, partial(func(a *wrap.Answer, _ wrap.Object) { a.Status = http.StatusConflict })))),
		mutant.Of(makeapi.DeletePartialError, "no-name", "The error of a partial deletion has no name.",
			onDelete(wrap.If(byID, partial(func(_ *wrap.Answer, e wrap.Object) { delete(e, "name") })))),
		mutant.Of(makeapi.DeletePartialErrorText, "other-words", "The error of a partial deletion has other words.",
			onDelete(partial(func(_ *wrap.Answer, e wrap.Object) { e["message"] = "Some items could not be deleted." }))),
		mutant.Of(makeapi.DeletePartialErrorText, "other-name", "The error of a partial deletion has another name.",
			onDelete(partial(func(_ *wrap.Answer, e wrap.Object) { e["name"] = "PartialError" }))),
		mutant.Of(makeapi.DeleteNoErrorOnSuccess, "always-an-error", "There is an error in every answer to a deletion by ids.",
			onDelete(wrap.If(byID, wrap.Success(withError)))),
		mutant.Of(makeapi.DeleteNoErrorOnSuccess, "error-of-last-time", "After a partial deletion the next answer has its error too.",
			onDelete(wrap.Success(errorOfLastTime))).Seen(mutant.Exploration),
		mutant.Of(makeapi.DeleteAllProcessing, "deleted", "all takes the items being processed as well.",
			onDelete(wrap.If(confirmedAll, wrap.Instead(dropBusy)))),
		mutant.Of(makeapi.DeleteAllProcessing, "none", "all deletes nothing while an item is being processed.",
			onDelete(wrap.If(confirmedAll, wrap.If(hasBusy, wrap.Before(func(c *wrap.Call) {
				c.SetBody(wrap.Object{"ids": idsOf(held(c), busy)})
			}))))),
		mutant.Of(makeapi.DeleteAllProcessing, "silent", "all says nothing of the items that stay because they are being processed.",
			onDelete(wrap.If(confirmedAll, wrap.Success(func(_ *wrap.Call, body wrap.Object) { delete(body, "error") })))),
	}
}

// afterwards are the mutants of what is seen after a deletion.
func afterwards() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteGone, "listed-once-more", "The first list after a deletion by ids still has what was deleted.",
			wrap.All(onDelete(wrap.If(byID, wrap.Before(noteLeaving))), onList(onPlain(items(listLeaving))))),
		mutant.Of(makeapi.DeleteGone, "detail-stays", "The detail of a deleted item can still be read.",
			wrap.All(onDelete(wrap.Before(noteDetails)), onDetail(wrap.RefusedWith(http.StatusNotFound, showNoted)))),
		mutant.Of(makeapi.DeleteGone, "resurrected", "After a partial deletion, the next arrival brings a deleted item back.",
			wrap.All(onDelete(wrap.If(namesBusy, wrap.Instead(noteBuried))), onIngest(wrap.After(func(c *wrap.Call, _ *wrap.Answer) { raise(c) })))).
			WithSetup(wrap.When(wrap.After(func(c *wrap.Call, _ *wrap.Answer) { raise(c) }), itemsWaiting)).Seen(mutant.Exploration),
		mutant.Of(makeapi.DeleteGone, "stays-once-full", "Where the queue has been full once, the first item named stays; the answer names it.",
			wrap.All(onDelete(wrap.If(byID, wrap.Instead(stuckOnceFull))), onIngest(notingFull()))).
			WithSetup(wrap.When(notingFull(), itemsWaiting)).Seen(mutant.Exploration),
		mutant.Of(makeapi.DeleteGone, "undone-by-a-delivery", "A deletion that meets a delivery is undone.",
			wrap.All(onDelete(wrap.If(byID, wrap.Meeting(onlyAnswered))), onIngest(wrap.Meeting((*wrap.Call).Next)))).Seen(mutant.History),
	}
}

// misread are the mutants of how a body is read.
func misread() []*mutant.Mutant {
	refuse := wrap.Instead(func(*wrap.Call) *wrap.Answer { return refused(http.StatusBadRequest, makeapi.CodeBadRequest) })
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteEmptyArrays, "empty-ids-refused", "Empty ids beside all are refused.",
			onDelete(wrap.If(everything, wrap.If(hasEmpty("ids"), refuse)))),
		mutant.Of(makeapi.DeleteEmptyArrays, "empty-except-refused", "Empty exceptIds beside ids are refused.",
			onDelete(wrap.If(byID, wrap.If(hasEmpty("exceptIds"), refuse)))),
		mutant.Of(makeapi.DeleteMalformed, "broken-is-nothing", "A body that is not JSON deletes nothing and is 200.",
			onDelete(wrap.If(func(c *wrap.Call) bool { return !json.Valid(c.Raw()) && len(c.Raw()) > 0 },
				wrap.Instead(func(*wrap.Call) *wrap.Answer { return wrap.JSON(http.StatusOK, wrap.Object{"incomings": []any{}}) })))),
		mutant.Of(makeapi.DeleteMalformed, "one-id-as-text", "ids may be a single string.",
			onDelete(wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) {
					if one := wrap.String(body["ids"]); one != "" {
						body["ids"] = []string{one}
					}
				})
			}))),
		mutant.Of(makeapi.DeleteMalformed, "anything-is-true", "Any text in all counts as true.",
			onDelete(wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) {
					if wrap.String(body["all"]) != "" {
						body["all"] = true
					}
				})
			}))),
		mutant.Of(makeapi.DeleteMalformed, "unreadable-except-ignored", "exceptIds that are no list spare nothing.",
			onDelete(wrap.Before(func(c *wrap.Call) {
				c.Change(func(body wrap.Object) {
					if wrap.String(body["exceptIds"]) != "" {
						delete(body, "exceptIds")
					}
				})
			}))),
	}
}
