package makecom

import (
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// answers are the mutants of what is common to all answers.
func answers() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.ErrorEnvelope, "plain-text", "Refusals are plain text.",
			onAPI(enveloped(func(_ *wrap.Call, a *wrap.Answer) { a.SetText(a.Status, http.StatusText(a.Status)) }))),
		mutant.Of(makeapi.ErrorEnvelope, "nested", "What is not found is told in an object within the object.",
			onAPI(enveloped(func(_ *wrap.Call, a *wrap.Answer) {
				if a.Status == http.StatusNotFound {
					a.Edit(func(body wrap.Object) {
						body["error"] = wrap.Object{"message": body["message"]}
						delete(body, "message")
						delete(body, "detail")
					})
				}
			}))),
		mutant.Of(makeapi.ErrorEnvelope, "code-as-number", "code is a number.",
			onAPI(enveloped(edit(func(body wrap.Object) { body["code"] = 4 })))),
		mutant.Of(makeapi.ErrorCodes, "not-found-as-bad-request", "The code of what is not found is that of a bad request.",
			onAPI(coded(http.StatusNotFound, makeapi.CodeBadRequest))),
		mutant.Of(makeapi.ErrorCodes, "forbidden-as-unauthorized", "The code of a missing scope is SC401.",
			onAPI(coded(http.StatusForbidden, makeapi.CodeUnauthorized))),
		mutant.Of(makeapi.ErrorCodes, "out-of-range-as-bad-request", "The code of a parameter out of range is that of a bad request.",
			onAPI(coded(http.StatusBadRequest, makeapi.CodeBadRequest))),
		mutant.Of(makeapi.ErrorCodes, "other-words", "A missing confirmation is told in other words.",
			onAPI(wrap.RefusedWith(http.StatusNotAcceptable, edit(func(body wrap.Object) { body["message"] = "Please confirm" })))),
		mutant.Of(makeapi.HTTPContentType, "text", "Answers carry text/json.",
			onAPI(contentType("text/json", func(*wrap.Answer) bool { return true }))),
		mutant.Of(makeapi.HTTPContentType, "problem-for-refusals", "Refusals carry application/problem+json.",
			onAPI(contentType("application/problem+json", func(a *wrap.Answer) bool { return !a.OK() }))),
		mutant.Of(makeapi.HTTPRequestID, "missing", "Answers carry no x-request-id.",
			onAPI(wrap.After(func(_ *wrap.Call, a *wrap.Answer) { a.Header().Del(makeapi.HeaderRequestID) }))),
		mutant.Of(makeapi.HTTPRequestID, "short-in-refusals", "The x-request-id of refusals has 16 digits.",
			onAPI(wrap.Refusal(func(_ *wrap.Call, a *wrap.Answer) {
				if id := a.Header().Get(makeapi.HeaderRequestID); len(id) > 16 {
					a.Header().Set(makeapi.HeaderRequestID, id[:16])
				}
			}))),
		mutant.Of(makeapi.HTTPRateLimit, "no-headers", "A rate limit is told in no header.",
			onAPI(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				for _, name := range []string{makeapi.HeaderRateLimit, makeapi.HeaderRateLimitRemaining, makeapi.HeaderRateLimitReset} {
					a.Header().Del(name)
				}
			}))),
		mutant.Of(makeapi.HTTPRateLimit, "in-json", "A call beyond the rate limit is refused in JSON.",
			onAPI(wrap.RefusedWith(http.StatusTooManyRequests, func(_ *wrap.Call, a *wrap.Answer) {
				*a = *refused(http.StatusTooManyRequests, "SC429")
			}))),
		mutant.Of(makeapi.HTTPRateLimit, "only-told", "Calls beyond the rate limit are served.",
			onAPI(wrap.Instead(serveBeyondLimit))),
		mutant.Of(makeapi.HTTPRateLimit, "remaining-stands-still", "x-ratelimit-remaining never falls.",
			onAPI(wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
				if limit := a.Header().Get(makeapi.HeaderRateLimit); limit != "" {
					a.Header().Set(makeapi.HeaderRateLimitRemaining, limit)
				}
			}))),
		mutant.Of(makeapi.HTTPBadInput, "fails", "A query that cannot be read is answered with 500.",
			onList(wrap.RefusedWith(http.StatusBadRequest, func(c *wrap.Call, a *wrap.Answer) {
				if c.R.URL.RawQuery != "" {
					*a = *refused(http.StatusInternalServerError, "SC500")
				}
			}))),
		mutant.Of(makeapi.HTTPBadInput, "cut", "A deletion whose body is no JSON object ends the connection.",
			onDelete(wrap.If((*wrap.Call).Unreadable, wrap.Cut()))),
		mutant.Of(makeapi.HTTPBadInput, "deletes", "A deletion whose body is no JSON object is refused, and empties the queue.",
			onDelete(wrap.If((*wrap.Call).Unreadable, wrap.After(func(c *wrap.Call, _ *wrap.Answer) { drop(c, idsOf(held(c), func(queue.Held) bool { return true })...) })))),
	}
}

// enveloped changes a refusal in the error envelope.
func enveloped(change func(c *wrap.Call, a *wrap.Answer)) wrap.Wrap {
	return wrap.Refusal(func(c *wrap.Call, a *wrap.Answer) {
		if _, ok := a.Object(); ok {
			change(c, a)
		}
	})
}

func coded(status int, code string) wrap.Wrap {
	return wrap.RefusedWith(status, edit(func(body wrap.Object) { body["code"] = code }))
}

func contentType(media string, on func(*wrap.Answer) bool) wrap.Wrap {
	return wrap.After(func(_ *wrap.Call, a *wrap.Answer) {
		if on(a) && strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") {
			a.Header().Set("Content-Type", media)
		}
	})
}

// vendor is what a world counts the calls of Make by.
const vendor = "make"

func serveBeyondLimit(c *wrap.Call) *wrap.Answer {
	a := c.Next()
	if a.Status != http.StatusTooManyRequests || c.World() == nil {
		return a
	}
	if c.World().HoldLimit(vendor, 0) != nil {
		return a
	}
	a = c.Next()
	_ = c.World().LetGo(vendor, 0) // what is not kept makes the answer a 500 by itself
	return a
}
