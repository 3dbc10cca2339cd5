package crmcom

import (
	"slices"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// meet are mutants that look first and act a moment later. To one client alone they are honest.
func meet() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ResendSucceeds, "both-of-two-at-once", "Two resends of one webhook request that meet are both sent and both accepted.",
			onResend(wrap.If(isRejected, wrap.Instead(resendSeen)))).Seen(mutant.History),
		mutant.Of(crmapi.ResendRejectedOnly, "loser-sent-at-once", "Of two resends that meet, the one that is refused is sent as well.",
			onResend(wrap.If(isRejected, wrap.Instead(sendSeen)))).Seen(mutant.History),
		mutant.Of(crmapi.ResendFailsAgain, "lost-when-two-fail-at-once", "Of two resends that meet and fail, the second one loses the webhook request.",
			onResend(wrap.If(isRejected, wrap.Meeting(loseFailed)))).Seen(mutant.History),
		mutant.Of(crmapi.DeleteGone, "undone-by-a-resend", "A resend that meets a deletion puts the webhook request back.",
			onResend(wrap.If(isRejected, wrap.Instead(restoreSeen)))).Seen(mutant.History),
		mutant.Of(crmapi.DeleteIdentifier, "both-of-two-at-once", "Two deletions of one webhook request that meet are both accepted.",
			onDelete(wrap.Instead(deleteSeen))).Seen(mutant.History),
		mutant.Of(crmapi.DeliveryLogged, "one-of-two-at-once-lost", "Of two rules that fire at once, the second one leaves nothing in the log.", nil).
			WithSetup(wrap.When(wrap.Meeting(fireAndForget), ruleFires)).Seen(mutant.History),
		mutant.Of(crmapi.DeliveryIDsUnique, "one-for-two-at-once", "Two rules that fire at once make one webhook request between them.", nil).
			WithSetup(wrap.When(wrap.Meeting(takeOver), ruleFires)).Seen(mutant.History),
		mutant.Of(crmapi.ListByDefinition, "torn-at-once", "A list is read in two halves, between which webhook requests may come and go.",
			onList(wrap.Instead(tear))).Seen(mutant.History),
	}
}

func idKey(r *requestlog.Request) requestlog.Key {
	return requestlog.Key{Field: requestlog.ID, Value: r.ID}
}

// resendSeen sends again what was REJECTED when the call came.
func resendSeen(c *wrap.Call) *wrap.Answer {
	seen := named(c)
	wrap.TakeAMoment(c)
	a := c.Next()
	if now := find(c, idKey(seen)); accepted(a) || now == nil {
		return a
	}
	edit(c, seen.ID, reject)
	return c.Next()
}

// sendSeen sends what was REJECTED when the call came, whatever the answer is.
func sendSeen(c *wrap.Call) *wrap.Answer {
	seen := named(c)
	wrap.TakeAMoment(c)
	a := c.Next()
	if !accepted(a) && find(c, idKey(seen)) != nil {
		send(c, seen)
	}
	return a
}

// loseFailed forgets what failed again.
func loseFailed(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	if r := answered(c, a); r != nil && r.Rejected {
		forget(c, r)
	}
	return a
}

// restoreSeen puts back what was there when the call came.
func restoreSeen(c *wrap.Call) *wrap.Answer {
	seen := named(c)
	wrap.TakeAMoment(c)
	a := c.Next()
	if !accepted(a) && find(c, idKey(seen)) == nil {
		c.Do(requestlog.Restore{Request: *seen}) // it is gone
	}
	return a
}

// deleteSeen answers as deleted what was there when the call came.
func deleteSeen(c *wrap.Call) *wrap.Answer {
	seen := named(c)
	wrap.TakeAMoment(c)
	a := noteDeleted(c)
	if seen == nil || accepted(a) || len(keys(c)) != 1 {
		return a
	}
	if t, there := deleted(c); there {
		return ok(t.shown)
	}
	return a
}

// fireAndForget leaves nothing of a rule that fired.
func fireAndForget(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	if r := answered(c, a); r != nil {
		forget(c, r)
	}
	return a
}

// takeOver lets a rule that fired take the id and number of the webhook request before.
func takeOver(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	r := answered(c, a)
	if r == nil {
		return a
	}
	before := slices.IndexFunc(everyRequest(c), func(other *requestlog.Request) bool { return other.Number < r.Number && other.Rule == r.Rule })
	if before < 0 {
		return a
	}
	was := everyRequest(c)[before]
	forget(c, was)
	edit(c, r.ID, func(r *requestlog.Request) { r.ID, r.Number = was.ID, was.Number })
	a.Edit(func(body wrap.Object) { body["id"], body["number"] = was.ID, keyOf(was) })
	return a
}

// tear takes the first half of a list now and the second a moment later.
func tear(c *wrap.Call) *wrap.Answer {
	first := c.Next()
	wrap.TakeAMoment(c)
	second := c.Next()
	if !accepted(first) || !accepted(second) {
		return first
	}
	half, rest := dataOf(first), dataOf(second)
	cut := (len(half) + 1) / 2
	second.Edit(set("data", append(slices.Clone(half[:cut]), rest[min(cut, len(rest)):]...)))
	return second
}
