package control

import (
	"context"
	"slices"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// GetCoverage says which requirements the traffic of one world reached.
func (s *server) GetCoverage(_ context.Context, req api.GetCoverageRequestObject) (api.GetCoverageResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	return api.GetCoverage200JSONResponse(coverage(w.Reached)), nil
}

// GetTotalCoverage says which requirements the traffic of all worlds reached.
func (s *server) GetTotalCoverage(context.Context, api.GetTotalCoverageRequestObject) (api.GetTotalCoverageResponseObject, error) {
	return api.GetTotalCoverage200JSONResponse(coverage(s.worlds.Reached)), nil
}

func coverage(reached func(*contract.Requirement) bool) api.Coverage {
	c := api.Coverage{Reached: []string{}, Never: []string{}}
	for _, a := range openapi.APIs() {
		for _, r := range a.Requirements {
			if reached(r) {
				c.Reached = append(c.Reached, r.ID)
			} else {
				c.Never = append(c.Never, r.ID)
			}
		}
	}
	slices.Sort(c.Reached)
	slices.Sort(c.Never)
	return c
}
