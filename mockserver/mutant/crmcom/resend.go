package crmcom

import (
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func resend() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ResendRejectedOnly, "any-state", "A SUCCESSFUL webhook request is sent again as well.",
			onResend(wrap.If(isSuccessful(whichever), wrap.Before(func(c *wrap.Call) { edit(c, named(c).ID, reject) })))),
		mutant.Of(crmapi.ResendRejectedOnly, "refused-too-late", "A resend of a SUCCESSFUL webhook request is refused after it was sent.",
			onResend(wrap.If(isSuccessful(whichever), wrap.Before(func(c *wrap.Call) { send(c, named(c)) })))),
		mutant.Of(crmapi.ResendRejectedOnly, "refused-and-touched", "A refused resend of a SUCCESSFUL webhook request changes updated_date.",
			onResend(wrap.If(isSuccessful(whichever), wrap.Before(func(c *wrap.Call) { edit(c, named(c).ID, later) })))),
		mutant.Of(crmapi.ResendSendsOnce, "twice", "A resend sends twice.",
			onResend(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if r := answered(c, a); r != nil && accepted(a) {
					send(c, r)
				}
			}))),
		mutant.Of(crmapi.ResendSendsOnce, "never", "A resend sends nothing and answers that it was accepted.",
			onResend(wrap.Instead(pretend))),
		mutant.Of(crmapi.ResendSucceeds, "stays-rejected", "After a resend that succeeds, the webhook request stays REJECTED.",
			onResend(rewritten(reject))),
		mutant.Of(crmapi.ResendSucceeds, "again-and-again", "What a resend made SUCCESSFUL can be sent again.",
			wrap.All(onResend(wrap.If(isSuccessful(resentBefore), wrap.Before(func(c *wrap.Call) { edit(c, named(c).ID, reject) }))),
				onResend(wrap.After(noteResent)))),
		mutant.Of(crmapi.ResendFailsAgain, "refused", "A resend that fails again is refused.",
			onResend(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if strings.Contains(string(a.Bytes), `"`+crmapi.StateRejected+`"`) {
					*a = *no()
				}
			}))),
		mutant.Of(crmapi.ResendFailsAgain, "lost", "A webhook request whose resend fails again is deleted.",
			onResend(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if r := answered(c, a); r != nil && r.Rejected {
					forget(c, r)
				}
			}))),
		mutant.Of(crmapi.ResendFailsAgain, "without-error", "A webhook request whose resend failed again has no error.",
			onResend(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if r := answered(c, a); r != nil && r.Rejected {
					edit(c, r.ID, func(r *requestlog.Request) { r.Failure = requestlog.Failure{} })
				}
			}))),
		mutant.Of(crmapi.ResendPayload, "other-key", "What is sent again is signed with another key.",
			onResend(tampered(
				func(r *requestlog.Request, _ requestlog.Request) { r.SecretKey += "?" },
				func(r *requestlog.Request, was requestlog.Request) { r.SecretKey = was.SecretKey },
			))),
		mutant.Of(crmapi.ResendPayload, "other-entity", "What is sent again is about another entity.",
			onResend(tampered(
				func(r *requestlog.Request, _ requestlog.Request) { r.Entity = "WRITEOFFS" },
				func(r *requestlog.Request, was requestlog.Request) { r.Entity = was.Entity },
			))),
		mutant.Of(crmapi.ResendResponse, "empty", "A resend answers with no webhook request.",
			onResend(success(func(*wrap.Call, any) any { return wrap.Object{} }))),
		mutant.Of(crmapi.ResendResponse, "in-a-list", "A resend answers with a list.",
			onResend(success(func(_ *wrap.Call, data any) any { return []any{data} }))),
		mutant.Of(crmapi.ResendResponse, "without-rule", "A resend takes the workflow rule out of the record.",
			onResend(rewritten(func(r *requestlog.Request) { r.Rule = requestlog.Reference{} }))),
		mutant.Of(crmapi.ResendResponse, "created-anew", "A resend gives the same record another created_date.",
			onResend(rewritten(func(r *requestlog.Request) { r.Created = r.Created.Add(time.Hour) }))),
		mutant.Of(crmapi.ResendSingle, "id-wins", "Of id and number, the id counts.",
			onResend(wrap.Before(idWins))),
		mutant.Of(crmapi.ResendSingle, "all-of-the-url", "With one, every REJECTED webhook request to the same URL is sent again.",
			onResend(wrap.Instead(sendSiblings))),
		mutant.Of(crmapi.ResendSingle, "unknown-is-fine", "An identifier that matches nothing is answered OK.",
			onResend(wrap.If(unmatched, wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok(wrap.Object{}) })))),
	}
}

// rewritten changes the record that an accepted resend answers with, once it has answered.
func rewritten(change func(*requestlog.Request)) wrap.Wrap {
	return wrap.After(func(c *wrap.Call, a *wrap.Answer) {
		if r := answered(c, a); r != nil && accepted(a) {
			edit(c, r.ID, change)
		}
	})
}

func whichever(*wrap.Call, *requestlog.Request) bool { return true }

// isSuccessful is a call that names a SUCCESSFUL webhook request by one field, for which the condition holds.
func isSuccessful(condition func(c *wrap.Call, r *requestlog.Request) bool) func(*wrap.Call) bool {
	return func(c *wrap.Call) bool {
		r := named(c)
		return r != nil && !r.Rejected && len(keys(c)) == 1 && condition(c, r)
	}
}

type resentIDs map[string]bool

func noteResent(c *wrap.Call, a *wrap.Answer) {
	if r := answered(c, a); r != nil {
		wrap.Remember(c, func(ids *resentIDs) { wrap.Put(ids, r.ID, true) })
	}
}

func resentBefore(c *wrap.Call, r *requestlog.Request) (yes bool) {
	wrap.Remember(c, func(ids *resentIDs) { yes = (*ids)[r.ID] })
	return yes
}

// pretend leaves the log as a resend that succeeds would, and sends nothing.
func pretend(c *wrap.Call) *wrap.Answer {
	r := named(c)
	if r == nil || !r.Rejected || len(keys(c)) != 1 || state(c) != nil {
		return c.Next()
	}
	edit(c, r.ID, func(r *requestlog.Request) {
		accept(r)
		r.Received = &requestlog.Received{ID: r.Sent.ID, Status: 200}
	})
	return ok(wrap.Object{
		"id": r.ID, "number": keyOf(r), "life_cycle_state": crmapi.StateSuccessful, "entity": r.Entity, "entity_id": r.EntityID, "url": r.URL,
	})
}

func keyOf(r *requestlog.Request) string { return requestlog.NumberKey(r.Number).Value }

func forget(c *wrap.Call, r *requestlog.Request) {
	c.Do(requestlog.Delete{Key: idKey(r)})
}

// idWins leaves only the id in an identifier that has both fields.
func idWins(c *wrap.Call) {
	c.Change(func(body wrap.Object) {
		if identifier, ok := body[paramRequest].(wrap.Object); ok && identifier["id"] != nil {
			body[paramRequest] = wrap.Object{"id": identifier["id"]}
		}
	})
}

// sendSiblings sends what else is REJECTED and goes to the same URL.
func sendSiblings(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r == nil || !accepted(a) {
		return a
	}
	for _, other := range everyRequest(c) {
		if other.Rejected && other.URL == r.URL && other.ID != r.ID {
			send(c, other)
		}
	}
	return a
}
