package mockserver

import (
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/mockserver/citation"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// front finds the world of a request, lets the vendor refuse it or answer it, and records what happened.
type front struct {
	server    *Server
	of        *surface
	honest    http.Handler
	operation string
}

func (s *Server) front(of *surface, next http.Handler, operation string) *front {
	return &front{s, of, faulted(of, admitted(of, next)), operation}
}

// ServeHTTP implements http.Handler, for requests whose path has no variables.
func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.serve(w, r, nil, "") }

// serve answers a request whose route and escaped path are given; nil for a route without variables. What is known of the request
// is one value, which its context carries. It is not used again afterwards: somebody may hold on to the context.
func (f *front) serve(w http.ResponseWriter, r *http.Request, rt *route, path string) {
	s, began := f.server, time.Now()
	x := &exchange.Exchange{Worlds: s.worlds, Operation: f.operation, BaseURL: s.bases.of(r), Base: s.dialect, Citations: &s.citations, Gate: s.gate}
	if rt != nil {
		rt.variables(path, x.SetVariable)
	}
	r = r.WithContext(exchange.With(r.Context(), x))
	answer := newRecorder(w, x)
	defer answer.release()
	s.answer(f.of, f.honest, answer, r, x)
	s.keep(f.of, answer, r, x)
	s.validate(f.of, answer, r, x)
	s.finish(f.of, w, r, x, answer, began)
}

// answer runs the request, and turns a panic into the vendor's own 500.
func (s *Server) answer(of *surface, honest http.Handler, w *recorder, r *http.Request, x *exchange.Exchange) {
	defer func() {
		cause := recover()
		if cause == http.ErrAbortHandler { //nolint:errorlint,err113 // a recovered value, compared as net/http does
			x.Fault = &fault.Injection{Reset: true} // a mutant that breaks off
			return
		}
		if cause != nil {
			s.log.ErrorContext(r.Context(), "the mock failed", "operation", x.Operation, "cause", cause, "stack", string(debug.Stack()))
			w.reset()
			x.Forget()
			of.Refuse(w, r, errPanic)
		}
	}()
	err := s.open(of, r, x)
	if m := s.plays(of, x); m != nil {
		again := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { serve(of, honest, w, r, x, s.open(of, r, x)) })
		s.stage(r, x.World).Play(m.Wrap, again).ServeHTTP(w, r)
		return
	}
	serve(of, honest, w, r, x, err)
}

// open reads a request and finds its world.
func (s *Server) open(of *surface, r *http.Request, x *exchange.Exchange) error {
	x.Body, x.Prepared, x.Grant, x.Rate = nil, nil, world.Grant{}, world.Rate{}
	err := s.readBody(r, x)
	anew := x.World == nil // and not a second time, by a mutant
	if openErr := of.Open(s.worlds, r, x); err == nil {
		err = openErr
	}
	if anew && x.World != nil {
		x.Unkept = x.World.Unkept()
	}
	return err
}

// serve answers a request that was opened, or refuses one that could not be.
func serve(of *surface, honest http.Handler, w http.ResponseWriter, r *http.Request, x *exchange.Exchange, err error) {
	if of.Count != nil && x.World != nil {
		of.Count(x)
	}
	if of.SetHeaders != nil {
		of.SetHeaders(x, w.Header())
	}
	if err != nil {
		of.Refuse(w, r, err)
		return
	}
	honest.ServeHTTP(w, r)
}

var errPanic = errors.New("panic")

// admitted lets the vendor refuse what the credential does not allow or the document does not admit.
func admitted(of *surface, next http.Handler) http.Handler {
	checks := slices.DeleteFunc([]func(*exchange.Exchange, *http.Request) error{of.Admit, of.Prepare},
		func(check func(*exchange.Exchange, *http.Request) error) bool { return check == nil })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.From(r.Context())
		for _, check := range checks {
			if err := check(x, r); err != nil {
				of.Refuse(w, r, err)
				return
			}
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
	body, err := x.Receive(r.Body, r.ContentLength, s.limits.body+1)
	switch {
	case errors.Is(err, inflow.ErrBusy):
		return err
	case err != nil:
		return exchange.ErrBodyCut
	case int64(len(body)) > s.limits.body:
		return exchange.ErrBodyTooLarge
	}
	x.Body = body
	r.Body = x.BodyReader()
	return nil
}

// finish sends the answer and records the exchange, so that whoever has the answer finds it recorded.
func (s *Server) finish(of *surface, w http.ResponseWriter, r *http.Request, x *exchange.Exchange, answer *recorder, began time.Time) {
	answer.addCharset()
	rewrite(answer, of.formed, x)
	if r.Method == http.MethodHead {
		answer.omitBody()
	}
	ctx := r.Context()
	if x.Fault != nil {
		bounded, cancel := s.life.within(ctx)
		defer cancel()
		ctx = bounded
	}
	damage(ctx, answer, x.Fault)
	if x.World != nil {
		answer.SetHeader("Understudy-World", x.World.Name)
	}
	if x.Mutant != "" {
		answer.SetHeader("Understudy-Mutant", x.Mutant)
	}
	decided := decisive(x)
	if decided != nil {
		answer.SetHeader("Understudy-Requirements", decided.IDs)
	}
	if x.Fault == nil || !x.Fault.Reset {
		answer.measure()
	}
	took := time.Since(began)
	if x.World == nil {
		s.worlds.Cite(decided)
	} else {
		x.World.Cite(decided)
		record(of, r, x, answer, decided, took)
	}
	x.Release()
	s.observe(observationOf(of, x, answer, took))
	deliver(ctx, w, answer, x.Fault)
}

func observationOf(of *surface, x *exchange.Exchange, answer *recorder, took time.Duration) Observation {
	o := Observation{
		API: of.api, Operation: x.Operation, Status: answer.status, Took: took,
		Fault: x.Fault.String(), Mutant: x.Mutant,
	}
	if x.World != nil {
		o.World = x.World.Name
	}
	return o
}

// decisive is what decided the answer. Nothing did when it was tampered with.
func decisive(x *exchange.Exchange) *citation.Citation {
	if x.Fault != nil {
		return nil
	}
	return x.Citation()
}

// record writes the exchange down in the journal of its world, which keeps nothing of what it is shown.
func record(of *surface, r *http.Request, x *exchange.Exchange, answer *recorder, decided *citation.Citation, took time.Duration) {
	e := journal.Entry{
		At:         x.World.Clock().Now(),
		Took:       took,
		API:        of.api,
		Operation:  x.Operation,
		Fault:      x.Fault.String(),
		Mutant:     x.Mutant,
		Transition: x.Changed,
		Moment:     x.World.Moment(),
		Request:    journal.Request{Method: r.Method, Host: r.Host, Path: target(r), Header: r.Header, Body: journal.Cut(x.Body)},
		Response:   journal.Response{Status: answer.status, Header: answer.header, Body: journal.Cut(answer.body.Bytes())},
	}
	if decided != nil {
		e.Requirements = decided.Requirements
	}
	x.World.Journal.Record(&e)
}

// target is the path and the query. The query is what the client sent, where nobody but plain has changed it. The path is in its usual
// spelling: filters of the journal and names in a replay look for that.
func target(r *http.Request) string {
	path, query, has := strings.Cut(r.RequestURI, "?")
	switch {
	case has != (query != "") || plainQuery(query) != r.URL.RawQuery:
		return r.URL.RequestURI()
	case path == r.URL.EscapedPath() && !strings.HasPrefix(path, "//"):
		return r.RequestURI
	}
	sent := *r.URL
	sent.RawQuery = query
	return sent.RequestURI()
}

// bases makes the text that tells a client where it reached the mock. Most requests come to the same place as the one before.
type bases struct{ last atomic.Pointer[base] }

type base struct {
	secure    bool
	host, url string
}

func (b *bases) of(r *http.Request) string {
	last := b.last.Load()
	if last == nil || last.host != r.Host || last.secure != (r.TLS != nil) {
		last = &base{r.TLS != nil, r.Host, baseURL(r)}
		b.last.Store(last)
	}
	return last.url
}

func baseURL(r *http.Request) string {
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}
