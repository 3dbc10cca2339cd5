package makecom

import (
	"context"
	"errors"

	api "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// DeleteHookIncomings takes items out of the queue, by id or all but some.
func (server) DeleteHookIncomings(ctx context.Context, req api.DeleteHookIncomingsRequestObject) (api.DeleteHookIncomingsResponseObject, error) {
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
		x.Cite(contract.DeleteEmptyArrays)
	}
	return deletion(done), nil
}

// besideEmpty says that the selector that is not in use was given as an empty array.
func besideEmpty(body *api.DeleteSelection, all bool) bool {
	if body == nil {
		return false
	}
	idle := body.ExceptIds
	if all {
		idle = body.Ids
	}
	return idle != nil && len(*idle) == 0
}

func deleteCommand(req api.DeleteHookIncomingsRequestObject, rules queue.DeleteRules) queue.Delete {
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

func deleteRules(d openapi.Dialect) queue.DeleteRules {
	return queue.DeleteRules{
		ListAllRequested: d.Answer(contract.DeletePartialIncomings) == contract.AnswerAllRequested,
		Unknown: map[string]queue.Unknown{
			contract.AnswerOmitted: queue.UnknownOmitted, contract.AnswerEchoed: queue.UnknownEchoed, contract.AnswerError4xx: queue.UnknownRefused,
		}[d.Answer(contract.DeleteUnknownID)],
		RepeatDuplicates: d.Answer(contract.DeleteDuplicateID) == contract.AnswerTwice,
		IDsWithAll: map[string]queue.IDsWithAll{
			contract.AnswerError400: queue.IDsWithAllRefused, contract.AnswerAllWins: queue.AllWins, contract.AnswerIDsWin: queue.IDsWin,
		}[d.Answer(contract.DeleteIDsWithAll)],
		IgnoreExcept:    d.Answer(contract.DeleteExceptWithoutAll) == contract.AnswerIgnored,
		AllowNoSelector: d.Answer(contract.DeleteNoSelector) == contract.AnswerNothingDeleted200,
	}
}

func citeDeletion(x *exchange.Exchange, c queue.Delete, done queue.Deleted) {
	x.Cite(contract.DeleteIDsResponse)
	if done.All {
		citeAll(x, c, done)
	} else {
		x.Cite(contract.DeleteIDs, contract.DeleteIDsUnconfirmed)
	}
	if done.Count > 0 {
		x.Cite(contract.DeleteGone, contract.ProcessDeletedIsNeverProcessed)
	}
	if done.Unknown > 0 {
		x.Cite(contract.DeleteOtherHook)
	}
	switch {
	case len(done.Busy) == 0:
		x.Cite(contract.DeleteNoErrorOnSuccess)
	case done.All:
		x.Cite(contract.DeleteProcessingRefused, contract.DeleteAllProcessing, contract.DeletePartialErrorText)
	default:
		x.Cite(contract.DeleteProcessingRefused, contract.DeletePartial, contract.DeletePartialError, contract.DeletePartialErrorText)
	}
}

func citeAll(x *exchange.Exchange, c queue.Delete, done queue.Deleted) {
	x.Cite(contract.DeleteAll)
	if len(c.Except) > 0 {
		x.Cite(contract.DeleteExcept)
	}
	if done.Count == 0 && len(done.Busy) == 0 && len(c.Except) == 0 {
		x.Cite(contract.DeleteAllEmptyQueue)
	}
}

func citeRefusal(x *exchange.Exchange, req api.DeleteHookIncomingsRequestObject, err error) {
	if !errors.Is(err, queue.ErrUnconfirmed) {
		return
	}
	switch {
	case len(list(req.Body.ExceptIds)) > 0:
		x.Cite(contract.DeleteExceptUnconfirmed)
	case req.Params.Confirmed != nil:
		x.Cite(contract.DeleteAllConfirmedFalse)
	default:
		x.Cite(contract.DeleteAllUnconfirmed)
	}
}
