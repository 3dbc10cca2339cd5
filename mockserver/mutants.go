package mockserver

import (
	"bytes"
	"io"
	"net/http"
	"sync"

	"github.com/understudy-mock/understudy/mockserver/control"
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

// broken lets the mutant in where the control API plays the other side of its vendor.
func (s *Server) broken(controls http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if m, stage := s.setting(r); m != nil && m.Setup != nil {
			stage.Play(m.Setup, controls).ServeHTTP(w, r)
			return
		}
		controls.ServeHTTP(w, r)
	})
}

// setting is the mutant that a call of the control API meets, and where it plays.
func (s *Server) setting(r *http.Request) (*mutant.Mutant, wrap.Stage) {
	if r.Method != http.MethodPost || r.Body == nil || r.ContentLength > control.DefaultMaxBody {
		return nil, wrap.Stage{}
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, control.DefaultMaxBody))
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(body), r.Body), r.Body}
	setup, ok := wrap.SetupOf(r, body)
	if !ok || err != nil {
		return nil, wrap.Stage{}
	}
	of, err := setup.Find(s.worlds)
	if err != nil {
		return nil, wrap.Stage{}
	}
	return s.mutants.of(of), s.stage(r, of)
}
