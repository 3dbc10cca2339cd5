package control

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/dialect"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// GetDialect shows the answer in force to every open question.
func (s *server) GetDialect(_ context.Context, req controlapi.GetDialectRequestObject) (controlapi.GetDialectResponseObject, error) {
	w, err := s.look(req.World)
	if err != nil {
		return nil, err
	}
	return controlapi.GetDialect200JSONResponse(s.answers(w.Dialect())), nil
}

// PutDialect replaces the answers of a world.
func (s *server) PutDialect(_ context.Context, req controlapi.PutDialectRequestObject) (controlapi.PutDialectResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if err := s.checkDialect(*req.Body); err != nil {
		return nil, err
	}
	err = s.change(w, *req.Body)
	return controlapi.PutDialect200JSONResponse(s.answers(w.Dialect())), err
}

// change starts from the built-in dialect that is named, if any. Variations come and go with the hostile one.
func (s *server) change(w *world.World, to controlapi.DialectChange) error {
	d, vary := contract.Dialect{}, (*int64)(nil)
	if to.Name == controlapi.DialectHostile {
		seed := cmp.Or(to.Seed, w.Seed())
		d, vary = dialect.Hostile(seed, mockapi.Contracts(s.apis)...), &seed
	}
	maps.Copy(d, to.AdditionalProperties)
	if err := w.SetDialect(d); err != nil {
		return err
	}
	return w.SetVariations(vary)
}

func (s *server) answers(d contract.Dialect) controlapi.Dialect {
	all := controlapi.Dialect{}
	for _, a := range mockapi.Contracts(s.apis) {
		for _, q := range a.Questions {
			all[q.ID] = d.Answer(q)
		}
	}
	return all
}

func (s *server) checkDialect(d controlapi.DialectChange) error {
	if d.Seed != 0 && d.Name != controlapi.DialectHostile {
		return refusal.BadValue("seed", "only the dialect named hostile starts from a seed")
	}
	for _, id := range slices.Sorted(maps.Keys(d.AdditionalProperties)) {
		if err := (contract.Dialect{id: d.AdditionalProperties[id]}).Validate(mockapi.Contracts(s.apis)...); err != nil {
			return refusal.BadValue(id, strings.TrimPrefix(err.Error(), "dialect: "))
		}
	}
	return nil
}
