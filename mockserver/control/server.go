// Package control serves the control API: how a test takes hold of the worlds of a mock.
//
// It decides nothing about a vendor; it turns requests into commands to the world package and words the refusals. It is
// meant for tests, on loopback: beyond that it wants a token, and it refuses hosts and origins that nobody named.
package control

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/page"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Prefix is where everything lies that New serves.
const Prefix = "/_understudy"

// basePath is where the operations of the document lie.
const basePath = Prefix + "/v1"

// Options bound who may call, and how much they may send. The zero value of a member stands for its default.
type Options struct {
	Token   string       // wanted as a bearer token; "" wants none
	Hosts   []string     // names without port that Host and Origin may have beside loopback's
	MaxBody int64        // of a request, in bytes; DefaultMaxBody
	BaseURL string       // scheme and host by which clients reach the vendors' APIs; those of the request
	Ready   func() bool  // whether requests are served; by default they are
	Metrics http.Handler // answers /_understudy/metrics; nil for none

	Log *slog.Logger // of what fails; nil for nobody

	Streams <-chan struct{} // streams of events end when it is closed; nil for never

	APIs []*mockapi.API // that are played, as the page and the list of contracts show them

	Gate *inflow.Gate // what large bodies pass; nil for none

	Broken func(*world.World) wrap.Wrap // what a world's mutant puts round the calls that play the vendor's other side; nil for nothing
	Memory *world.Memory                // of what mutants remember of the server as a whole
}

// DefaultMaxBody leaves room for a world file with a full queue.
const DefaultMaxBody = 64 << 20

// New returns the handler of everything below Prefix, for the worlds of some APIs.
func New(host *mockapi.Host, apis []*mockapi.API, o Options) http.Handler {
	if o.MaxBody <= 0 {
		o.MaxBody = DefaultMaxBody
	}
	if o.Ready == nil {
		o.Ready = func() bool { return true }
	}
	if o.Broken == nil {
		o.Broken = func(*world.World) wrap.Wrap { return nil }
	}
	s := &server{
		host: host, guarded: o.Token != "", worlds: host.Worlds, apis: apis, played: o.APIs, streams: o.Streams, mutants: catalog.New(apis...), bodies: newBodies(o.MaxBody, apis),
		broken: o.Broken, memory: o.Memory,
		documents: sync.OnceValues(func() (*document.Checker, error) { return document.NewChecker(mockapi.Contracts(apis)...) }),
	}
	return logged(routes(s, o), o.Log)
}

// server implements the operations, one file per group.
type server struct {
	host    *mockapi.Host
	worlds  *world.Registry
	apis    []*mockapi.API // that worlds know
	played  []*mockapi.API // of them
	streams <-chan struct{}
	mutants *catalog.Catalog
	bodies  *bodies
	broken  func(*world.World) wrap.Wrap
	memory  *world.Memory
	guarded bool // a call needs the control token

	documents func() (*document.Checker, error) // of the APIs; the first call reads them
}

func routes(s *server, o Options) http.Handler {
	operations := mux.NewRouter().SkipClean(true)
	operations.NotFoundHandler = refusing(errNoRoute)
	operations.MethodNotAllowedHandler = refusing(errMethod)
	strict := controlapi.NewStrictHandlerWithOptions(s, []controlapi.StrictMiddlewareFunc{s.noted, s.kept}, controlapi.StrictHTTPServerOptions{
		RequestErrorHandlerFunc:  refuse,
		ResponseErrorHandlerFunc: refuse,
	})
	controlapi.HandlerWithOptions(strict, controlapi.GorillaServerOptions{
		BaseURL:          basePath,
		BaseRouter:       operations,
		Middlewares:      []controlapi.MiddlewareFunc{s.stateStage, s.bodies.check, strictQuery},
		ErrorHandlerFunc: refuse,
	})
	s.addOperations(operations)
	operations.Use(s.onlyThere)
	root := http.NewServeMux()
	get := func(place string, h http.Handler) {
		root.Handle("GET "+place, h)
		root.Handle(place, guard(http.HandlerFunc(onlyGet), o))
	}
	get(Prefix+"/healthz", http.HandlerFunc(live))
	get(Prefix+"/readyz", ready(o.Ready))
	root.Handle("POST "+basePath+"/worlds/{world}/sinks/{name}", guard(http.HandlerFunc(s.deliverSink), o))
	pages := guardHost(page.New(s.shown(o)), o)
	for _, place := range []string{"/{$}", Prefix, Prefix + "/{$}", Prefix + "/page", Prefix + "/page/", Prefix + "/openapi/"} {
		get(place, pages)
	}
	resources := guard(http.HandlerFunc(s.listResources), o)
	get(basePath+"/{$}", resources)
	get(basePath, resources)
	get(basePath+"/worlds/{world}/events", guard(http.HandlerFunc(s.events), o))
	if o.Metrics != nil {
		get(Prefix+"/metrics", guard(o.Metrics, o))
	}
	root.Handle("/", guard(withBaseURL(operations, o.BaseURL, o.Gate), o))
	return asWritten(root)
}

// asWritten refuses names that can be none, and paths that are another one to a router alone: with an encoded slash, which is none, an
// empty segment or dots.
func asWritten(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		written := r.URL.EscapedPath()
		if err := badName(written); err != nil {
			refuse(w, r, err)
			return
		}
		if strings.Contains(strings.ToUpper(written), "%2F") || strings.TrimSuffix(written, "/") != strings.TrimSuffix(path.Clean(written), "/") {
			refuse(w, r, errNoRoute)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// badName is what is wrong with the world or the sink that a path names, nil for nothing.
func badName(written string) error {
	below, ok := strings.CutPrefix(written, basePath+"/worlds/")
	if !ok {
		return nil
	}
	names := strings.Split(below, "/")
	for i, name := range names {
		if plain, err := url.PathUnescape(name); err == nil {
			names[i] = plain
		}
	}
	switch {
	case !sink.IsName(names[0]):
		return inField("world", fmt.Errorf("%w: %q", world.ErrName, names[0]))
	case len(names) > 2 && names[1] == "sinks" && !sink.IsName(names[2]):
		return inField("name", fmt.Errorf("%w: %q", sink.ErrName, names[2]))
	}
	return nil
}
