package control

import (
	"context"
	"errors"
	"fmt"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

// GetFaults shows the failures that a world injects.
func (s *server) GetFaults(_ context.Context, req controlapi.GetFaultsRequestObject) (controlapi.GetFaultsResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	return controlapi.GetFaults200JSONResponse(worldfile.Faults(w.Faults())), nil
}

// PutFaults replaces the failures that a world injects.
func (s *server) PutFaults(_ context.Context, req controlapi.PutFaultsRequestObject) (controlapi.PutFaultsResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	rules, err := worldfile.Rules(*req.Body)
	if err == nil {
		err = w.SetFaults(rules)
	}
	if err != nil {
		return nil, badFault(err)
	}
	return controlapi.PutFaults200JSONResponse(worldfile.Faults(w.Faults())), nil
}

// badFault words the first thing that is wrong with the rules.
func badFault(err error) error {
	var wrong *fault.Wrong
	if !errors.As(err, &wrong) {
		return err
	}
	return refusal.New(refusal.Invalid, refusal.CodeBadValue, wrong.Reason, wrong.Remedy).At(fmt.Sprintf("[%d].%s", wrong.Index, wrong.Member))
}
