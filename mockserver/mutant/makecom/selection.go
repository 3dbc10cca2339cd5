package makecom

import (
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// named are the ids that a deletion names.
func named(c *wrap.Call) []string { return wrap.Strings(c.Body()["ids"]) }

// spared are the ids that a deletion spares.
func spared(c *wrap.Call) []string { return wrap.Strings(c.Body()["exceptIds"]) }

func byID(c *wrap.Call) bool { return len(named(c)) > 0 && !isAll(c) }

func isAll(c *wrap.Call) bool { return c.Body()["all"] == true }

func confirmedAll(c *wrap.Call) bool { return isAll(c) && c.Query("confirmed") == "true" }

// everything is a confirmed deletion that spares nothing.
func everything(c *wrap.Call) bool { return confirmedAll(c) && len(spared(c)) == 0 }

func sparing(c *wrap.Call) bool { return confirmedAll(c) && len(spared(c)) > 0 }

// confirmation is a requirement of the confirmation and the deletions that it is about.
type confirmation struct {
	requirement *contract.Requirement
	subject     string
	applies     func(*wrap.Call) bool
}

func confirmations() []confirmation {
	return []confirmation{
		{makeapi.DeleteAllUnconfirmed, "A deletion of everything without a confirmation", func(c *wrap.Call) bool {
			return isAll(c) && len(spared(c)) == 0 && c.Query("confirmed") == ""
		}},
		{makeapi.DeleteAllConfirmedFalse, "A deletion of everything with confirmed=false", func(c *wrap.Call) bool {
			return isAll(c) && c.Query("confirmed") == "false"
		}},
		{makeapi.DeleteExceptUnconfirmed, "A deletion of everything but some without a confirmation", func(c *wrap.Call) bool {
			return isAll(c) && len(spared(c)) > 0 && c.Query("confirmed") == ""
		}},
	}
}

func isEmpty(c *wrap.Call) bool { return len(held(c)) == 0 }

func hasBusy(c *wrap.Call) bool { return len(idsOf(held(c), busy)) > 0 }

// namesBusy is a deletion that names an item being processed.
func namesBusy(c *wrap.Call) bool {
	return byID(c) && slices.ContainsFunc(held(c), func(h queue.Held) bool { return busy(h) && slices.Contains(named(c), h.ID) })
}

func hasEmpty(name string) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool {
		list, ok := c.Body()[name].([]any)
		return ok && len(list) == 0
	}
}

// only deletes the first items named, at most so many, and answers for all.
func only(most int) func(*wrap.Call) *wrap.Answer {
	return func(c *wrap.Call) *wrap.Answer {
		ids := named(c)
		c.Change(func(body wrap.Object) { body["ids"] = ids[:min(most, len(ids))] })
		a := c.Next()
		a.Edit(func(body wrap.Object) {
			if a.OK() {
				body["incomings"] = ids
			}
		})
		return a
	}
}

// stuckOnceFull lets the first item named stay where the queue has been full, and answers as if it had gone.
func stuckOnceFull(c *wrap.Call) *wrap.Answer {
	before, stuck := held(c), wasFull(c)
	first := named(c)[0]
	a := c.Next()
	if a.OK() && stuck && len(idsOf(held(c), in([]string{first}))) == 0 {
		rebuild(c, func(left []queue.Held) []queue.Held {
			return slices.DeleteFunc(before, func(h queue.Held) bool { return h.ID != first && len(idsOf(left, in([]string{h.ID}))) == 0 })
		})
	}
	return a
}

func oneMore(c *wrap.Call) *wrap.Answer {
	ids := named(c)
	items := held(c)
	at := slices.IndexFunc(items, func(h queue.Held) bool { return h.ID == ids[len(ids)-1] })
	a := c.Next()
	if a.OK() && at >= 0 && at+1 < len(items) && waiting(items[at+1]) {
		drop(c, items[at+1].ID)
	}
	return a
}

func dropElsewhere(c *wrap.Call, ids []string) {
	var hooks []queue.Status
	look(c, func(s *queue.State) { hooks = s.Hooks() })
	for _, h := range hooks {
		if h.ID != c.Number("hookId") {
			c.Do(queue.Delete{HookID: h.ID, IDs: ids}) // ids that the hook does not hold are left out
		}
	}
}

// keeping answers as the honest mock does, and lets some of the waiting items stay.
func keeping(some func(items []queue.Held) []queue.Held) wrap.Wrap {
	return wrap.Instead(func(c *wrap.Call) *wrap.Answer {
		before := held(c)
		deleted := func(h queue.Held) bool { return waiting(h) && !slices.Contains(spared(c), h.ID) }
		stay := idsOf(some(slices.DeleteFunc(slices.Clone(before), func(h queue.Held) bool { return !deleted(h) })), waiting)
		a := c.Next()
		if a.OK() {
			rebuild(c, func(left []queue.Held) []queue.Held {
				kept := append(slices.Clone(stay), idsOf(left, func(queue.Held) bool { return true })...)
				return slices.DeleteFunc(before, func(h queue.Held) bool { return !slices.Contains(kept, h.ID) })
			})
		}
		return a
	})
}

// dropBusy deletes what the call is about, being processed or not.
func dropBusy(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	if !a.OK() {
		return a
	}
	drop(c, idsOf(held(c), func(h queue.Held) bool {
		return busy(h) && (slices.Contains(named(c), h.ID) || isAll(c) && !slices.Contains(spared(c), h.ID))
	})...)
	return a
}

// partial changes the answer to a deletion that some items did not follow.
func partial(change func(a *wrap.Answer, e wrap.Object)) wrap.Wrap {
	return wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
		body, _ := a.Object() // what is none has no error
		e, ok := body["error"].(wrap.Object)
		if !ok || a.Status != http.StatusOK {
			return
		}
		change(a, e)
		a.SetJSON(body)
	})
}

func withError(_ *wrap.Call, body wrap.Object) {
	body["error"] = wrap.Object{"name": makeapi.PartialErrorName, "message": makeapi.PartialErrorMessage}
}
