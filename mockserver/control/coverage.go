package control

import (
	"context"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/coverage"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

// GetCoverage says which requirements the traffic of one world reached.
func (s *server) GetCoverage(_ context.Context, req controlapi.GetCoverageRequestObject) (controlapi.GetCoverageResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	return controlapi.GetCoverage200JSONResponse(shownCoverage(coverage.Of(w.Reached, mockapi.Contracts(s.apis)...))), nil
}

// GetTotalCoverage says which requirements the traffic of all worlds reached.
func (s *server) GetTotalCoverage(context.Context, controlapi.GetTotalCoverageRequestObject) (controlapi.GetTotalCoverageResponseObject, error) {
	return controlapi.GetTotalCoverage200JSONResponse(shownCoverage(coverage.Of(s.worlds.Reached, mockapi.Contracts(s.apis)...))), nil
}

func shownCoverage(r coverage.Report) controlapi.Coverage {
	return controlapi.Coverage{Reached: r.ReachedIDs(), Never: r.NeverIDs()}
}
