package page_test

import (
	"net/http"
	"testing"
)

// A world that was made anew has lost nothing: what somebody else's file leaves out did not leave a queue, though no client had called.
func TestWhatAnotherClientPutsInPlaceOfAWorldHasLostNothing(t *testing.T) {
	p := watch(t)
	p.control(http.MethodPost, "/fork", `{"as": "copy"}`) // whose journal is empty, without commands
	p.world = "copy"
	p.look()
	p.Sees(".column .card", "8d88f6f5")
	p.control(http.MethodPut, "", `{"makecom": {"hooks": [{"id": 654, "name": "Orders"}]}}`)
	p.Wait(`document.querySelectorAll('.board .card').length === 0`, "the empty queue")
	p.Wait(`![...document.querySelectorAll('[aria-label$=", gone"] .card')].length`, "nothing that left")
	p.Behaved()
}

// The filter finds what a row shows, whatever a hand leaves round it.
func TestTheFilterFindsWhatARowShows(t *testing.T) {
	p := watch(t)
	p.call(http.MethodGet, p.origin+"/api/v2/nowhere", p.world, "", nil)
	p.Press(".board", "Delete all, unconfirmed")
	p.Sees("#journal-count", "2")
	for _, text := range []string{" GET /api/v2/nowhere ", "delete/all-unconfirmed · "} {
		p.Fill("#filter-text", text)
		p.Sees("#journal-count", "1 of 2")
		p.Fill("#filter-text", "")
		p.Wait(`document.getElementById('journal-count').textContent === '2'`, "both")
	}
}
