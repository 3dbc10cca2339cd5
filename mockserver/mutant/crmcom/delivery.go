package crmcom

import (
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// deliveries are the mutants of what happens when a workflow rule fires. They play where the control API makes one fire, or
// makes its definition.
func deliveries() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.DeliveryLogged, "called-twice", "The URL of a definition is called twice.", nil).
			WithSetup(fired(func(c *wrap.Call, _ *wrap.Answer, r *requestlog.Request) { send(c, r) })),
		mutant.Of(crmapi.DeliveryLogged, "not-logged", "An attempt that is accepted is not logged.", nil).
			WithSetup(fired(func(c *wrap.Call, a *wrap.Answer, r *requestlog.Request) {
				if !r.Rejected {
					forget(c, r)
					a.SetJSON(wrap.Object{})
				}
			})),
		mutant.Of(crmapi.DeliveryLogged, "without-definition", "An attempt is logged without its definition.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) { r.Definition = requestlog.Reference{} })),
		mutant.Of(crmapi.DeliveryIDsUnique, "deleted-numbers-come-again", "The number of a deleted webhook request is given to the next one.",
			onDelete(wrap.Instead(noteFreed))).WithSetup(madeRequest(reuse(func(r *requestlog.Request, was freed) { r.Number = was.number }))),
		mutant.Of(crmapi.DeliveryIDsUnique, "deleted-ids-come-again", "The id of a deleted webhook request is given to the next one.",
			onDelete(wrap.Instead(noteFreed))).WithSetup(madeRequest(reuse(func(r *requestlog.Request, was freed) { r.ID = was.id }))),
		mutant.Of(crmapi.DeliverySuccessful, "no-response", "The response of a receiver that accepts is not recorded.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) {
				if !r.Rejected {
					r.Received = nil
				}
			})),
		mutant.Of(crmapi.DeliverySuccessful, "rejected", "A receiver that accepts makes the webhook request REJECTED.", nil).
			WithSetup(firedRecord(reject)),
		mutant.Of(crmapi.DeliveryRejected, "client-errors-accepted", "A 4xx of the receiver counts as accepted.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) {
				if r.Received != nil && r.Received.Status >= http.StatusBadRequest && r.Received.Status < http.StatusInternalServerError {
					accept(r)
				}
			})),
		mutant.Of(crmapi.DeliveryRejected, "nobody-there-accepted", "A connection that is refused counts as accepted.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) {
				if strings.Contains(strings.ToLower(r.Failure.Description), "refused") {
					accept(r)
				}
			})),
		mutant.Of(crmapi.DeliveryRejected, "silence-accepted", "A receiver that never answers counts as accepted.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) {
				if strings.Contains(r.Failure.Code, "Timeout") {
					accept(r)
				}
			})),
		mutant.Of(crmapi.DeliveryRejected, "no-description", "A failure has no description.", nil).
			WithSetup(firedRecord(func(r *requestlog.Request) { r.Failure.Description = "" })),
		mutant.Of(crmapi.DeliveryHMAC, "other-key", "Deliveries are signed with another key than the definition's.", nil).
			WithSetup(defined(func(d *requestlog.Definition) { d.OtherKey = d.SecretKey + "?" })),
		mutant.Of(crmapi.DeliveryHMAC, "first-key-for-all", "Every delivery is signed with the key of the first definition.", nil).
			WithSetup(wrap.When(wrap.After(firstKeyForAll), aDefinition)),
		mutant.Of(crmapi.DeliveryEffectiveOnly, "all-send", "A definition that is not Effective sends as well.", nil).
			WithSetup(defined(func(d *requestlog.Definition) { d.Effective = true })),
		mutant.Of(crmapi.DeliveryFieldsSet, "everything-sent", "Every field of the entity is sent, whatever the definition says.", nil).
			WithSetup(defined(func(d *requestlog.Definition) { d.FieldsSet = nil })),
		mutant.Of(crmapi.DeliveryFieldsSet, "first-field-only", "Only the first field of the definition's fields set is sent.", nil).
			WithSetup(defined(func(d *requestlog.Definition) { d.FieldsSet = d.FieldsSet[:min(1, len(d.FieldsSet))] })),
	}
}

// The provider states that mutants care for.
const (
	aDefinition       = "a webhook definition"
	ruleFires         = "a workflow rule fires"
	rejectedRequest   = "a rejected webhook request"
	successfulRequest = "a successful webhook request"
)

// fired plays after a rule has fired and something was logged.
func fired(do func(c *wrap.Call, a *wrap.Answer, r *requestlog.Request)) wrap.Wrap {
	return wrap.When(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
		if r := answered(c, a); r != nil {
			do(c, a, r)
		}
	}), ruleFires)
}

// firedRecord changes what was logged of a rule that fired.
func firedRecord(change func(r *requestlog.Request)) wrap.Wrap {
	return fired(func(c *wrap.Call, _ *wrap.Answer, r *requestlog.Request) { edit(c, r.ID, change) })
}

// defined changes a definition that is made.
func defined(change func(d *requestlog.Definition)) wrap.Wrap {
	return wrap.When(wrap.After(func(c *wrap.Call, a *wrap.Answer) { redefine(c, a, change) }), aDefinition)
}

func redefine(c *wrap.Call, a *wrap.Answer, how func(d *requestlog.Definition)) {
	body, _ := a.Object() // a refusal names none
	change(c, func(s *requestlog.State) world.Command {
		d, err := s.Definition(requestlog.Key{Field: requestlog.ID, Value: wrap.String(body["id"])})
		if err != nil {
			return nil
		}
		how(&d)
		return requestlog.Redefine{Definition: d}
	})
}

type firstKey string

func firstKeyForAll(c *wrap.Call, a *wrap.Answer) {
	redefine(c, a, func(d *requestlog.Definition) {
		wrap.Remember(c, func(first *firstKey) {
			if *first == "" {
				*first = firstKey(d.SecretKey)
			}
			d.OtherKey = string(*first)
		})
	})
}

// freed is what a deleted webhook request was known by.
type freed struct {
	id     string
	number uint64
}

type freedKeys []freed

func noteFreed(c *wrap.Call) *wrap.Answer {
	r := named(c)
	a := c.Next()
	if r != nil && accepted(a) {
		wrap.Remember(c, func(keys *freedKeys) { *keys = append(*keys, freed{r.ID, r.Number}) })
	}
	return a
}

// madeRequest plays after the control API has made a webhook request, by firing a rule or without sending.
func madeRequest(do func(c *wrap.Call, a *wrap.Answer)) wrap.Wrap {
	return wrap.When(wrap.After(do), ruleFires, rejectedRequest, successfulRequest)
}

// reuse gives the webhook request that was made what was freed, and says so in the answer.
func reuse(how func(r *requestlog.Request, was freed)) func(*wrap.Call, *wrap.Answer) {
	return func(c *wrap.Call, a *wrap.Answer) {
		r := answered(c, a)
		var was freed
		wrap.Remember(c, func(keys *freedKeys) {
			if r != nil && len(*keys) > 0 {
				was, *keys = (*keys)[0], (*keys)[1:]
			}
		})
		if was.id == "" {
			return
		}
		changed := *r
		how(&changed, was)
		edit(c, r.ID, func(r *requestlog.Request) { *r = changed })
		a.Edit(func(body wrap.Object) { body["id"], body["number"] = changed.ID, keyOf(&changed) })
	}
}
