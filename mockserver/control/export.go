package control

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// PutWorld makes a world from a file.
func (s *server) PutWorld(_ context.Context, req api.PutWorldRequestObject) (api.PutWorldResponseObject, error) {
	base, err := worldfile.Base(*req.JSONBody)
	if err != nil {
		return nil, err
	}
	w, err := s.worlds.Put(req.World, base)
	if err != nil {
		return nil, inField("world", err)
	}
	return api.PutWorld200JSONResponse(s.summary(w)), nil
}

// ExportWorld writes the file of a world.
func (s *server) ExportWorld(_ context.Context, req api.ExportWorldRequestObject) (api.ExportWorldResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	base, err := s.worlds.Export(w)
	if err != nil {
		return nil, err
	}
	return exported(worldfile.File(base)), nil
}

// exported is a world file whose data keeps its bytes: the generated answer would escape <, > and &.
type exported api.World

// VisitExportWorldResponse implements api.ExportWorldResponseObject.
func (e exported) VisitExportWorldResponse(w http.ResponseWriter) error {
	text, err := e.encode()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusOK)
	_, err = w.Write(text)
	return err
}

func (e exported) encode() ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(e)
	return text.Bytes(), err
}
