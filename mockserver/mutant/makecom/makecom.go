// Package makecom lists the mutants of Make's Hooks > Incomings, one file per group of requirements.
package makecom

import (
	"slices"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// Mutants lists them in the order of the requirements.
func Mutants() []*mutant.Mutant {
	return slices.Concat(auth(), list(), detail(), stats(), remove(), process(), ingest(), answers(), kinds(), further(), meet(), breaks())
}

func onList(w wrap.Wrap) wrap.Wrap   { return wrap.On(w, makeapi.OpList) }
func onDelete(w wrap.Wrap) wrap.Wrap { return wrap.On(w, makeapi.OpDelete) }
func onDetail(w wrap.Wrap) wrap.Wrap { return wrap.On(w, makeapi.OpDetail) }
func onStats(w wrap.Wrap) wrap.Wrap  { return wrap.On(w, makeapi.OpStats) }
func onIngest(w wrap.Wrap) wrap.Wrap { return wrap.On(w, makeapi.OpIngest) }

// onAPI leaves the hooks' own addresses alone.
func onAPI(w wrap.Wrap) wrap.Wrap {
	return wrap.If(func(c *wrap.Call) bool { return !c.Is(makeapi.OpIngest) }, w)
}

// refused is a refusal in the error envelope.
func refused(status int, code string) *wrap.Answer {
	return wrap.JSON(status, wrap.Object{"message": "Refused", "detail": "The request was refused.", "code": code, "suberrors": []any{}})
}

// status changes the status alone.
func status(to int) func(*wrap.Call, *wrap.Answer) {
	return func(_ *wrap.Call, a *wrap.Answer) { a.Status = to }
}

// edit changes the object that is answered, whatever the status.
func edit(change func(wrap.Object)) func(*wrap.Call, *wrap.Answer) {
	return func(_ *wrap.Call, a *wrap.Answer) { a.Edit(change) }
}
