// Package mockapi says what the mock has to know of an API. An API is one value: whoever has it can have the API played.
//
// The packages of the mock's own APIs each export such a value, package mockserver lists them, and
// [github.com/understudy-mock/understudy/mockserver.WithAPI] adds somebody else's. No other package of the mock names an API.
package mockapi

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// API is everything that the mock has to know of one API.
type API struct {
	Contract *contract.API
	Play     func(*Host) Play        // makes what answers on one server
	Mutants  func() []*mutant.Mutant // its broken vendors; nil for none
	Parts    []world.Part            // what it keeps in a world; APIs of one vendor may share some

	// States are the provider states that are the API's own; nil for none.
	States func() []ProviderState
	// Control is its part of the control API; nil for none.
	Control func() *Control
	// Sizes counts what a world holds of it, by the name that the list of worlds gives each count; nil for nothing.
	Sizes func(*world.World) (map[string]int, error)
	// Vendor is the name by which a world counts calls against a rate limit, the same for all APIs of a vendor; "" for no limit.
	Vendor string
	// File is its part of a world file, the member of its name; nil for none.
	File *File
	// Names is what replays of its exchanges have to know; nil where ids of 32 hex digits are all.
	Names func() journal.Names
	// Scopes are what a token may be allowed to do; nil where tokens have none.
	Scopes []string
	// Documented adds to a base world what the documents speak of, so that their example calls work; nil for nothing.
	Documented func(*world.Base)

	// Formed reports whether the form inside a member of its answers is the vendor's, too, and not that of what a client delivered:
	// variations write it in other ways. Nil is for none.
	Formed func(member string) bool

	View func(*world.World, Look) ([]Board, error) // shows its state to a person; nil for nothing

	// Codes judges the authentication codes of what a sink of the world received, one for each; nil for an API that signs nothing.
	Codes func(w *world.World, name string, received []sink.Delivery) ([]Code, error)

	// DeliversTo reports whether something in the world leads to a sink of it; nil for an API that sends nothing.
	DeliversTo func(w *world.World, name string) (bool, error)

	// Check says how a server is held to a requirement; nil where the mock is played without a suite.
	Check func(*contract.Requirement) Check

	Try []string // commands for a shell, as the start page shows them; {base} stands for the API's address
}

// Check is how a server is held to a requirement, by the check that has the requirement's id.
type Check struct {
	Command    string // for a shell; {base} stands for the API's address, {states} for that of the provider states, {credential} for the option that carries the control token
	Untestable string // why nobody can tell from outside; "" where there is a check
}

// Code says whether the authentication code of a delivery is right.
type Code string

// What a code can be.
const (
	CodeNone  Code = "none" // it has none, or its body was cut
	CodeRight Code = "right"
	CodeWrong Code = "wrong"
)

// Name is the name of the contract, one word.
func (a *API) Name() string { return a.Contract.Name }

// Contracts are those of some APIs.
func Contracts(apis []*API) []*contract.API {
	all := make([]*contract.API, len(apis))
	for i, api := range apis {
		all[i] = api.Contract
	}
	return all
}

// Scopes are those of some APIs.
func Scopes(apis []*API) []string {
	var all []string
	for _, api := range apis {
		all = append(all, api.Scopes...)
	}
	return all
}

// Names are those that replays of some APIs have to know.
func Names(apis []*API) []journal.Names {
	var all []journal.Names
	for _, api := range apis {
		if api.Names != nil {
			all = append(all, api.Names())
		}
	}
	return all
}

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
	// Head reports whether HEAD is answered where a path takes GET: as GET, without the body. Where it is nil, HEAD is a method as any other.
	Head func(*exchange.Exchange) bool
	// Refuse writes the vendor's answer to an error, whatever it is.
	Refuse func(http.ResponseWriter, *http.Request, error)
}

// File is how an API's part of a world is written in a world file, as the member with the API's name.
type File struct {
	Schema json.RawMessage // JSON Schema of the member; nil where the published schema of world files has it already
	Form   any             // a value of the Go type that the member has to fit; nil for any
	// Decode adds what the member describes to a base.
	Decode func(raw json.RawMessage, head FileHead, b *world.Base) error
	// Encode is the other way round. What is the zero value of its type is left out of the file.
	Encode func(b world.Base) (any, error)
	// Anonymous makes the member fit for a world of another name, which a replay puts in the place of placeholder; nil for a member that
	// names no world.
	Anonymous func(raw json.RawMessage, placeholder string) (json.RawMessage, error)
	// DeclaredLogins reports whether [FileHead.DeclaredLogins] holds for a world; nil for an API without a login.
	DeclaredLogins func(b world.Base) bool
	// Check finds what the schema cannot say; nil for nothing.
	Check func(raw json.RawMessage, c *filecheck.Checker)
}

// FileHead is what an API's part has to know of the rest of the file.
type FileHead struct {
	Seed    int64     // from which ids follow that the file leaves out
	Created time.Time // of what the file gives no time
	// DeclaredLogins says that nobody gets a token by a login but those whom the API's part declares.
	DeclaredLogins bool
}
