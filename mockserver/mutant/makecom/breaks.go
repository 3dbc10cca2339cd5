package makecom

import (
	"encoding/json"
	"net/http"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// breaks are the mutants that break at a request instead of answering it, every time.
func breaks() []*mutant.Mutant {
	return []*mutant.Mutant{
		mutant.Of(makeapi.DeleteMalformed, "drops-the-connection", "A body that is not JSON ends the connection.",
			onDelete(wrap.If(notJSON, wrap.Drop()))),
		mutant.Of(makeapi.DeleteMalformed, "server-error", "A body that is not JSON is a 500.",
			onDelete(wrap.If(notJSON, wrap.Instead(crash)))),
		mutant.Of(makeapi.DetailUnknownItem, "drops-the-connection", "The detail of an item that there is not ends the connection.",
			onDetail(wrap.If(notFound, wrap.Drop()))),
		mutant.Of(makeapi.StatsQueue, "drops-the-connection-when-empty", "The stats of an empty queue end the connection.",
			onStats(wrap.If(func(c *wrap.Call) bool { return len(held(c)) == 0 }, wrap.Drop()))),
	}
}

func notJSON(c *wrap.Call) bool { return len(c.Raw()) > 0 && !json.Valid(c.Raw()) }

func notFound(c *wrap.Call) bool { return c.Next().Status == http.StatusNotFound }

func crash(*wrap.Call) *wrap.Answer {
	return wrap.JSON(http.StatusInternalServerError, wrap.Object{"message": "Internal error"})
}
