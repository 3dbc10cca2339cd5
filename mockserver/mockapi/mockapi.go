// Package mockapi says what the mock has to know of an API. An API is one value: whoever has it can have the API played.
//
// The packages of the mock's own APIs each export such a value, package mockserver lists them, and
// [github.com/understudy-mock/understudy/mockserver.WithAPI] adds somebody else's. No other package of the mock names an API.
package mockapi

import (
	"net/http"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// API is everything that the mock has to know of one API.
type API struct {
	Contract *contract.API
	Play     func(*Host) Play                          // makes what answers on one server
	Mutants  func() []*mutant.Mutant                   // its broken vendors; nil for none
	View     func(*world.World, Look) ([]Board, error) // shows its state to a person; nil for nothing
	Try      []string                                  // commands for a shell, as the start page shows them; {base} stands for the API's address
}

// Name is the name of the contract, one word.
func (a *API) Name() string { return a.Contract.Name }

// Host is the server on which an API is played.
type Host struct {
	Worlds *world.Registry
	Egress *egress.Sender // sends what the vendor sends by itself
}

// Play is an API on one server.
type Play struct {
	Surfaces []Surface
}

// Surface is a group of routes that find their world, refuse and dress their answers in the same way. Surfaces may share a
// prefix, those of different APIs too; no two of them may have the same route.
type Surface struct {
	Title      string // what lies there, for people
	Prefix     string // of every path
	Register   func(*mux.Router)
	Operations map[string]string // operation id by method, if one is asked for, a space, and the path template

	// Open finds the world of a request and what its credential allows there.
	Open func(*world.Registry, *http.Request, *exchange.Exchange) error
	// Count counts a request whose world was found against a rate limit; nil for no limit.
	Count func(*exchange.Exchange)
	// SetHeaders sets the headers that every answer carries; nil for none.
	SetHeaders func(*exchange.Exchange, http.Header)
	// Admit refuses what the credential does not allow; nil admits everything.
	Admit func(*exchange.Exchange, *http.Request) error
	// Prepare refuses what the document does not admit; nil for nothing.
	Prepare func(*exchange.Exchange, *http.Request) error
	// Refuse writes the vendor's answer to an error, whatever it is.
	Refuse func(http.ResponseWriter, *http.Request, error)
}
