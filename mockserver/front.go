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
	"time"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// front finds the world of a request, lets the vendor refuse it or answer it, and records what happened.
func (s *Server) front(of *surface, next http.Handler, operation string) http.Handler {
	honest := faulted(of, admitted(of, next))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		x := &exchange.Exchange{Worlds: s.worlds, Operation: operation, BaseURL: baseURL(r), Base: s.dialect}
		r = r.WithContext(exchange.With(r.Context(), x))
		answer := newRecorder(w)
		defer answer.release()
		s.answer(of, honest, answer, r, x)
		s.keep(of, answer, r, x)
		s.validate(of, answer, r, x)
		s.finish(of, w, r, x, answer, began)
	})
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
	x.Body, x.Grant, x.Rate = nil, world.Grant{}, world.Rate{}
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
func (s *Server) finish(of *surface, w http.ResponseWriter, r *http.Request, x *exchange.Exchange, answer *recorder, began time.Time) {
	answer.addCharset()
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
		x.World.Journal.Record(entryOf(of, r, x, answer, took))
	}
	x.Body = nil // the journal's entry holds on to the exchange, and has what it keeps of the body
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

func entryOf(of *surface, r *http.Request, x *exchange.Exchange, answer *recorder, took time.Duration) *journal.Entry {
	return &journal.Entry{
		At:           x.World.Clock().Now(),
		Took:         took,
		API:          of.api,
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
