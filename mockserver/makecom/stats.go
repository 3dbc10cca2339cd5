package makecom

import (
	"context"

	api "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// GetHookIncomingStats answers how full a queue is.
func (server) GetHookIncomingStats(ctx context.Context, req api.GetHookIncomingStatsRequestObject) (api.GetHookIncomingStatsResponseObject, error) {
	x := exchange.From(ctx)
	var found stat
	err := hook(ctx, req.HookID, func(_ *queue.State, status queue.Status) error {
		found = stat{queue: counted(x, status), limit: status.Limit, enabled: status.Enabled}
		return nil
	})
	if err != nil {
		return nil, err
	}
	x.Cite(contract.StatsShape, contract.StatsQueue, contract.StatsLimit, contract.StatsEnabled, contract.DetailStatsIsNotAnID)
	return found, nil
}

func counted(x *exchange.Exchange, status queue.Status) int {
	if x.Dialect().Answer(contract.StatsCountsProcessing) == contract.AnswerNo {
		return status.Queued - status.Processing
	}
	return status.Queued
}
