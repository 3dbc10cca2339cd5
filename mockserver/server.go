// Package mockserver is a stateful stand-in for documented webhook APIs, as an http.Handler.
//
//	server, err := mockserver.New()
//	…
//	http.ListenAndServe("127.0.0.1:8654", server)
//
// Every credential has a world of its own, made on first use from the base world. A Server starts no goroutine and
// opens no connection unless a world is told to deliver a webhook.
package mockserver

import (
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/document"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Server plays the vendors. Make one with New; it is safe for concurrent use.
type Server struct {
	worlds  *world.Registry
	mounted []mount
	control http.Handler
	crmcom  *crmcom.Server
	apart   bool // the control API has a listener of its own
	log     *slog.Logger
	observe func(Observation)
	limits  limits
	checker *document.Checker // nil where answers are not validated
	vary    *int64            // seed of variations, nil for none
	dialect contract.Dialect  // of the base world
	mutants *mutants
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

type limits struct {
	body int64
}

type settings struct {
	registry world.Config
	base     world.Base
	control  control.Options
	delivery delivery.Options
	limits   limits
	log      *slog.Logger
	validate bool
	vary     *int64
	apart    bool
	apis     []string // all when empty
	observe  func(Observation)
	mutant   string
}

// Option changes a setting of a Server.
type Option func(*settings)

// WithBase replaces the base world, from which the world of a new credential is made.
func WithBase(b world.Base) Option { return func(s *settings) { s.base = b } }

// WithSeed replaces the seed of the base world. The ids that worlds give follow from it.
func WithSeed(seed int64) Option { return func(s *settings) { s.base.Seed = seed } }

// WithDialect sets answers to open questions in the base world, on top of those that it has.
func WithDialect(d contract.Dialect) Option {
	return func(s *settings) {
		answers := contract.Dialect{}
		maps.Copy(answers, s.base.Dialect)
		maps.Copy(answers, d)
		s.base.Dialect = answers
	}
}

// WithVariations writes answers in ways that differ from one to the next and that the documents allow all the same: members
// in another order, members that no document names, white space. They follow from the seed.
func WithVariations(seed int64) Option { return func(s *settings) { s.vary = &seed } }

// WithRateLimit makes every world refuse Make's callers beyond so many calls per minute of its clock. The plans of the
// vendor allow makecom.RateCore and its siblings; by default there is no limit.
func WithRateLimit(callsPerMinute int) Option {
	return func(s *settings) { s.base.Limits.MakecomPerMinute = callsPerMinute }
}

// WithDeclaredTokens makes the server refuse tokens that no world issued.
func WithDeclaredTokens() Option { return func(s *settings) { s.registry.DeclaredOnly = true } }

// WithMaxWorlds bounds the worlds that are kept; the one that was unused for longest makes room.
func WithMaxWorlds(n int) Option { return func(s *settings) { s.registry.MaxWorlds = n } }

// WithJournal bounds the journal of each world.
func WithJournal(l journal.Limits) Option { return func(s *settings) { s.registry.Journal = l } }

// WithControl bounds who may call the control API, and how much they may send.
func WithControl(o control.Options) Option { return func(s *settings) { s.control = o } }

// WithEgress lets webhooks be delivered to hosts beyond loopback, "host" or "host:port".
func WithEgress(hosts ...string) Option {
	return func(s *settings) { s.delivery.Egress = append(s.delivery.Egress, hosts...) }
}

// WithTransport replaces what webhooks are delivered with. The hosts that they may go to stay the same.
func WithTransport(t http.RoundTripper) Option {
	return func(s *settings) { s.delivery.Transport = t }
}

// WithValidateResponses holds every answer against its OpenAPI document. One that does not follow it is logged, noted in
// its world, and answered as the vendor's 500 instead. Faults and mutants are exempt, because they break it on purpose.
func WithValidateResponses() Option { return func(s *settings) { s.validate = true } }

// WithAPIs narrows what is played to the APIs named, such as "makecom".
func WithAPIs(names ...string) Option { return func(s *settings) { s.apis = names } }

// WithSeparateControl keeps the control API off this handler; Control has it.
func WithSeparateControl() Option { return func(s *settings) { s.apart = true } }

// WithObserver calls observe after every exchange with a vendor's API, from the goroutine that answered it.
func WithObserver(observe func(Observation)) Option {
	return func(s *settings) { s.observe = observe }
}

// WithMaxBody bounds the body of an API request, in bytes.
func WithMaxBody(bytes int64) Option { return func(s *settings) { s.limits.body = bytes } }

// WithLogger is where failures of the mock itself are logged. By default they are not.
func WithLogger(l *slog.Logger) Option { return func(s *settings) { s.log = l } }

// DefaultMaxBody bounds an API request's body: as much as the largest payload that a hook takes.
const DefaultMaxBody = 5 << 20

// New returns a server that plays every API.
func New(options ...Option) (*Server, error) {
	config := settings{
		base:    world.Documented(),
		limits:  limits{body: DefaultMaxBody},
		log:     slog.New(slog.DiscardHandler),
		observe: func(Observation) {},
	}
	for _, set := range options {
		set(&config)
	}
	worlds, err := world.NewRegistry(config.registry, config.base)
	if err != nil {
		return nil, err
	}
	crm := crmcom.New(worlds, config.delivery)
	played, err := newMutants(config.mutant, delivery.New(worlds, config.delivery))
	if err != nil {
		return nil, err
	}
	s := &Server{
		worlds: worlds, crmcom: crm, apart: config.apart, mutants: played,
		log: config.log, observe: config.observe, limits: config.limits, vary: config.vary, dialect: config.base.Dialect,
	}
	config.control.Around = s.broken
	s.control = control.New(worlds, crm, config.control)
	if config.validate {
		if s.checker, err = document.NewChecker(); err != nil {
			return nil, err
		}
	}
	s.mounted = s.mounts(config.apis)
	return s, nil
}

// Worlds are the server's worlds, to be looked at and changed from Go.
func (s *Server) Worlds() *world.Registry { return s.worlds }

// Crmcom makes the workflow rules of CRM.COM fire.
func (s *Server) Crmcom() *crmcom.Server { return s.crmcom }

// Control is the control API alone.
func (s *Server) Control() http.Handler { return s.control }

// ServeHTTP answers a request of any of the APIs, the control API among them.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.controls(r) {
		s.control.ServeHTTP(w, r)
		return
	}
	s.route(w, r)
}

// controls reports whether a request is for the control API. Where that has a listener of its own, the sinks are still
// served here: their addresses are those of this server.
func (s *Server) controls(r *http.Request) bool {
	if !strings.HasPrefix(r.URL.Path, control.Prefix+"/") {
		return false
	}
	return !s.apart || r.Method == http.MethodPost && sink.IsPath(r.URL.Path)
}
