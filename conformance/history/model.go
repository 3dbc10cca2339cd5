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
	Explore(context.Context, *suite.Run, explore.Plan) (*explore.Result, error)
	Replay(context.Context, *suite.Run, contract.Dialect, []explore.Command) (*explore.Finding, error)
	Record(context.Context, *suite.Run, Plan) (*Result, error)
}

// Of makes the model of a catalog out of a subject.
func Of[S, A any](subject Subject[S, A]) Model { return model[S, A]{subject} }

type model[S, A any] struct{ Subject[S, A] }

func (m model[S, A]) Explore(ctx context.Context, run *suite.Run, p explore.Plan) (*explore.Result, error) {
	return explore.Run(ctx, run, m.Subject, p)
}

func (m model[S, A]) Replay(ctx context.Context, run *suite.Run, d contract.Dialect, commands []explore.Command) (*explore.Finding, error) {
	return explore.Replay(ctx, run, m.Subject, d, commands)
}

func (m model[S, A]) Record(ctx context.Context, run *suite.Run, p Plan) (*Result, error) {
	return Run(ctx, run, m.Subject, p)
}
