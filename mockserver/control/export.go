package control

import (
	"context"
	"net/http"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// PutWorld makes a world from a file.
func (s *server) PutWorld(ctx context.Context, req api.PutWorldRequestObject) (api.PutWorldResponseObject, error) {
	format, err := s.bodies.files()
	if err != nil {
		return nil, err
	}
	file, err := format.Decode(exchange.From(ctx).Body) // which is checked
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
func (s *server) ExportWorld(_ context.Context, req api.ExportWorldRequestObject) (api.ExportWorldResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	file, err := worldfile.Of(s.worlds.Export(w), s.apis...)
	return exported(file), err
}

// exported is a world file whose data keeps its bytes: the generated answer would escape <, > and &.
type exported worldfile.File

// VisitExportWorldResponse implements api.ExportWorldResponseObject.
func (e exported) VisitExportWorldResponse(w http.ResponseWriter) error {
	text, err := worldfile.File(e).Encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, err = w.Write(text)
	return err
}
