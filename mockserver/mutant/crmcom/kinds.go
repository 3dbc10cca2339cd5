package crmcom

import (
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// kinds are mutants of the kinds that a look at one example misses: a value lost on its way, a filter that almost matches, a view
// that does not follow, the third time.
func kinds() []*mutant.Mutant {
	return slices.Concat(lossy(), loose(), stale(), counting())
}

// lossy are the mutants that change some values between the rule that fires and the receiver.
func lossy() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.DeliveryFieldsSet, "long-texts-cut", "Texts of more than 255 bytes are cut before they are sent.", nil).
			WithSetup(firing(func(value any) any {
				if text, ok := value.(string); ok && len(text) > 255 {
					return text[:255]
				}
				return value
			})),
		mutant.Of(crmapi.DeliveryFieldsSet, "false-dropped", "What is false is left out of what is sent.", nil).
			WithSetup(firing(func(value any) any {
				if object, ok := value.(wrap.Object); ok {
					for name, member := range object {
						if member == false {
							delete(object, name)
						}
					}
				}
				return value
			})),
		mutant.Of(crmapi.DeliveryFieldsSet, "digits-are-numbers", "Leading zeros are left out of what is sent.", nil).
			WithSetup(firing(func(value any) any {
				if text, ok := value.(string); ok && len(text) > 1 && strings.Trim(text, "0123456789") == "" {
					return strings.TrimLeft(text, "0")
				}
				return value
			})),
	}
}

// loose are the mutants for which what almost matches is a match.
func loose() []*mutant.Mutant {
	inQuery := func(param string, of func(r *requestlog.Request) string, matches func(full, asked string) bool) wrap.Wrap {
		return wrap.Before(func(c *wrap.Call) {
			field, asked, named := strings.Cut(c.Query(param), "=")
			if !named {
				field, asked = "", c.Query(param)
			}
			for _, r := range everyRequest(c) {
				if full := of(r); asked != "" && matches(full, asked) {
					c.SetQuery(param, strings.TrimPrefix(field+"="+full, "="))
				}
			}
		})
	}
	id := func(r *requestlog.Request) string { return r.ID }
	definition := func(r *requestlog.Request) string { return r.Definition.ID }
	definitionName := func(r *requestlog.Request) string { return r.Definition.Name }
	rule := func(r *requestlog.Request) string { return r.Rule.ID }
	entityID := func(r *requestlog.Request) string { return r.EntityID }
	address := func(r *requestlog.Request) string { return r.URL }
	return []*mutant.Mutant{
		mutant.Of(crmapi.ShowUnknown, "by-beginning", "A webhook request is shown for the beginning of its id.",
			onShow(wrap.If(starts(paramRequest, "id="), inQuery(paramRequest, id, strings.HasPrefix)))),
		mutant.Of(crmapi.ShowUnknown, "any-case", "A webhook request is shown for its id in small letters.",
			onShow(wrap.If(starts(paramRequest, "id="), inQuery(paramRequest, id, strings.EqualFold)))),
		mutant.Of(crmapi.ListByDefinition, "by-end-of-the-id", "A definition is found by the end of its id.",
			onList(wrap.If(starts(paramDefinition, "id="), inQuery(paramDefinition, definition, strings.HasSuffix)))),
		mutant.Of(crmapi.ListByDefinition, "any-case-of-the-name", "A definition is found by its name in capitals.",
			onList(wrap.If(starts(paramDefinition, "name="), inQuery(paramDefinition, definitionName, strings.EqualFold)))),
		mutant.Of(crmapi.ListByRule, "by-beginning-of-the-id", "A rule is found by the beginning of its id.",
			onList(wrap.If(starts(paramRule, "id="), inQuery(paramRule, rule, strings.HasPrefix)))),
		mutant.Of(crmapi.ListByEntityID, "by-part", "entity_id finds what contains it.",
			onList(inQuery("entity_id", entityID, strings.Contains))),
		mutant.Of(crmapi.ListByEntityID, "any-case", "entity_id is compared without regard to case.",
			onList(inQuery("entity_id", entityID, strings.EqualFold))),
		mutant.Of(crmapi.ListByURL, "by-end", "url finds what ends with it.",
			onList(inQuery("url", address, func(full, asked string) bool { return strings.HasSuffix(full, asked) }))),
		mutant.Of(crmapi.ListByURL, "without-query", "Of url, what stands behind the question mark does not count.",
			onList(wrap.If(given("url"), wrap.Instead(withoutURLQuery)))),
		mutant.Of(crmapi.ListStateEnum, "by-beginning", "A state is found by its beginning.",
			onList(wrap.Before(func(c *wrap.Call) {
				if asked := c.Query("life_cycle_state"); asked != "" && strings.HasPrefix(crmapi.StateRejected, asked) {
					c.SetQuery("life_cycle_state", crmapi.StateRejected)
				}
			}))),
	}
}

// stale are the mutants with a view that does not follow.
func stale() []*mutant.Mutant {
	left := func(param string, of func(r *requestlog.Request) string) wrap.Wrap {
		return wrap.All(onDelete(wrap.Instead(noteDeleted)), onList(wrap.If(given(param), records(func(c *wrap.Call, all []any) []any {
			return withDeleted(c, all, func(r *requestlog.Request) bool { return strings.HasSuffix(c.Query(param), of(r)) })
		}))))
	}
	return []*mutant.Mutant{
		mutant.Of(crmapi.DeleteGone, "left-under-its-rule", "A deleted webhook request is still listed by its rule.",
			left(paramRule, func(r *requestlog.Request) string { return r.Rule.ID })),
		mutant.Of(crmapi.DeleteGone, "left-under-its-definition", "A deleted webhook request is still listed by its definition.",
			left(paramDefinition, func(r *requestlog.Request) string { return r.Definition.ID })),
		mutant.Of(crmapi.DeleteGone, "left-under-its-entity", "A deleted webhook request is still listed by its entity.",
			left("entity", func(r *requestlog.Request) string { return r.Entity })),
		mutant.Of(crmapi.DeliveryLogged, "not-under-its-rule", "What a rule made is not listed by the rule.",
			onList(wrap.If(given(paramRule), records(func(c *wrap.Call, all []any) []any {
				return slices.DeleteFunc(all, func(r any) bool { return wasFired(c, wrap.String(member(r, "id"))) })
			})))).WithSetup(fired(func(c *wrap.Call, _ *wrap.Answer, r *requestlog.Request) {
			wrap.Remember(c, func(ids *firedIDs) { wrap.Put(ids, r.ID, true) })
		})),
	}
}

// counting are the mutants that are honest the first two times.
func counting() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ResendFailsAgain, "lost-the-third-time", "What failed for the third time is deleted.",
			onResend(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if r := answered(c, a); r != nil && r.Rejected && wrap.Third[failedTimes](c, r.URL) {
					forget(c, r)
				}
			}))),
		mutant.Of(crmapi.ResendRejectedOnly, "third-time-sent", "The third resend of a SUCCESSFUL webhook request is refused, and sent.",
			onResend(wrap.If(isSuccessful(func(c *wrap.Call, r *requestlog.Request) bool { return wrap.Third[refusedResends](c, r.ID) }),
				wrap.Before(func(c *wrap.Call) { send(c, named(c)) })))),
		mutant.Of(crmapi.DeleteIdentifier, "deleted-again", "A deletion of what is deleted is accepted from the third time on.",
			onDelete(wrap.All(wrap.If(func(c *wrap.Call) bool {
				t, gone := deleted(c)
				return gone && len(keys(c)) == 1 && wrap.Third[goneDeletions](c, t.request.ID)
			}, wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok(wrap.Object{}) })), wrap.Instead(noteDeleted)))),
		mutant.Of(crmapi.DeliverySuccessful, "third-without-response", "The response to every third delivery of a rule is not recorded.", nil).
			WithSetup(fired(func(c *wrap.Call, _ *wrap.Answer, r *requestlog.Request) {
				if !r.Rejected && wrap.Third[firings](c, r.Rule.ID) {
					edit(c, r.ID, func(r *requestlog.Request) { r.Received = nil })
				}
			})),
	}
}

// What counting mutants count, by the id of what is called.
type (
	failedTimes    map[string]int
	refusedResends map[string]int
	goneDeletions  map[string]int
	firings        map[string]int
	firedIDs       map[string]bool
)

func wasFired(c *wrap.Call, id string) (yes bool) {
	wrap.Remember(c, func(ids *firedIDs) { yes = (*ids)[id] })
	return yes
}

// withDeleted lists deleted webhook requests too.
func withDeleted(c *wrap.Call, all []any, some func(r *requestlog.Request) bool) []any {
	wrap.Remember(c, func(known *tombs) {
		for k, t := range *known {
			if k.Field == requestlog.ID && some(t.request) {
				all = append(all, t.shown)
			}
		}
	})
	return all
}

// firing changes every value in the data of a rule that fires, before it fires.
func firing(change func(value any) any) wrap.Wrap {
	return wrap.When(wrap.Before(func(c *wrap.Call) {
		c.Change(func(body wrap.Object) {
			params := body
			if inner, ok := body["params"].(wrap.Object); ok {
				params = inner
			}
			params["data"] = wrap.Everywhere(params["data"], change)
		})
	}), ruleFires)
}

// withoutURLQuery lists what goes to the same URL, whatever stands behind its question mark.
func withoutURLQuery(c *wrap.Call) *wrap.Answer {
	asked, _, _ := strings.Cut(c.Query("url"), "?")
	c.SetQuery("url", "")
	a := c.Next()
	if !accepted(a) {
		return a
	}
	a.Edit(set("data", slices.DeleteFunc(dataOf(a), func(r any) bool {
		at, _, _ := strings.Cut(wrap.String(member(r, "url")), "?")
		return at != asked
	})))
	return a
}
