package makecom

import (
	"context"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// GetHookIncomingStats answers how full a queue is.
func (server) GetHookIncomingStats(ctx context.Context, req makegen.GetHookIncomingStatsRequestObject) (makegen.GetHookIncomingStatsResponseObject, error) {
	x := exchange.From(ctx)
	var found stat
	err := hook(ctx, req.HookID, func(_ *queue.State, status queue.Status) error {
		found = stat{queue: counted(x, status), limit: status.Limit, enabled: status.Enabled}
		return nil
	})
	if err != nil {
		return nil, err
	}
	x.Cite(makeapi.StatsShape, makeapi.StatsQueue, makeapi.StatsLimit, makeapi.StatsEnabled, makeapi.DetailStatsIsNotAnID)
	return found, nil
}

func counted(x *exchange.Exchange, status queue.Status) int {
	if x.Dialect().Answer(makeapi.StatsCountsProcessing) == makeapi.AnswerNo {
		return status.Queued - status.Processing
	}
	return status.Queued
}
