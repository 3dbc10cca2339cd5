package history

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Model is the subject of an API whatever its types are: what a [suite.Catalog] carries.
type Model interface {
	suite.Model
	Explore(context.Context, *suite.Bench, explore.Plan) (*explore.Result, error)
	Replay(context.Context, *suite.Bench, contract.Dialect, []explore.Command) (*explore.Finding, error)
	Record(context.Context, *suite.Bench, Plan) (*Result, error)
}

// Of makes the model of a catalog out of a subject.
func Of[S, A any](subject Subject[S, A]) Model { return model[S, A]{subject} }

type model[S, A any] struct{ Subject[S, A] }

func (m model[S, A]) Explore(ctx context.Context, b *suite.Bench, p explore.Plan) (*explore.Result, error) {
	return explore.Run(ctx, b, m.Subject, p)
}

func (m model[S, A]) Replay(ctx context.Context, b *suite.Bench, d contract.Dialect, commands []explore.Command) (*explore.Finding, error) {
	return explore.Replay(ctx, b, m.Subject, d, commands)
}

func (m model[S, A]) Record(ctx context.Context, b *suite.Bench, p Plan) (*Result, error) {
	return Run(ctx, b, m.Subject, p)
}
