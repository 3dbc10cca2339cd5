package mockserver

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/control"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

type limits struct {
	body int64
}

type settings struct {
	registry world.Config
	base     *world.Base // nil for that of the documents
	changes  []func(*world.Base)
	control  control.Options
	egress   egress.Options
	limits   limits
	log      *slog.Logger
	validate bool
	hosts    []string // that requests may name beside loopback's
	separate bool     // the control API has a listener of its own
	apis     []*mockapi.API
	played   []string // their names; all when empty
	observe  func(Observation)
	mutant   string
	data     string       // directory that keeps the worlds, "" for none
	store    *store.Store // that is open already, nil for none
	wrong    []error      // what options were given that make no sense
}

// want notes what is wrong with an option, unless it is right.
func (s *settings) want(right bool, format string, args ...any) {
	if !right {
		s.wrong = append(s.wrong, fmt.Errorf("mockserver."+format, args...))
	}
}

func (s *settings) check() error {
	s.build()
	if err := s.base.Dialect.Validate(mockapi.Contracts(s.apis)...); err != nil {
		s.wrong = append(s.wrong, err)
	}
	s.want(s.registry.Log == nil || s.data == "" && s.store == nil, "WithLog: the worlds are kept in one place; leave out WithData and WithStore")
	s.checkNames()
	return errors.Join(s.wrong...)
}

// build makes the base world, once every option is known.
func (s *settings) build() {
	base := s.base
	if base == nil {
		documented := Documented(s.apis...)
		base = &documented
	}
	for _, change := range s.changes {
		change(base)
	}
	s.base = base
}

// change notes a change of the base world.
func (s *settings) change(to func(*world.Base)) { s.changes = append(s.changes, to) }

// Option changes a setting of a Server. New refuses one that makes no sense.
type Option func(*settings)

// WithBase replaces the base world, from which the world of a new credential is made, and what options before it said of it.
func WithBase(b world.Base) Option {
	return func(s *settings) { s.base, s.changes = &b, nil }
}

// WithSeed replaces the seed of the base world. The ids that worlds give follow from it.
func WithSeed(seed int64) Option {
	return func(s *settings) { s.change(func(b *world.Base) { b.Seed = seed }) }
}

// WithDialect sets answers to open questions in the base world, on top of those that it has.
func WithDialect(d contract.Dialect) Option {
	return func(s *settings) {
		s.change(func(b *world.Base) {
			answers := contract.Dialect{}
			maps.Copy(answers, b.Dialect)
			maps.Copy(answers, d)
			b.Dialect = answers
		})
	}
}

// WithVariations writes answers in ways that differ from one to the next and that the documents allow all the same: members
// in another order, members that no document names, white space. They follow from the seed.
func WithVariations(seed int64) Option {
	return func(s *settings) { s.change(func(b *world.Base) { b.Vary = &seed }) }
}

// WithRateLimit makes every world refuse callers beyond so many calls per minute of its clock, where a vendor counts them. What the
// vendors' plans allow stands with their contracts; by default, and with 0, there is no limit.
func WithRateLimit(callsPerMinute int) Option {
	return func(s *settings) {
		s.want(callsPerMinute >= 0, "WithRateLimit(%d): give the calls per minute, or 0 for any number", callsPerMinute)
		s.change(func(b *world.Base) {
			b.Limits = map[string]int{}
			for _, api := range s.apis {
				if api.Vendor != "" {
					b.Limits[api.Vendor] = callsPerMinute
				}
			}
		})
	}
}

// WithDeclaredTokens makes the server refuse tokens that no world issued.
func WithDeclaredTokens() Option { return func(s *settings) { s.registry.DeclaredOnly = true } }

// WithData keeps the worlds in a directory, so that they survive the server: a change is written and synced before it is answered.
// One server has the directory at a time, until Close.
func WithData(dir string) Option {
	return func(s *settings) {
		s.want(dir != "", "WithData(%q): give a directory", dir)
		s.data = dir
	}
}

// WithStore is WithData for a directory that is open already. Close closes it.
func WithStore(opened *store.Store) Option {
	return func(s *settings) { s.store = opened }
}

// WithLog keeps the worlds in a log of the caller's, who closes it after the server, and in no other place.
func WithLog(log world.Log) Option {
	return func(s *settings) {
		s.want(log != nil, "WithLog(nil): give a log, or leave the option out")
		s.registry.Log = log
	}
}

// WithMaxWorlds bounds the worlds that are kept, from 1 to world.MostWorlds; the one that was unused for longest makes room.
func WithMaxWorlds(n int) Option {
	return func(s *settings) {
		s.want(n >= 1 && n <= world.MostWorlds, "WithMaxWorlds(%d): keep 1 to %d worlds", n, world.MostWorlds)
		s.registry.MaxWorlds = n
	}
}

// WithJournal bounds the journal of each world: at least one exchange and one byte. The newest exchange is kept whatever
// its size.
func WithJournal(l journal.Limits) Option {
	return func(s *settings) {
		s.want(l.Entries >= 1 && l.Bytes >= 1, "WithJournal(%+v): keep 1 exchange and 1 byte at least", l)
		s.registry.Journal = l
	}
}

// WithMemory bounds what all worlds hold together, in bytes, at least 1 MiB; world.DefaultMemory otherwise. The journal that nothing was
// recorded in for longest gives up its exchanges first, and counts them as dropped. Then the world unused for longest is dropped, as where
// there are too many. One world holds half at the most: what would be more is refused. Bodies under way have bounds that follow from it.
func WithMemory(bytes int64) Option {
	return func(s *settings) {
		s.want(bytes >= 1<<20, "WithMemory(%d): give 1 MiB at least", bytes)
		s.registry.Memory = bytes
	}
}

// WithControl bounds who may call the control API, and how much they may send.
func WithControl(o control.Options) Option {
	return func(s *settings) {
		s.want(o.MaxBody >= 0, "WithControl: MaxBody %d: give the bytes, or 0 for control.DefaultMaxBody", o.MaxBody)
		s.control = o
	}
}

// WithHosts lets requests that come in by loopback name these hosts, beside loopback's own names, and come from their pages. The
// control API answers to them, too.
func WithHosts(names ...string) Option {
	return func(s *settings) {
		for _, name := range names {
			s.want(name != "" && !strings.ContainsAny(name, "/@?# []"), "WithHosts(%q): give a name or an address, without scheme and port", name)
		}
		s.hosts = append(s.hosts, names...)
	}
}

// WithEgress lets webhooks be delivered to hosts beyond loopback, "host" or "host:port".
func WithEgress(hosts ...string) Option {
	return func(s *settings) {
		for _, host := range hosts {
			s.want(host != "" && !strings.ContainsAny(host, "/@?# "), "WithEgress(%q): give a host, or host:port, without a scheme", host)
		}
		s.egress.Hosts = append(s.egress.Hosts, hosts...)
	}
}

// WithTransport replaces what webhooks are delivered with. The hosts that they may go to stay the same.
func WithTransport(t http.RoundTripper) Option {
	return func(s *settings) { s.egress.Transport = t }
}

// WithValidateResponses holds every answer against its OpenAPI document. One that does not follow it is logged, noted in
// its world, and answered as the vendor's 500 instead. Faults and mutants are exempt, because they break it on purpose.
func WithValidateResponses() Option { return func(s *settings) { s.validate = true } }

// WithSeparateControl keeps the control API off this handler; Control has it.
func WithSeparateControl() Option { return func(s *settings) { s.separate = true } }

// WithObserver calls observe after every exchange with a vendor's API, from the goroutine that answered it.
func WithObserver(observe func(Observation)) Option {
	return func(s *settings) {
		s.want(observe != nil, "WithObserver(nil): give a function, or leave the option out")
		s.observe = observe
	}
}

// MaxMaxBody is the largest bound that [WithMaxBody] takes. Bodies are held in memory.
const MaxMaxBody = 1 << 30

// WithMaxBody bounds the body of an API request, in bytes, from 1 to MaxMaxBody.
func WithMaxBody(bytes int64) Option {
	return func(s *settings) {
		s.want(bytes >= 1 && bytes <= MaxMaxBody, "WithMaxBody(%d): take 1 to %d bytes", bytes, MaxMaxBody)
		s.limits.body = bytes
	}
}

// WithLogger is where failures of the mock itself are logged. By default they are not.
func WithLogger(l *slog.Logger) Option {
	return func(s *settings) {
		s.want(l != nil, "WithLogger(nil): give a logger, or leave the option out")
		s.log = l
	}
}

// DefaultMaxBody bounds an API request's body: as much as the largest payload that a hook takes.
const DefaultMaxBody = 5 << 20
