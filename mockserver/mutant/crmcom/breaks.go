package crmcom

import (
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// breaks are the mutants that break at a request instead of answering it, every time.
func breaks() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(crmapi.ShowUnknown, "drops-the-connection", "An identifier that matches nothing ends the connection.",
			onShow(wrap.If(unmatched, wrap.Drop()))),
		mutant.Of(crmapi.ResendSingle, "drops-the-connection", "A resend of what matches nothing ends the connection.",
			onResend(wrap.If(unmatched, wrap.Drop()))),
		mutant.Of(crmapi.DeleteIdentifier, "server-error", "A deletion of what matches nothing is a 500.",
			onDelete(wrap.If(unmatched, wrap.Instead(crash)))),
		mutant.Of(crmapi.ListFilterRequired, "drops-the-connection", "A list without a filter ends the connection.",
			onList(wrap.If(unfiltered, wrap.Drop()))),
	}
}

func crash(*wrap.Call) *wrap.Answer {
	return wrap.Text(http.StatusInternalServerError, "Internal error")
}
