package crmcom

import (
	"context"
	"errors"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Logged is what came of a rule that fired.
type Logged struct {
	Request *requestlog.Request // nil when nothing was logged
}

// Fire makes a workflow rule of a world fire: its definition's URL is called, and the attempt logged if the definition
// logs it, when Fire returns. The URL of one of the mock's own sinks is one below the base URL of from. What is absent is made: an
// entity id, and data with id and number. Nothing is sent, and nothing logged, by a definition that is not effective.
func Fire(ctx context.Context, out *egress.Sender, from egress.Origin, c requestlog.Fire) (Logged, error) {
	attempt, err := world.Do[requestlog.Attempt](from.World, c)
	if errors.Is(err, requestlog.ErrNotEffective) {
		from.World.Reach([]*contract.Requirement{crmapi.DeliveryEffectiveOnly})
		return Logged{}, nil
	}
	if err != nil {
		return Logged{}, err
	}
	outcome := delivery.New(out).Send(ctx, from, attempt)
	from.World.Reach(reachedBy(attempt, outcome))
	if !attempt.Logs(outcome) {
		return Logged{}, nil
	}
	r, err := world.Do[*requestlog.Request](from.World, requestlog.Log{Attempt: attempt, Outcome: outcome})
	return Logged{r}, err
}

func reachedBy(a requestlog.Attempt, o requestlog.Outcome) []*contract.Requirement {
	reached := []*contract.Requirement{crmapi.DeliveryLogged, crmapi.DeliveryIDsUnique, crmapi.DeliveryHMAC}
	if len(a.FieldsSet) > 0 {
		reached = append(reached, crmapi.DeliveryFieldsSet)
	}
	if o.Rejected() {
		return append(reached, crmapi.DeliveryRejected)
	}
	return append(reached, crmapi.DeliverySuccessful)
}
