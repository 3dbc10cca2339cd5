package crmcom

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Subject is CRM.COM's API as something that can be explored: the model, and a driver that carries its commands out.
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
	a, err := h.Do(ctx, explore.Of(verbFire, "as", explore.Name(0)))
	switch {
	case err != nil:
		return State{}, nil, suite.Arranging(err)
	case a.Sent == 0:
		return State{}, nil, h.nothingCame(h.fixtures[0].inbox)
	}
	observed := explore.Observed(d)
	return State{observed: observed, idsKnown: h.idsKnown.Load()}, observed.Gaps(Subject{}.Asks()), nil
}

// Open asks for two fresh definitions.
func (Subject) Open(ctx context.Context, s *suite.Session, _ State) (explore.World[Answer], error) {
	return open(ctx, s)
}

func open(ctx context.Context, s *suite.Session) (*driver, error) {
	v := newVendor(s)
	h := &driver{vendor: v, waits: true}
	h.things = map[string]string{"x": v.thing(), "y": v.thing()}
	h.stranger = identity{id: v.unknown().value, number: v.unknownNumber().value}
	h.names.Same = func(a, b identity) bool { return a.number == b.number }
	h.names.Bind(h.stranger.id, unknown, h.stranger)
	for i := range h.fixtures {
		b, err := v.newFixture(ctx, accept(), nil)
		if err != nil {
			return nil, suite.Arranging(err)
		}
		h.fixtures[i] = b
	}
	return h, nil
}
