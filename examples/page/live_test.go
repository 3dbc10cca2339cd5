package page_test

import (
	"net/http"
	"testing"
)

// A schedule empties a queue while somebody watches and nobody calls.
func TestAScheduleIsSeenAtWork(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPost, "/makecom/hooks", `{"name":"Scheduled","processing":{"mode":"scheduled","every":"1s","maxResults":1}}`)
	p.Sees(`.board[aria-label^="Scheduled"]`, "processed every 1s")
	var id string
	p.Eval(`document.querySelector('.board[aria-label^="Scheduled"]').getAttribute('aria-label').match(/hook (\d+)/)[1]`, &id)
	p.control(http.MethodPost, "/makecom/hooks/"+id+"/incomings", `{"data":[1,2]}`)
	p.Sees(`.board[aria-label^="Scheduled"] .column:first-child .count`, "2")
	p.Sees(`.board[aria-label^="Scheduled"] .column:first-child .count`, "0")
	p.Behaved()
}
