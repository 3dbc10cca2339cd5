package crmcom

import (
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

func envelope() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.EnvelopeOK, "lower-case", "status.code of a success is ok.",
			onAll(wrap.After(func(c *wrap.Call, a *wrap.Answer) {
				if accepted(a) {
					status(set("code", "ok"))(c, a)
				}
			}))),
		mutant.Of(crmapi.EnvelopeOK, "no-data-after-delete", "A deletion answers without data.",
			onDelete(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if accepted(a) {
					a.Edit(without("data"))
				}
			}))),
		mutant.Of(crmapi.EnvelopeOK, "unwrapped", "show answers the webhook request without an envelope.",
			onShow(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if body, ok := a.Object(); ok && accepted(a) {
					a.SetJSON(body["data"])
				}
			}))),
		mutant.Of(crmapi.EnvelopeError, "no-words", "A refusal says only its code.",
			onAll(refusal(status(func(s wrap.Object) { s["message"], s["description"] = "", "" })))),
		mutant.Of(crmapi.EnvelopeError, "plain-text", "What is not found is refused in plain text.",
			onAll(refusal(func(_ *wrap.Call, a *wrap.Answer) {
				if strings.Contains(string(a.Bytes), crmapi.CodeRequestNotFound.ExceptionClass) {
					a.SetText(a.Status, "not found")
				}
			}))),
		mutant.Of(crmapi.EnvelopeError, "no-status", "A refused list has no status.",
			onList(refusal(func(_ *wrap.Call, a *wrap.Answer) { a.Edit(without("status")) }))),
		mutant.Of(crmapi.EnvelopeVerbs, "get-deletes", "delete works by GET as well.",
			misused(http.MethodGet, "/delete", forget)),
		mutant.Of(crmapi.EnvelopeVerbs, "get-resends", "resend works by GET as well.",
			misused(http.MethodGet, "/resend", func(c *wrap.Call, r *requestlog.Request) { send(c, r) })),
		mutant.Of(crmapi.EnvelopeVerbs, "delete-deletes", "The verb DELETE deletes what the query names.",
			misused(http.MethodDelete, "/show", forget)),
		mutant.Of(crmapi.EnvelopeBadInput, "fails", "A list that is refused is answered with 500.",
			onList(refusal(func(_ *wrap.Call, a *wrap.Answer) { a.Status = http.StatusInternalServerError }))),
		mutant.Of(crmapi.EnvelopeBadInput, "cut", "A call whose body is no JSON object ends the connection.",
			onAll(wrap.If((*wrap.Call).Unreadable, wrap.Cut()))),
		mutant.Of(crmapi.EnvelopeBadInput, "deletes", "A deletion whose identifier cannot be read is refused, and empties the log.",
			onDelete(refusal(func(c *wrap.Call, a *wrap.Answer) {
				if strings.Contains(string(a.Bytes), "IDENTIFIER") {
					for _, r := range everyRequest(c) {
						forget(c, r)
					}
				}
			}))),
	}
}

// misused does something where a method is called by the wrong verb, and answers as the honest mock does.
func misused(verb, path string, do func(c *wrap.Call, r *requestlog.Request)) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool {
		return c.Operation() == "" && c.R.Method == verb && strings.HasSuffix(c.R.URL.Path, path)
	}, wrap.Before(func(c *wrap.Call) {
		if r := named(c); r != nil {
			do(c, r)
		}
	}))
}
