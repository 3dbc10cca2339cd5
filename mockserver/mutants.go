package mockserver

import (
	"net/http"
	"sync"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// WithMutant makes every world play a broken vendor, unless the world has one of its own; requests that open no world meet
// it too. An id that no mutant has is refused by [New].
func WithMutant(id string) Option { return func(s *settings) { s.mutant = id } }

// mutants are what the server plays instead of the honest vendors.
type mutants struct {
	all    func() *catalog.Catalog // made when a mutant is asked for
	server *mutant.Mutant          // nil for the honest ones
	memory world.Memory
	egress *egress.Sender
}

func newMutants(id string, apis []*mockapi.API, out *egress.Sender) (*mutants, error) {
	m := &mutants{all: sync.OnceValue(func() *catalog.Catalog { return catalog.New(apis...) }), egress: out}
	if id == "" {
		return m, nil
	}
	var err error
	m.server, err = m.all().Find(id)
	return m, err
}

// of is the mutant that a world plays; nil for an honest one.
func (m *mutants) of(w *world.World) *mutant.Mutant {
	if w == nil || w.Mutant().ID == "" {
		return m.server
	}
	own, err := m.all().Find(w.Mutant().ID)
	if err != nil {
		return m.server // whoever set it has asked whether it exists
	}
	return own
}

// plays is the mutant between a request and the honest vendor, nil for none. The answer tells of it.
func (s *Server) plays(of *surface, x *exchange.Exchange) *mutant.Mutant {
	m := s.mutants.of(x.World)
	if m == nil || m.API() != of.api {
		return nil
	}
	x.Mutant = m.ID
	if m.Wrap == nil {
		return nil
	}
	return m
}

func (s *Server) stage(r *http.Request, w *world.World) wrap.Stage {
	return wrap.Stage{Worlds: s.worlds, World: w, Server: &s.mutants.memory, Egress: s.mutants.egress, Base: baseURL(r)}
}

// broken is what a world's mutant puts round the calls of the control API that play the vendor's other side; nil for nothing.
func (s *Server) broken(w *world.World) wrap.Wrap {
	if m := s.mutants.of(w); m != nil {
		return m.Setup
	}
	return nil
}
