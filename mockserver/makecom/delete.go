package makecom

import (
	"context"
	"errors"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// DeleteHookIncomings takes items out of the queue, by id or all but some.
func (server) DeleteHookIncomings(ctx context.Context, req makegen.DeleteHookIncomingsRequestObject) (makegen.DeleteHookIncomingsResponseObject, error) {
	x := exchange.From(ctx)
	command := deleteCommand(req, deleteRules(x.Dialect()))
	result, err := own(x, req.HookID, func(queue.Status) (world.Command, error) { return command, nil })
	done, _ := result.(queue.Deleted)
	if err != nil {
		citeRefusal(x, req, err)
		return nil, err
	}
	x.Changed = journal.Several("item", done.Left(), stateWaiting, "deleted")
	citeDeletion(x, command, done)
	if besideEmpty(req.Body, done.All) {
		x.Cite(makeapi.DeleteEmptyArrays)
	}
	return deletion(done), nil
}

// besideEmpty says that the selector that is not in use was given as an empty array.
func besideEmpty(body *makegen.DeleteSelection, all bool) bool {
	if body == nil {
		return false
	}
	idle := body.ExceptIds
	if all {
		idle = body.Ids
	}
	return idle != nil && len(*idle) == 0
}

func deleteCommand(req makegen.DeleteHookIncomingsRequestObject, rules queue.DeleteRules) queue.Delete {
	c := queue.Delete{HookID: req.HookID, Rules: rules}
	c.Confirmed = req.Params.Confirmed != nil && *req.Params.Confirmed
	if body := req.Body; body != nil {
		c.IDs, c.Except = list(body.Ids), list(body.ExceptIds)
		c.All = body.All != nil && *body.All
	}
	return c
}

func list(ids *[]string) []string {
	if ids == nil {
		return nil
	}
	return *ids
}

func deleteRules(d contract.Dialect) queue.DeleteRules {
	return queue.DeleteRules{
		ListAllRequested: d.Answer(makeapi.DeletePartialIncomings) == makeapi.AnswerAllRequested,
		Unknown: map[string]queue.Unknown{
			makeapi.AnswerOmitted: queue.UnknownOmitted, makeapi.AnswerEchoed: queue.UnknownEchoed, makeapi.AnswerError4xx: queue.UnknownRefused,
		}[d.Answer(makeapi.DeleteUnknownID)],
		RepeatDuplicates: d.Answer(makeapi.DeleteDuplicateID) == makeapi.AnswerTwice,
		IDsWithAll: map[string]queue.IDsWithAll{
			makeapi.AnswerError400: queue.IDsWithAllRefused, makeapi.AnswerAllWins: queue.AllWins, makeapi.AnswerIDsWin: queue.IDsWin,
		}[d.Answer(makeapi.DeleteIDsWithAll)],
		IgnoreExcept:    d.Answer(makeapi.DeleteExceptWithoutAll) == makeapi.AnswerIgnored,
		AllowNoSelector: d.Answer(makeapi.DeleteNoSelector) == makeapi.AnswerNothingDeleted200,
	}
}

func citeDeletion(x *exchange.Exchange, c queue.Delete, done queue.Deleted) {
	x.Cite(makeapi.DeleteIDsResponse)
	if done.All {
		citeAll(x, c, done)
	} else {
		x.Cite(makeapi.DeleteIDs, makeapi.DeleteIDsUnconfirmed)
	}
	if done.Count > 0 {
		x.Cite(makeapi.DeleteGone, makeapi.ProcessDeletedIsNeverProcessed)
	}
	if done.Unknown > 0 {
		x.Decide(makeapi.DeleteOtherHook)
	}
	switch {
	case len(done.Busy) == 0:
		x.Cite(makeapi.DeleteNoErrorOnSuccess)
	case done.All:
		x.Decide(makeapi.DeleteProcessingRefused, makeapi.DeleteAllProcessing, makeapi.DeletePartialErrorText)
	default:
		x.Decide(makeapi.DeleteProcessingRefused, makeapi.DeletePartial, makeapi.DeletePartialError, makeapi.DeletePartialErrorText)
	}
}

func citeAll(x *exchange.Exchange, c queue.Delete, done queue.Deleted) {
	x.Cite(makeapi.DeleteAll)
	if len(c.Except) > 0 {
		x.Cite(makeapi.DeleteExcept)
	}
	if done.Count == 0 && len(done.Busy) == 0 && len(c.Except) == 0 {
		x.Decide(makeapi.DeleteAllEmptyQueue)
	}
}

func citeRefusal(x *exchange.Exchange, req makegen.DeleteHookIncomingsRequestObject, err error) {
	if !errors.Is(err, queue.ErrUnconfirmed) {
		return
	}
	switch {
	case len(list(req.Body.ExceptIds)) > 0:
		x.Cite(makeapi.DeleteExceptUnconfirmed)
	case req.Params.Confirmed != nil:
		x.Cite(makeapi.DeleteAllConfirmedFalse)
	default:
		x.Cite(makeapi.DeleteAllUnconfirmed)
	}
}
