package control

import (
	"context"
	"maps"
	"slices"
	"strings"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// GetDialect shows the answer in force to every open question.
func (s *server) GetDialect(_ context.Context, req api.GetDialectRequestObject) (api.GetDialectResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	return api.GetDialect200JSONResponse(answers(w.Dialect())), nil
}

// PutDialect replaces the answers of a world.
func (s *server) PutDialect(_ context.Context, req api.PutDialectRequestObject) (api.PutDialectResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if err := checkDialect(*req.Body); err != nil {
		return nil, err
	}
	w.SetDialect(contract.Dialect(maps.Clone(*req.Body)))
	return api.PutDialect200JSONResponse(answers(w.Dialect())), nil
}

func answers(d contract.Dialect) api.Dialect {
	all := api.Dialect{}
	for _, a := range openapi.APIs() {
		for _, q := range a.Questions {
			all[q.ID] = d.Answer(q)
		}
	}
	return all
}

func checkDialect(d api.Dialect) error {
	for _, id := range slices.Sorted(maps.Keys(d)) {
		if err := (contract.Dialect{id: d[id]}).Validate(openapi.APIs()...); err != nil {
			return badValue(id, strings.TrimPrefix(err.Error(), "dialect: "))
		}
	}
	return nil
}
