// Package exchange carries what is known of one request on its way through the mock: its world, its operation, and the
// requirements that decided the answer.
package exchange

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/citation"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Exchange is one request and its answer in the making. It belongs to one goroutine.
type Exchange struct {
	Worlds    *world.Registry
	World     *world.World // nil where the request opened none
	Grant     world.Grant
	Operation string           // operationId, "" where no operation was reached
	Body      []byte           // of the request, whole
	Prepared  any              // the body as the generated server takes it, where it was read already; nil for not
	Rate      world.Rate       // what is left of the rate limit after the call; zero for no limit
	BaseURL   string           // scheme and host by which the client reached the mock
	Fault     *fault.Injection // nil for none
	Mutant    string
	Changed   journal.Transition
	Base      contract.Dialect // of the base world
	Unkept    uint64           // changes of the world that could not be kept before the request

	Gate      *inflow.Gate    // what large bodies pass, nil for none
	Citations *citation.Table // those of the server; nil where nothing is cited

	releases []func() // of the gate

	query    url.Values // of the text in queryOf
	queryErr error
	queryOf  string

	cited   []*contract.Requirement
	applied int // those that answers follow whatever decides them, at the beginning of cited
	room    [16]*contract.Requirement

	carrier      carrier
	reader       reader     // of the body
	variables    []variable // of the path
	variableRoom [2]variable
	variableMap  map[string]string // the same, for those who want a map
	headers      int               // that were set
	headerRoom   [8]string
}

// Cite notes the requirements that decide the answer, each once, in the order of the decisions.
func (x *Exchange) Cite(requirements ...*contract.Requirement) {
	if x.cited == nil {
		x.cited = x.room[:0]
	}
	for _, r := range requirements {
		if !x.cites(r) {
			x.cited = append(x.cited, r)
		}
	}
}

// Apply notes requirements that answers follow whatever decides them. They come behind the others.
func (x *Exchange) Apply(requirements ...*contract.Requirement) {
	x.Cite()
	for _, r := range requirements {
		if !x.cites(r) {
			x.cited = slices.Insert(x.cited, x.applied, r)
			x.applied++
		}
	}
}

// Decide notes requirements in front of all others: those of an exception, without which the outcome would be what the others say.
func (x *Exchange) Decide(requirements ...*contract.Requirement) {
	x.Cite()
	for _, r := range slices.Backward(requirements) {
		if i := slices.Index(x.cited, r); i >= 0 {
			x.cited = slices.Delete(x.cited, i, i+1)
			x.applied -= min(1, max(0, x.applied-i))
		}
		x.cited = slices.Insert(x.cited, x.applied, r)
	}
}

func (x *Exchange) cites(r *contract.Requirement) bool {
	for _, c := range x.cited {
		if c == r {
			return true
		}
	}
	return false
}

// Receive reads a body through the gate: size bytes where that is known, else up to most.
func (x *Exchange) Receive(r io.Reader, size, most int64) ([]byte, error) {
	body, release, err := x.Gate.Read(r, size, most)
	if size < 0 || size > inflow.Small {
		x.releases = append(x.releases, release)
	}
	return body, err
}

// Release forgets the body: whoever holds on to the exchange does not hold on to it.
func (x *Exchange) Release() {
	x.Body = nil
	for _, release := range x.releases {
		release()
	}
	x.releases = nil
}

// Cited lists the requirements that decided the answer, the decisive first.
func (x *Exchange) Cited() []*contract.Requirement {
	return append(x.cited, x.cited[:x.applied]...)[x.applied:]
}

// Forget drops what was cited: another answer takes the place of the one that it decided.
func (x *Exchange) Forget() { x.cited, x.applied = nil, 0 }

// Citation is the requirements that decided the answer, nil for none.
func (x *Exchange) Citation() *citation.Citation { return x.Citations.Of(x.Cited()) }

// Query is the query of the request, parsed once as long as nobody changes it.
func (x *Exchange) Query(r *http.Request) (url.Values, error) { return x.parse(r.URL.RawQuery) }

func (x *Exchange) parse(text string) (url.Values, error) {
	if x.query == nil || x.queryOf != text {
		x.queryOf = text
		x.query, x.queryErr = url.ParseQuery(text)
	}
	return x.query, x.queryErr
}

// Given is a parameter of the query that Query has parsed, "" for none.
func (x *Exchange) Given(name string) string { return x.query.Get(name) }

// NewRequestID is 32 lower-case hex digits that name the exchange.
func (x *Exchange) NewRequestID() string {
	if x.World == nil {
		return x.Worlds.NewRequestID()
	}
	return x.World.NewRequestID()
}

// Dialect is the answers in force: without a world, those of the base world.
func (x *Exchange) Dialect() contract.Dialect {
	if x.World == nil {
		return x.Base
	}
	return x.World.Dialect()
}

// Parameter is what the client sent for a parameter, in the path or in the query.
func Parameter(r *http.Request, name string) string {
	if value, inPath := mux.Vars(r)[name]; inPath {
		return value
	}
	return r.URL.Query().Get(name)
}

// GivenTwice says what is wrong with a parameter that the client gave more than once, "" where it did not.
func GivenTwice(r *http.Request, name string) string {
	if n := len(r.URL.Query()[name]); n > 1 {
		return fmt.Sprintf("it is given %d times, give it once", n)
	}
	return ""
}

// Why the front refuses a request before any operation sees it. Each vendor words the answer.
var (
	ErrNoRoute      = refusal.New(refusal.Missing, "unknown-path", "there is nothing at this path", "")
	ErrMethod       = refusal.New(refusal.Method, "wrong-method", "this path does not take this method", "")
	ErrBodyTooLarge = refusal.New(refusal.TooLarge, "body-too-large", "the body is larger than the server takes", "send less")
	ErrBodyCut      = refusal.New(refusal.Invalid, "bad-body", "the body ended early", "send the whole body")
	ErrRateLimit    = refusal.New(refusal.TooMany, "rate-limit", "the rate limit is used up", "")
)

// InjectedError is a refusal that a fault asks for.
type InjectedError struct {
	Status int
}

func (e *InjectedError) Error() string { return http.StatusText(e.Status) }
