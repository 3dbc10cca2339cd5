package mockserver

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// mount is an API where it lies.
type mount struct {
	prefix string
	routes func() *routes // made at the first request
}

// mounts builds a router for each API. Which one a request belongs to is told by comparing prefixes: a router of routers
// would match twice and copy the request twice.
func (s *Server) mounts(apis []string) []mount {
	var all []mount
	for _, v := range vendors(s.crmcom) {
		if len(apis) == 0 || slices.Contains(apis, v.name) {
			all = append(all, mount{v.prefix, sync.OnceValue(func() *routes { return routesOf(s.router(v)) })})
		}
	}
	return all
}

// route leads a request to its API.
func (s *Server) route(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	for _, m := range s.mounted {
		if rest, below := strings.CutPrefix(path, m.prefix); below && (rest == "" || rest[0] == '/') {
			m.routes().serve(w, r, path)
			return
		}
	}
	signpost(w, r)
}

// signpost answers what belongs to no API.
func signpost(w http.ResponseWriter, _ *http.Request) {
	http.Error(w, "understudy: nothing is here. Make is under "+makecom.BasePath+", its hooks' own addresses under "+makecom.IngestPath+
		", CRM.COM under "+crmcom.BasePath+", the control API under "+control.Prefix+"/v1.", http.StatusNotFound)
}

// router has the routes of an API. What they do not match gets the API's own answer, not the router's plain text.
func (s *Server) router(v *vendor) *mux.Router {
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	v.register(router)
	_ = router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error { // the function has no error to hand on
		route.Handler(s.front(v, route.GetHandler(), operationOf(route, v)))
		return nil
	})
	router.NotFoundHandler = s.front(v, refusal(v, exchange.ErrNoRoute), "")
	router.MethodNotAllowedHandler = s.front(v, methodRefusal(router, v), "")
	return router
}

func operationOf(route *mux.Route, v *vendor) string {
	path, _ := route.GetPathTemplate()
	methods, _ := route.GetMethods()
	return v.operations[strings.Join(append(methods, path), " ")]
}

func refusal(v *vendor, err error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { v.refuse(w, r, err) })
}

func methodRefusal(router *mux.Router, v *vendor) http.Handler {
	methods := []string{http.MethodGet, http.MethodPost, http.MethodDelete}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var allowed []string
		for _, m := range methods {
			probe := &http.Request{Method: m, URL: r.URL, Host: r.Host}
			if match := new(mux.RouteMatch); router.Match(probe, match) && match.MatchErr == nil {
				allowed = append(allowed, m)
			}
		}
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		v.refuse(w, r, exchange.ErrMethod)
	})
}

// front finds the world of a request, lets the vendor refuse it or answer it, and records what happened.
func (s *Server) front(v *vendor, next http.Handler, operation string) http.Handler {
	honest := faulted(v, admitted(v, next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		x := &exchange.Exchange{Worlds: s.worlds, Operation: operation, BaseURL: baseURL(r), Base: s.dialect}
		r = r.WithContext(exchange.With(r.Context(), x))
		answer := newRecorder(w)
		defer answer.release()
		s.answer(v, honest, answer, r, x)
		s.validate(v, answer, r, x)
		s.finish(v, w, r, x, answer, began)
	})
}

// answer runs the request, and turns a panic into the vendor's own 500.
func (s *Server) answer(v *vendor, honest http.Handler, w *recorder, r *http.Request, x *exchange.Exchange) {
	defer func() {
		if cause := recover(); cause != nil {
			s.log.ErrorContext(r.Context(), "the mock failed", "operation", x.Operation, "cause", cause, "stack", string(debug.Stack()))
			w.reset()
			x.Forget()
			v.refuse(w, r, errPanic)
		}
	}()
	err := s.open(v, r, x)
	if m := s.plays(v, x); m != nil {
		again := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(v, honest, w, r, x, s.open(v, r, x)) })
		s.stage(r, x.World).Play(m.Wrap, again).ServeHTTP(w, r)
		return
	}
	serve(v, honest, w, r, x, err)
}

// open reads a request and finds its world.
func (s *Server) open(v *vendor, r *http.Request, x *exchange.Exchange) error {
	x.Body, x.Grant, x.TooMany = nil, world.Grant{}, false
	err := s.readBody(r, x)
	if openErr := v.open(s.worlds, r, x); err == nil {
		err = openErr
	}
	return err
}

// serve answers a request that was opened, or refuses one that could not be.
func serve(v *vendor, honest http.Handler, w http.ResponseWriter, r *http.Request, x *exchange.Exchange, err error) {
	v.dress(x, w.Header())
	if err != nil {
		v.refuse(w, r, err)
		return
	}
	honest.ServeHTTP(w, r)
}

var errPanic = errors.New("panic")

// admitted lets the vendor refuse what the credential does not allow or the document does not admit.
func admitted(v *vendor, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		if err := v.admit(x, r); err != nil {
			v.refuse(w, r, err)
			return
		}
		if err := v.prepare(x, r); err != nil {
			v.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// readBody reads the whole body, within the bound, so that credential, journal and handler can each look at it.
func (s *Server) readBody(r *http.Request, x *exchange.Exchange) error {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	if r.ContentLength > s.limits.body {
		return exchange.ErrBodyTooLarge
	}
	body, err := readAll(io.LimitReader(r.Body, s.limits.body+1), r.ContentLength)
	switch {
	case err != nil:
		return exchange.ErrBodyCut
	case int64(len(body)) > s.limits.body:
		return exchange.ErrBodyTooLarge
	}
	x.Body = body
	r.Body = io.NopCloser(bytes.NewReader(body))
	return nil
}

func readAll(r io.Reader, size int64) ([]byte, error) {
	if size < 0 {
		return io.ReadAll(r)
	}
	body := make([]byte, size)
	_, err := io.ReadFull(r, body)
	return body, err
}

// finish sends the answer and records the exchange, so that whoever has the answer finds it recorded.
func (s *Server) finish(v *vendor, w http.ResponseWriter, r *http.Request, x *exchange.Exchange, answer *recorder, began time.Time) {
	answer.spell()
	rewrite(answer, x)
	ctx := r.Context()
	if x.Fault != nil {
		bounded, cancel := s.life.within(ctx)
		defer cancel()
		ctx = bounded
	}
	damage(ctx, answer, x.Fault)
	if x.World != nil {
		answer.header["Understudy-World"] = []string{x.World.Name}
	}
	if x.Mutant != "" {
		answer.header["Understudy-Mutant"] = []string{x.Mutant}
	}
	decided := decisive(x)
	if len(decided) > 0 {
		answer.header["Understudy-Requirements"] = []string{idList(decided)}
	}
	if x.Fault == nil || !x.Fault.Reset {
		answer.measure()
	}
	took := time.Since(began)
	if x.World == nil {
		s.worlds.Reach(decided)
	} else {
		x.World.Reach(decided)
		x.World.Journal.Record(entryOf(v, r, x, answer, took))
	}
	x.Body = nil // the journal's entry holds on to the exchange, and has what it keeps of the body
	s.observe(observationOf(v, x, answer, took))
	deliver(ctx, w, answer, x.Fault)
}

func observationOf(v *vendor, x *exchange.Exchange, answer *recorder, took time.Duration) Observation {
	o := Observation{
		API: v.name, Operation: x.Operation, Status: answer.status, Took: took,
		Fault: x.Fault.String(), Mutant: x.Mutant,
	}
	if x.World != nil {
		o.World = x.World.Name
	}
	return o
}

// decisive lists the requirements that decided the answer. None did when it was tampered with.
func decisive(x *exchange.Exchange) []*contract.Requirement {
	if x.Fault != nil {
		return nil
	}
	return x.Cited()
}

func idList(requirements []*contract.Requirement) string {
	var b strings.Builder
	b.Grow(32 * len(requirements)) // an id is 25 bytes on average
	for i, r := range requirements {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(r.ID)
	}
	return b.String()
}

func entryOf(v *vendor, r *http.Request, x *exchange.Exchange, answer *recorder, took time.Duration) *journal.Entry {
	return &journal.Entry{
		At:           x.World.Clock().Now(),
		Took:         took,
		API:          v.name,
		Operation:    x.Operation,
		Requirements: decisive(x),
		Fault:        x.Fault.String(),
		Mutant:       x.Mutant,
		Transition:   x.Changed,
		Request:      journal.Request{Method: r.Method, Host: r.Host, Path: r.URL.RequestURI(), Header: r.Header, Body: journal.Cut(x.Body)},
		Response:     journal.Response{Status: answer.status, Header: maps.Clone(answer.header), Body: journal.Keep(answer.body.Bytes())},
	}
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
