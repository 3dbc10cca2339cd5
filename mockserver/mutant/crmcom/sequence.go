package crmcom

import (
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// sequence are mutants that are honest until something else has happened: longer a story than a check tells.
func sequence() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.DeleteGone, "undone-by-the-next", "A deleted webhook request is back when the next rule with its definition fires.",
			onDelete(wrap.Instead(noteDeleted))).WithSetup(fired(raise)).Seen(mutant.Exploration),
		mutant.Of(crmapi.DeleteOthers, "neighbour-after-a-failure", "The deletion of what failed again takes the one before it as well.",
			wrap.All(onResend(wrap.After(noteFailed)), onDelete(wrap.If(failedAgain, wrap.Instead(deleteNeighbour))))).Seen(mutant.Exploration),
		mutant.Of(crmapi.ResendSucceeds, "again-after-a-failure", "What succeeded only after it had failed again can be sent once more.",
			wrap.All(onResend(wrap.If(isSuccessful(failedBefore), wrap.Before(func(c *wrap.Call) { edit(c, named(c).ID, reject) }))),
				onResend(wrap.After(noteFailed)))).Seen(mutant.Exploration),
		mutant.Of(crmapi.ResendSendsOnce, "twice-after-a-deletion", "When another webhook request of the definition was deleted, a resend sends twice.",
			wrap.All(onDelete(wrap.Instead(noteThinned)), onResend(wrap.After(sendThinned)))).Seen(mutant.Exploration),
		mutant.Of(crmapi.ListByState, "as-first-logged", "life_cycle_state finds a webhook request by the state that it had before it was sent again.",
			wrap.All(onResend(wrap.After(noteSucceeded)), onList(wrap.If(given("life_cycle_state"), wrap.Instead(listAsLogged))))).Seen(mutant.Exploration),
		mutant.Of(crmapi.ListPaging, "deleted-are-counted", "offset counts a webhook request that was deleted.",
			wrap.All(onDelete(wrap.Instead(noteThinned)), onList(wrap.If(thinned, wrap.Before(func(c *wrap.Call) {
				if n := number(c, paramOffset); n > 0 {
					c.SetQuery(paramOffset, strconv.Itoa(n-1))
				}
			}))))).Seen(mutant.Exploration),
	}
}

// What mutants remember of a world, by the id of a webhook request or of a definition.
type (
	failedIDs  map[string]bool
	sentIDs    map[string]bool
	thinnedIDs map[string]bool
)

// raise puts back what was deleted of the definition whose rule fired.
func raise(c *wrap.Call, _ *wrap.Answer, fired *requestlog.Request) {
	wrap.Remember(c, func(known *tombs) {
		for _, t := range *known {
			if t.request.Definition == fired.Definition {
				c.Do(requestlog.Restore{Request: *t.request}) // twice is refused
			}
		}
	})
}

func noteFailed(c *wrap.Call, a *wrap.Answer) {
	if r := answered(c, a); r != nil && r.Rejected {
		wrap.Remember(c, func(ids *failedIDs) { wrap.Put(ids, r.ID, true) })
	}
}

func failedBefore(c *wrap.Call, r *requestlog.Request) (yes bool) {
	wrap.Remember(c, func(ids *failedIDs) { yes = (*ids)[r.ID] })
	return yes
}

func failedAgain(c *wrap.Call) bool {
	r := named(c)
	return r != nil && len(keys(c)) == 1 && failedBefore(c, r)
}

func deleteNeighbour(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	all := everyRequest(c) // newest first
	before := slices.IndexFunc(all, func(other *requestlog.Request) bool {
		return other.Number < r.Number && other.Definition == r.Definition
	})
	if accepted(a) && before >= 0 {
		forget(c, all[before])
	}
	return a
}

// noteThinned notes that a definition has lost a webhook request.
func noteThinned(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r != nil && accepted(a) {
		wrap.Remember(c, func(ids *thinnedIDs) { wrap.Put(ids, r.Definition.ID, true) })
	}
	return a
}

func thinned(c *wrap.Call) (yes bool) {
	_, id, _ := strings.Cut(c.Query(paramDefinition), "=")
	wrap.Remember(c, func(ids *thinnedIDs) { yes = (*ids)[id] })
	return yes
}

func sendThinned(c *wrap.Call, a *wrap.Answer) {
	r := answered(c, a)
	again := false
	if r != nil {
		wrap.Remember(c, func(ids *thinnedIDs) { again = (*ids)[r.Definition.ID] })
	}
	if again {
		send(c, r)
	}
}

func noteSucceeded(c *wrap.Call, a *wrap.Answer) {
	if r := answered(c, a); r != nil && !r.Rejected {
		wrap.Remember(c, func(ids *sentIDs) { wrap.Put(ids, r.ID, true) })
	}
}

// listAsLogged filters by the state in which webhook requests were logged first.
func listAsLogged(c *wrap.Call) *wrap.Answer {
	state := c.Query("life_cycle_state")
	honest := c.Next()
	if given(paramSize)(c) || given(paramOffset)(c) || !accepted(honest) {
		return honest
	}
	c.SetQuery("life_cycle_state", "")
	a := c.Next()
	wrap.Remember(c, func(ids *sentIDs) {
		a.Edit(set("data", slices.DeleteFunc(dataOf(a), func(r any) bool {
			logged := member(r, "life_cycle_state")
			if (*ids)[wrap.String(member(r, "id"))] {
				logged = crmapi.StateRejected
			}
			return logged != state
		})))
	})
	return a
}
