package crmcom

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func show() []*mutant.Mutant {
	return append(found(), shown()...)
}

// found are mutants that show another webhook request than the one named.
func found() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ShowByID, "newest", "Whatever the id, the newest webhook request is shown.",
			onShow(by("id", wrap.Before(nameNewest)))),
		mutant.Of(crmapi.ShowByID, "unknown", "No id is known to show.",
			onShow(by("id", refuse()))),
		mutant.Of(crmapi.ShowByID, "next-of-the-entity", "Where another webhook request is about the same thing, that one is shown.",
			onShow(by("id", wrap.Before(nameSibling)))),
		mutant.Of(crmapi.ShowByNumber, "newest", "Whatever the number, the newest webhook request is shown.",
			onShow(by("number", wrap.Before(nameNewest)))),
		mutant.Of(crmapi.ShowByNumber, "one-less", "The webhook request before the one with that number is shown, if there is one.",
			onShow(by("number", wrap.Before(nameOneLess)))),
		mutant.Of(crmapi.ShowIdentifierRequired, "newest", "Without an identifier, the newest webhook request is shown.",
			onShow(wrap.If(unnamed, wrap.Before(nameNewest)))),
		mutant.Of(crmapi.ShowIdentifierRequired, "empty", "Without an identifier, show answers OK and nothing.",
			onShow(wrap.If(unnamed, wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok(wrap.Object{}) })))),
		mutant.Of(crmapi.ShowIdentifierOneField, "first-counts", "Of id and number, the one that comes first counts.",
			onShow(wrap.Before(func(c *wrap.Call) {
				first, _, _ := strings.Cut(c.Query(paramRequest), ",")
				c.SetQuery(paramRequest, first)
			}))),
		mutant.Of(crmapi.ShowIdentifierOneField, "repeated-last-counts", "Of a repeated identifier, the last one counts.",
			onShow(wrap.Before(func(c *wrap.Call) {
				c.ChangeQuery(func(q url.Values) {
					if given := q[paramRequest]; len(given) > 1 {
						q[paramRequest] = given[len(given)-1:]
					}
				})
			}))),
		mutant.Of(crmapi.ShowUnknown, "empty", "An identifier that matches nothing is answered OK and nothing.",
			onShow(wrap.If(unmatched, wrap.Instead(func(*wrap.Call) *wrap.Answer { return ok(wrap.Object{}) })))),
		mutant.Of(crmapi.ShowUnknown, "newest", "For a number that matches nothing, the newest webhook request is shown.",
			onShow(by("number", wrap.If(unmatched, wrap.Before(nameNewest))))),
	}
}

// shown are the mutants of what show says of a webhook request.
func shown() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ShowShape, "no-log-information", "log_information is missing.",
			onShow(whole(record(without("log_information"))))),
		mutant.Of(crmapi.ShowShape, "no-response", "response is missing.",
			onShow(whole(record(without("response"))))),
		mutant.Of(crmapi.ShowShape, "local-date", "Dates are written in another way.",
			onShow(whole(record(func(r wrap.Object) {
				if info, ok := r["log_information"].(wrap.Object); ok {
					info["created_date"] = strings.ReplaceAll(wrap.String(info["created_date"]), "-", "/")
				}
			})))),
		mutant.Of(crmapi.ShowFieldsSet, "ignored", "fields_set changes nothing.",
			onShow(wrap.Before(func(c *wrap.Call) { c.SetQuery(paramFields, "") }))),
		mutant.Of(crmapi.ShowFieldsSet, "only-the-first", "Of fields_set, only the first field is shown.",
			onShow(wrap.Before(func(c *wrap.Call) {
				first, _, _ := strings.Cut(c.Query(paramFields), ",")
				c.SetQuery(paramFields, first)
			}))),
		mutant.Of(crmapi.ShowStates, "lower-case", "life_cycle_state is written in small letters.",
			onShow(record(func(r wrap.Object) { r["life_cycle_state"] = strings.ToLower(wrap.String(r["life_cycle_state"])) }))),
		mutant.Of(crmapi.ShowStates, "completed", "A SUCCESSFUL webhook request is COMPLETED.",
			onShow(record(func(r wrap.Object) {
				if r["life_cycle_state"] == crmapi.StateSuccessful {
					r["life_cycle_state"] = "COMPLETED"
				}
			}))),
		mutant.Of(crmapi.ShowEntity, "singular", "entity is written without its last letter.",
			onShow(record(func(r wrap.Object) { r["entity"] = strings.TrimSuffix(wrap.String(r["entity"]), "S") }))),
		mutant.Of(crmapi.ShowEntity, "other-word", "ACTIVITIES has another name.",
			onShow(record(func(r wrap.Object) {
				if r["entity"] == "ACTIVITIES" {
					r["entity"] = "ACTIVITY_LIST"
				}
			}))),
		mutant.Of(crmapi.ShowErrorOnlyRejected, "none-in-words", "A SUCCESSFUL webhook request has the error_code NONE.",
			onShow(successful(set("error_code", "NONE")))),
		mutant.Of(crmapi.ShowErrorOnlyRejected, "stays-after-a-resend", "After a resend that succeeds, the error is still there.",
			wrap.All(onResend(wrap.Instead(noteFailure)), onShow(wrap.After(showFailure)))),
		mutant.Of(crmapi.ShowAuthenticationCode, "all-zeros", "authentication_code is 64 zeros.",
			wrap.On(everyRecord(func(r wrap.Object) {
				if r["authentication_code"] != nil {
					r["authentication_code"] = strings.Repeat("0", 64)
				}
			}), crmapi.OpShow, crmapi.OpList)),
		mutant.Of(crmapi.ShowAuthenticationCode, "cut", "authentication_code lacks its last digit.",
			wrap.On(everyRecord(func(r wrap.Object) {
				if code := wrap.String(r["authentication_code"]); code != "" {
					r["authentication_code"] = code[:len(code)-1]
				}
			}), crmapi.OpShow, crmapi.OpList)),
		mutant.Of(crmapi.ShowReadOnly, "touched", "show changes updated_date.",
			onShow(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if r := answered(c, a); r != nil {
					edit(c, r.ID, later)
				}
			}))),
		mutant.Of(crmapi.ShowReadOnly, "list-forgets-the-oldest", "list deletes the last of several that it shows.",
			onList(wrap.After(forgetLast))),
	}
}

// by plays w where the identifier is by this field alone.
func by(field string, w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool {
		given := c.R.URL.Query()[paramRequest]
		return len(given) == 1 && strings.HasPrefix(given[0], field+"=") && !strings.Contains(given[0], ",")
	}, w)
}

// whole plays w where no fields_set is given.
func whole(w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return c.Query(paramFields) == "" }, w)
}

func unnamed(c *wrap.Call) bool { return !c.R.URL.Query().Has(paramRequest) }

func unmatched(c *wrap.Call) bool {
	return named(c) == nil && len(keys(c)) == 1 && keys(c)[0].Value != ""
}

func nameNewest(c *wrap.Call) {
	if all := everyRequest(c); len(all) > 0 {
		c.SetQuery(paramRequest, "id="+all[0].ID)
	}
}

// nameSibling names another webhook request about the same thing, if there is one.
func nameSibling(c *wrap.Call) {
	r := named(c)
	if r == nil {
		return
	}
	for _, other := range everyRequest(c) {
		if other.EntityID == r.EntityID && other.ID != r.ID {
			c.SetQuery(paramRequest, "id="+other.ID)
			return
		}
	}
}

func nameOneLess(c *wrap.Call) {
	r := named(c)
	if r == nil {
		return
	}
	if k := requestlog.NumberKey(r.Number - 1); find(c, k) != nil {
		c.SetQuery(paramRequest, "number="+strconv.FormatUint(r.Number-1, 10))
	}
}

// successful changes a SUCCESSFUL webhook request that is answered.
func successful(change func(r wrap.Object)) wrap.Wrap {
	return record(func(r wrap.Object) {
		if r["life_cycle_state"] == crmapi.StateSuccessful {
			change(r)
		}
	})
}

type failures map[string]requestlog.Failure

// noteFailure remembers the failure of a webhook request that is sent again.
func noteFailure(c *wrap.Call) *wrap.Answer {
	was := named(c)
	a := c.Next()
	if r := answered(c, a); r != nil && was != nil {
		wrap.Remember(c, func(known *failures) { wrap.Put(known, r.ID, was.Failure) })
	}
	return a
}

func showFailure(c *wrap.Call, a *wrap.Answer) {
	r := answered(c, a)
	if r == nil || r.Rejected {
		return
	}
	var was requestlog.Failure
	wrap.Remember(c, func(known *failures) { was = (*known)[r.ID] })
	if was.Code == "" {
		return
	}
	a.Edit(func(body wrap.Object) {
		if data, ok := body["data"].(wrap.Object); ok {
			data["error_code"], data["error_description"] = was.Code, was.Description
		}
	})
}

func forgetLast(c *wrap.Call, a *wrap.Answer) {
	body, _ := a.Object() // what is none lists nothing
	all, _ := body["data"].([]any)
	if len(all) < 2 {
		return
	}
	last, _ := all[len(all)-1].(wrap.Object) // nil has no id
	c.Do(requestlog.Delete{Key: requestlog.Key{Field: requestlog.ID, Value: wrap.String(last["id"])}})
}
