package control

import (
	"context"
	"errors"
	"net/http"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/inflow"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// PutWorld makes a world from a file.
func (s *server) PutWorld(ctx context.Context, req controlapi.PutWorldRequestObject) (controlapi.PutWorldResponseObject, error) {
	format, err := s.bodies.files()
	if err != nil {
		return nil, err
	}
	base, err := s.baseIn(ctx, format)
	if err != nil {
		return nil, err
	}
	w, err := s.worlds.Put(req.World, base)
	if err != nil {
		return nil, inField("world", err)
	}
	summary, err := s.summary(w)
	return controlapi.PutWorld200JSONResponse(summary), err
}

// baseIn is the base that a body describes.
func (s *server) baseIn(ctx context.Context, format *worldfile.Format) (world.Base, error) {
	x := exchange.From(ctx)
	done, err := x.Gate.Turn(ctx, int64(len(x.Body)))
	if err != nil {
		return world.Base{}, exchange.ErrBodyCut // the client has left
	}
	defer done()
	file, err := format.Decode(x.Body) // which is checked
	if err != nil {
		return world.Base{}, err
	}
	return file.Base(s.apis...)
}

// ExportWorld writes the file of a world.
func (s *server) ExportWorld(ctx context.Context, req controlapi.ExportWorldRequestObject) (controlapi.ExportWorldResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	gate := exchange.From(ctx).Gate
	done, err := gate.Out(w.Held())
	if err != nil {
		return nil, err
	}
	return exported{ctx, s.worlds.Export(w), s.apis, gate, done}, nil
}

// exported is a world file whose data keeps its bytes: the generated answer would escape <, > and &. It is written item by item, so
// that a world of any size costs no memory.
type exported struct {
	ctx  context.Context //nolint:containedctx // of the request that it answers
	base world.Base
	apis []*mockapi.API
	gate *inflow.Gate
	done func()
}

// VisitExportWorldResponse implements api.ExportWorldResponseObject. Where it fails on the way, the connection breaks: half a file must
// not look like one.
func (e exported) VisitExportWorldResponse(w http.ResponseWriter) error {
	defer e.done()
	out := &worker{ResponseWriter: w, ctx: e.ctx, gate: e.gate}
	w.Header().Set("Content-Type", "application/json")
	err := out.begin()
	if err == nil {
		err = worldfile.Write(out, e.base, e.apis...)
	}
	out.done()
	if err != nil && out.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// worker lets others work while a client reads what it is written.
type worker struct {
	http.ResponseWriter

	ctx   context.Context //nolint:containedctx // of the request that is answered
	gate  *inflow.Gate
	done  func()
	begun bool // something was written
}

// begin waits for the turn to work.
func (w *worker) begin() (err error) {
	w.done, err = w.gate.Work(w.ctx)
	return err
}

// Write implements io.Writer.
func (w *worker) Write(text []byte) (n int, err error) {
	w.done()
	w.begun = true
	n, err = w.ResponseWriter.Write(text)
	return n, errors.Join(err, w.begin())
}
