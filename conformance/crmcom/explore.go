package crmcom

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Subject is CRM.COM's API as something that can be explored: the model, and hands that carry its commands out.
type Subject struct{ Model }

// Asks lists the questions that the model depends on.
func (Subject) Asks() []*contract.Question {
	return []*contract.Question{crmcom.ResendIdentity, crmcom.ListOrder}
}

// Survey finds out whether a rule can be made to fire, and whether what is sent then reaches the suite's receiver: without
// that nothing could be foretold.
func (Subject) Survey(ctx context.Context, s *suite.Session, d contract.Dialect) (start State, gaps []string, err error) {
	h, err := open(ctx, s)
	if err != nil {
		return State{}, nil, err
	}
	a, err := h.Do(ctx, explore.Of(verbFire, "as", requestName(0)))
	switch {
	case err != nil:
		return State{}, nil, suite.Arranging(err)
	case a.Sent == 0:
		return State{}, nil, h.nothingCame(h.boxes[0].inbox)
	}
	for _, q := range (Subject{}).Asks() {
		if d[q.ID] == "" {
			gaps = append(gaps, "what depends on "+q.ID+": the answer was not observed")
		}
	}
	return State{dialect: d, told: h.told.Load()}, gaps, nil
}

// Open asks for two fresh definitions.
func (Subject) Open(ctx context.Context, s *suite.Session, _ State) (explore.World[Answer], error) {
	return open(ctx, s)
}

func open(ctx context.Context, s *suite.Session) (*hands, error) {
	v := newVendor(s)
	h := &hands{vendor: v, waits: true, known: map[string]identity{}, names: map[string]string{}}
	h.things = map[string]string{"x": v.thing(), "y": v.thing()}
	h.known[unknown] = identity{id: v.unknown().value, number: v.unknownNumber().value}
	for i := range h.boxes {
		b, err := v.boxed(ctx, accept(), nil)
		if err != nil {
			return nil, suite.Arranging(err)
		}
		h.boxes[i] = b
	}
	return h, nil
}
