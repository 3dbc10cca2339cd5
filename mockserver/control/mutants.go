package control

import (
	"context"
	"errors"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// GetMutant shows the mutant that a world plays.
func (s *server) GetMutant(_ context.Context, req controlapi.GetMutantRequestObject) (controlapi.GetMutantResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	return controlapi.GetMutant200JSONResponse{ID: w.Mutant().ID}, nil
}

// PutMutant makes a world play a mutant; without an id, the one of the server as a whole, which is none by default.
func (s *server) PutMutant(_ context.Context, req controlapi.PutMutantRequestObject) (controlapi.PutMutantResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if err := s.checkMutant(req.Body.ID); err != nil {
		return nil, err
	}
	err = w.SetMutant(req.Body.ID)
	return controlapi.PutMutant200JSONResponse{ID: w.Mutant().ID}, err
}

func (s *server) checkMutant(id string) error {
	if id == "" {
		return nil
	}
	_, err := s.mutants.ForWorld(id)
	var unknown *catalog.UnknownError
	switch {
	case errors.As(err, &unknown):
		return refusal.New(refusal.Invalid, "unknown-mutant", err.Error(), "take one of "+strings.Join(unknown.Near, ", ")+", or {} for none").At("id")
	case err != nil:
		return refusal.New(refusal.Invalid, "server-wide-mutant", err.Error(), "start a mock of its own with --mutant "+id).At("id")
	}
	return nil
}
