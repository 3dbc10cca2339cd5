package control

import (
	"context"
	"net/http"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// PutWorld makes a world from a file.
func (s *server) PutWorld(ctx context.Context, req api.PutWorldRequestObject) (api.PutWorldResponseObject, error) {
	format, err := s.bodies.files()
	if err != nil {
		return nil, err
	}
	x := exchange.From(ctx)
	done, err := x.Gate.Turn(ctx, int64(len(x.Body)))
	if err != nil {
		return nil, exchange.ErrBodyCut // the client has left
	}
	defer done()
	file, err := format.Decode(x.Body) // which is checked
	if err != nil {
		return nil, err
	}
	base, err := file.Base(s.apis...)
	if err != nil {
		return nil, err
	}
	w, err := s.worlds.Put(req.World, base)
	if err != nil {
		return nil, inField("world", err)
	}
	summary, err := s.summary(w)
	return api.PutWorld200JSONResponse(summary), err
}

// ExportWorld writes the file of a world.
func (s *server) ExportWorld(ctx context.Context, req api.ExportWorldRequestObject) (api.ExportWorldResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	done, err := exchange.From(ctx).Gate.Out(w.Held())
	if err != nil {
		return nil, err
	}
	return exported{s.worlds.Export(w), s.apis, done}, nil
}

// exported is a world file whose data keeps its bytes: the generated answer would escape <, > and &. It is written item by item, so
// that a world of any size costs no memory.
type exported struct {
	base world.Base
	apis []*mockapi.API
	done func()
}

// VisitExportWorldResponse implements api.ExportWorldResponseObject. Where it fails on the way, the connection breaks: half a file must
// not look like one.
func (e exported) VisitExportWorldResponse(w http.ResponseWriter) error {
	defer e.done()
	out := &started{ResponseWriter: w}
	w.Header().Set("Content-Type", "application/json")
	err := worldfile.Write(out, e.base, e.apis...)
	if err != nil && out.begun {
		panic(http.ErrAbortHandler)
	}
	return err
}

// started notes whether something was written.
type started struct {
	http.ResponseWriter

	begun bool
}

func (s *started) Write(text []byte) (int, error) {
	s.begun = true
	return s.ResponseWriter.Write(text)
}
