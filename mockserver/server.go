// Package mockserver is a stateful stand-in for documented webhook APIs, as an http.Handler.
//
//	server, err := mockserver.New()
//	…
//	http.ListenAndServe("127.0.0.1:8654", server)
//
// Every credential has a world of its own, made on first use from the base world. A Server starts no goroutine and
// opens no connection unless a world is told to deliver a webhook, and has none left when Close returns.
package mockserver

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/mockserver/citation"
	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/mockserver/door"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Server plays the vendors. Make one with New; it is safe for concurrent use.
type Server struct {
	worlds   *world.Registry
	apis     []*mockapi.API
	surfaces []*surface
	mounted  []*mount
	control  http.Handler
	egress   *egress.Sender
	separate bool // the control API has a listener of its own
	door     door.Door
	log      *slog.Logger
	observe  func(Observation)
	limits   limits
	gate     *inflow.Gate
	checker  *document.Checker // nil where answers are not validated
	dialect  contract.Dialect  // of the base world
	mutants  *mutants
	life     *life
	kept     io.Closer // keeps the worlds; nil where that is nothing, or somebody else's

	citations citation.Table
	bases     bases
}

// Observation is what an observer learns of an exchange.
type Observation struct {
	API       string
	Operation string // "" where no operation was reached
	World     string // "" where no world was found
	Status    int
	Took      time.Duration
	Fault     string
	Mutant    string
}

// New returns a server that plays every API.
func New(options ...Option) (*Server, error) {
	config := settings{
		apis:    APIs(),
		limits:  limits{body: DefaultMaxBody},
		log:     slog.New(slog.DiscardHandler),
		observe: func(Observation) {},
	}
	for _, set := range options {
		set(&config)
	}
	if err := config.check(); err != nil {
		return nil, err
	}
	config.registry.Parts, config.registry.APIs = parts(config.apis), mockapi.Contracts(config.apis)
	worlds, kept, err := config.newWorlds()
	if err != nil {
		return nil, err
	}
	s, err := newServer(&config, worlds)
	if err != nil {
		return nil, errors.Join(err, closeWorlds(worlds, kept))
	}
	s.kept = kept
	return s, nil
}

// newServer plays the vendors in worlds that there are.
func newServer(config *settings, worlds *world.Registry) (*Server, error) {
	life := newLife()
	config.egress.Life = life.ctx
	host := &mockapi.Host{Worlds: worlds, Egress: egress.New(worlds, config.egress)}
	played, err := newMutants(config.mutant, config.apis, host.Egress)
	if err != nil {
		return nil, err
	}
	s := &Server{
		worlds: worlds, egress: host.Egress, life: life, separate: config.separate, mutants: played, surfaces: surfaces(config.playedAPIs(), host), apis: config.apis,
		log: config.log, door: door.Door{Hosts: config.hosts}, observe: config.observe, limits: config.limits, gate: inflow.New(worlds.Memory()), dialect: config.base.Dialect,
	}
	if err := checkSurfaces(s.surfaces); err != nil {
		return nil, err
	}
	config.control.Log, config.control.Gate = config.log, s.gate
	if config.control.MaxBody == 0 {
		config.control.MaxBody = min(control.DefaultMaxBody, worlds.Memory()/8)
	}
	config.control.Hosts = slices.Concat(config.control.Hosts, config.hosts)
	config.control.APIs, config.control.Streams = config.playedAPIs(), life.streams
	config.control.Broken, config.control.Memory = s.broken, &s.mutants.memory
	s.control = s.life.guard(once(func() http.Handler { return control.New(host, config.apis, config.control) }))
	if config.validate {
		if s.checker, err = document.NewChecker(mockapi.Contracts(config.apis)...); err != nil {
			return nil, err
		}
	}
	s.mounted = s.mounts()
	return s, nil
}

// once makes a handler when it is first asked for. A router compiles a regular expression for each route: those of the control API
// alone were half of what New allocated (BenchmarkNew: 15,600 allocations, 1,700 without any router).
func once(make func() http.Handler) http.Handler {
	made := sync.OnceValue(make)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { made().ServeHTTP(w, r) })
}

// Worlds are the server's worlds, to be looked at and changed from Go.
func (s *Server) Worlds() *world.Registry { return s.worlds }

// Egress sends what the vendors send by themselves, within the bounds of the server.
func (s *Server) Egress() *egress.Sender { return s.egress }

// APIs are those that the server knows, whether it plays them or not.
func (s *Server) APIs() []*mockapi.API { return slices.Clone(s.apis) }

// Control is the control API alone.
func (s *Server) Control() http.Handler { return s.control }

// ServeHTTP answers a request of any of the APIs, the control API among them.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.life.begin() {
		http.Error(w, "understudy: the mock was closed", http.StatusServiceUnavailable)
		return
	}
	defer s.life.end()
	r = plain(r)
	if s.controls(r) {
		s.control.ServeHTTP(w, r)
		return
	}
	if err := s.admit(r); err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	s.route(w, r)
}

// admit keeps pages of other sites away from what listens on loopback, where nobody but this machine is meant to come. Who listens
// elsewhere has opened the door.
func (s *Server) admit(r *http.Request) error {
	if !door.OnLoopback(r) {
		return nil
	}
	err := s.door.Admit(r)
	if err == nil {
		return nil
	}
	return fmt.Errorf("understudy: on loopback, requests come from this machine and by its names, but %w. Call localhost or 127.0.0.1 from a program, or name the host with --host (in Go: mockserver.WithHosts)", err)
}

// Close breaks off the webhooks that are being delivered and the answers that are being held back, and returns when every
// request that has begun is answered. A client that is still sending a request is waited for: close its connection first.
// Later requests get 503. What is kept in a directory is complete then, and the directory is free. The error is that of the disk.
func (s *Server) Close() error {
	s.life.close()
	return closeWorlds(s.worlds, s.kept)
}

// controls reports whether a request is for the control API. Where that has a listener of its own, the sinks are still
// served here: their addresses are those of this server.
func (s *Server) controls(r *http.Request) bool {
	if r.URL.Path != "/" && r.URL.Path != control.Prefix && !strings.HasPrefix(r.URL.Path, control.Prefix+"/") {
		return false
	}
	return !s.separate || r.Method == http.MethodPost && sink.IsPath(r.URL.Path)
}
