package crmcom

import (
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func remove() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.DeleteSuccessful, "refused", "A SUCCESSFUL webhook request cannot be deleted.",
			onDelete(wrap.If(isSuccessful(whichever), refuse()))),
		mutant.Of(crmapi.DeleteRejected, "refused", "A REJECTED webhook request cannot be deleted.",
			onDelete(wrap.If(isRejected, refuse()))),
		mutant.Of(crmapi.DeleteRejected, "not-by-number", "A REJECTED webhook request cannot be deleted by its number.",
			onDelete(wrap.If(isRejected, wrap.If(func(c *wrap.Call) bool { return keys(c)[0].Field == requestlog.Number }, refuse())))),
		mutant.Of(crmapi.DeleteResponse, "empty", "A deletion answers with no webhook request.",
			onDelete(success(func(*wrap.Call, any) any { return wrap.Object{} }))),
		mutant.Of(crmapi.DeleteResponse, "not-whole", "A deletion answers without log_information and request.",
			onDelete(record(func(r wrap.Object) { delete(r, "log_information"); delete(r, "request") }))),
		mutant.Of(crmapi.DeleteGone, "stays", "A deleted webhook request stays where it was.",
			onDelete(wrap.Instead(deleteNothing))),
		mutant.Of(crmapi.DeleteGone, "still-listed", "A deleted webhook request is still listed by entity id.",
			wrap.All(onDelete(wrap.Instead(noteDeleted)), onList(wrap.If(given("entity_id"), records(listDeleted))))),
		mutant.Of(crmapi.DeleteGone, "still-shown-by-number", "A deleted webhook request is still shown by number.",
			wrap.All(onDelete(wrap.Instead(noteDeleted)), onShow(by("number", refusal(showDeleted))))),
		mutant.Of(crmapi.DeleteOthers, "all-of-the-entity", "A deletion takes every webhook request about the same thing.",
			onDelete(wrap.Instead(func(c *wrap.Call) *wrap.Answer { return withSiblings(c, forget) }))),
		mutant.Of(crmapi.DeleteOthers, "siblings-touched", "A deletion changes updated_date of the others about the same thing.",
			onDelete(wrap.Instead(func(c *wrap.Call) *wrap.Answer {
				return withSiblings(c, func(c *wrap.Call, r *requestlog.Request) { edit(c, r.ID, later) })
			}))),
		mutant.Of(crmapi.DeleteIdentifier, "id-wins", "Of id and number, the id counts.", onDelete(wrap.Before(idWins))),
		mutant.Of(crmapi.DeleteIdentifier, "unknown-is-fine", "An identifier that matches nothing is answered OK.",
			onDelete(wrap.If(unmatched, wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok(wrap.Object{}) })))),
		mutant.Of(crmapi.DeleteIdentifier, "none-is-the-newest", "Without an identifier, the newest webhook request is deleted.",
			onDelete(wrap.If(func(c *wrap.Call) bool { return c.Body()[paramRequest] == nil }, wrap.Before(func(c *wrap.Call) {
				if all := everyRequest(c); len(all) > 0 {
					c.Change(set(paramRequest, wrap.Object{"id": all[0].ID}))
				}
			})))),
		mutant.Of(crmapi.DeleteResendAfter, "sent-all-the-same", "A resend of a deleted webhook request is refused, and sent.",
			wrap.All(onDelete(wrap.Instead(noteDeleted)), onResend(wrap.If(unmatched, wrap.Before(sendDeleted))))),
		mutant.Of(crmapi.DeleteResendAfter, "answered-as-sent", "A resend of a deleted webhook request is answered OK.",
			wrap.All(onDelete(wrap.Instead(noteDeleted)), onResend(wrap.If(unmatched, wrap.If(wasDeleted, wrap.Instead(func(*wrap.Call) *wrap.Answer {
				return ok(wrap.Object{})
			})))))),
	}
}

func isRejected(c *wrap.Call) bool {
	r := named(c)
	return r != nil && r.Rejected && len(keys(c)) == 1
}

// deleteNothing answers a deletion and puts the webhook request back.
func deleteNothing(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r != nil && accepted(a) {
		c.Do(requestlog.Restore{Request: *r}) // it is gone
	}
	return a
}

// tomb is a deleted webhook request, and how it was shown.
type tomb struct {
	request *requestlog.Request
	shown   any
}

// tombs are deleted webhook requests by key.
type tombs map[requestlog.Key]tomb

func noteDeleted(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r == nil || !accepted(a) {
		return a
	}
	body, _ := a.Object() // a success is an object
	wrap.Remember(c, func(known *tombs) {
		wrap.Put(known, requestlog.Key{Field: requestlog.ID, Value: r.ID}, tomb{r, body["data"]})
		wrap.Put(known, requestlog.NumberKey(r.Number), tomb{r, body["data"]})
	})
	return a
}

// deleted is what a call names that was deleted.
func deleted(c *wrap.Call) (found tomb, ok bool) {
	for _, k := range keys(c) {
		wrap.Remember(c, func(known *tombs) { found, ok = (*known)[k] })
	}
	return found, ok
}

func wasDeleted(c *wrap.Call) bool {
	_, ok := deleted(c)
	return ok
}

func sendDeleted(c *wrap.Call) {
	if t, ok := deleted(c); ok {
		send(c, t.request)
	}
}

func showDeleted(c *wrap.Call, a *wrap.Answer) {
	if t, found := deleted(c); found {
		*a = *ok(t.shown)
	}
}

func listDeleted(c *wrap.Call, all []any) []any {
	wrap.Remember(c, func(known *tombs) {
		for k, t := range *known {
			if k.Field == requestlog.ID && t.request.EntityID == c.Query("entity_id") {
				all = append(all, t.shown)
			}
		}
	})
	return all
}

// withSiblings deletes, and does something to the others about the same thing.
func withSiblings(c *wrap.Call, do func(c *wrap.Call, r *requestlog.Request)) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r == nil || !accepted(a) {
		return a
	}
	for _, other := range everyRequest(c) {
		if other.EntityID == r.EntityID {
			do(c, other)
		}
	}
	return a
}
