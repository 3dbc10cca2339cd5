// Package crmcom lists the mutants of CRM.COM's webhook_requests, one file per group of requirements.
package crmcom

import (
	"net/http"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Mutants lists them group by group.
func Mutants() []*mutant.Mutant {
	return slices.Concat(auth(), envelope(), show(), list(), resend(), remove(), deliveries(), sequence(), kinds(), meet(), breaks())
}

func onShow(w wrap.Wrap) wrap.Wrap   { return wrap.On(w, crmapi.OpShow) }
func onList(w wrap.Wrap) wrap.Wrap   { return wrap.On(w, crmapi.OpList) }
func onResend(w wrap.Wrap) wrap.Wrap { return wrap.On(w, crmapi.OpResend) }
func onDelete(w wrap.Wrap) wrap.Wrap { return wrap.On(w, crmapi.OpDelete) }

// onAll plays on the four operations on webhook requests.
func onAll(w wrap.Wrap) wrap.Wrap {
	return wrap.On(w, crmapi.OpShow, crmapi.OpList, crmapi.OpResend, crmapi.OpDelete)
}

// Names of parameters.
const (
	paramToken      = "token"
	paramRequest    = "webhook_request_identifier"
	paramDefinition = "webhook_definition_identifier"
	paramRule       = "workflow_rule_identifier"
	paramSize       = "number_of_results"
	paramOffset     = "offset"
	paramFields     = "fields_set"
)

// ok is a success with this data.
func ok(data any) *wrap.Answer {
	return wrap.JSON(http.StatusOK, wrap.Object{"status": wrap.Object{"code": crmapi.StatusOK, "message": "", "description": ""}, "data": data})
}

// no is a refusal.
func no() *wrap.Answer {
	return wrap.JSON(http.StatusOK, wrap.Object{"status": wrap.Object{"code": crmapi.CodeParameterInvalid.ExceptionClass, "message": "refused", "description": ""}})
}

func refuse() wrap.Wrap { return wrap.Instead(func(*wrap.Call) *wrap.Answer { return no() }) }

// accepted reports whether an answer is a success, which its HTTP status does not say.
func accepted(a *wrap.Answer) bool {
	body, _ := a.Object() // what is none has no status
	status, _ := body["status"].(wrap.Object)
	return status["code"] == crmapi.StatusOK
}

// success changes the data of a success.
func success(change func(c *wrap.Call, data any) any) wrap.Wrap {
	return wrap.After(func(c *wrap.Call, a *wrap.Answer) {
		if accepted(a) {
			a.Edit(func(body wrap.Object) { body["data"] = change(c, body["data"]) })
		}
	})
}

// record changes the one webhook request that is answered.
func record(change func(r wrap.Object)) wrap.Wrap {
	return success(func(_ *wrap.Call, data any) any {
		if r, one := data.(wrap.Object); one {
			change(r)
		}
		return data
	})
}

// records changes the list that is answered.
func records(change func(c *wrap.Call, all []any) []any) wrap.Wrap {
	return success(func(c *wrap.Call, data any) any {
		all, many := data.([]any)
		if !many {
			return data
		}
		return change(c, all)
	})
}

// everyRecord changes each webhook request of an answer, one or many.
func everyRecord(change func(r wrap.Object)) wrap.Wrap {
	return wrap.All(record(change), records(func(_ *wrap.Call, all []any) []any {
		for _, one := range all {
			if r, ok := one.(wrap.Object); ok {
				change(r)
			}
		}
		return all
	}))
}

// refusal changes a refusal.
func refusal(change func(c *wrap.Call, a *wrap.Answer)) wrap.Wrap {
	return wrap.After(func(c *wrap.Call, a *wrap.Answer) {
		if !accepted(a) {
			change(c, a)
		}
	})
}

// status changes the status of an answer.
func status(change func(s wrap.Object)) func(*wrap.Call, *wrap.Answer) {
	return func(_ *wrap.Call, a *wrap.Answer) {
		a.Edit(func(body wrap.Object) {
			if s, ok := body["status"].(wrap.Object); ok {
				change(s)
			}
		})
	}
}

func set(name string, value any) func(wrap.Object) {
	return func(o wrap.Object) { o[name] = value }
}

func without(name string) func(wrap.Object) {
	return func(o wrap.Object) { delete(o, name) }
}
