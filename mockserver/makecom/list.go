package makecom

import (
	"context"
	"fmt"
	"math"

	api "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// ListHookIncomings answers a page of the queue.
func (server) ListHookIncomings(ctx context.Context, req api.ListHookIncomingsRequestObject) (api.ListHookIncomingsResponseObject, error) {
	x := exchange.From(ctx)
	paging, err := pagingOf(x, req.Params)
	if err != nil {
		return nil, err
	}
	var items []*queue.Item
	err = hook(ctx, req.HookID, func(s *queue.State, _ queue.Status) error {
		items, err = s.List(queue.Page{
			HookID:      req.HookID,
			Offset:      *paging.Offset,
			Limit:       *paging.Limit,
			NewestFirst: *paging.SortDir == contract.ReversedPageSortDir,
			WaitingOnly: x.Dialect().Answer(contract.ListIncludesProcessing) == contract.AnswerNo,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	citeList(x, req.Params, len(items))
	return api.ListHookIncomings200JSONResponse{Incomings: summaries(items), Pg: paging}, nil
}

func summaries(items []*queue.Item) []api.Incoming {
	list := make([]api.Incoming, len(items))
	for i, item := range items {
		list[i] = summary(item)
	}
	return list
}

func summary(item *queue.Item) api.Incoming {
	return api.Incoming{
		ID:      item.ID,
		Scope:   contract.ScopeHook,
		Size:    item.Size(),
		Created: contract.Timestamp{Time: item.Created},
	}
}

// pagingOf is the paging in force: what was asked for, the defaults, and what the dialect makes of values out of range.
func pagingOf(x *exchange.Exchange, p api.ListHookIncomingsParams) (*api.Paging, error) {
	sortBy, err := sortBy(x, p.PgSortBy)
	if err != nil {
		return nil, err
	}
	limit, err := limit(x, p.PgLimit)
	if err != nil {
		return nil, err
	}
	offset, err := offset(x, p.PgOffset)
	if err != nil {
		return nil, err
	}
	sortDir := contract.DefaultPageSortDir
	if p.PgSortDir != nil {
		if !p.PgSortDir.Valid() {
			x.Cite(contract.ListSortDirEnum)
			return nil, badParameter("pg[sortDir]", fmt.Sprintf("%q is neither asc nor desc", *p.PgSortDir))
		}
		sortDir = string(*p.PgSortDir)
	}
	paging := &api.Paging{SortBy: &sortBy, SortDir: &sortDir, Limit: &limit, Offset: &offset}
	if x.Dialect().Answer(contract.ListTotalCount) == contract.AnswerFalse {
		paging.ReturnTotalCount = new(bool)
	}
	return paging, nil
}

func sortBy(x *exchange.Exchange, asked *string) (string, error) {
	if asked != nil && *asked != contract.DefaultPageSortBy && x.Dialect().Answer(contract.ListUnknownSort) == contract.AnswerError400 {
		return "", outOfRange("pg[sortBy]", fmt.Sprintf("%q is not created", *asked))
	}
	return contract.DefaultPageSortBy, nil
}

func limit(x *exchange.Exchange, asked *int) (int, error) {
	switch {
	case asked == nil:
		return contract.DefaultPageLimit, nil
	case *asked >= 1 && *asked <= contract.MaxPageLimit:
		return *asked, nil
	}
	switch x.Dialect().Answer(contract.ListLimitRange) {
	case contract.AnswerClamped:
		return min(max(*asked, 1), contract.MaxPageLimit), nil
	case contract.AnswerAsIs:
		return *asked, nil
	}
	return 0, outOfRange("pg[limit]", fmt.Sprintf("%d is not between 1 and %d", *asked, contract.MaxPageLimit))
}

func offset(x *exchange.Exchange, asked *int) (int, error) {
	switch {
	case asked == nil:
		return 0, nil
	case *asked >= 0:
		return min(*asked, math.MaxInt32), nil
	case x.Dialect().Answer(contract.ListOffsetRange) == contract.AnswerAsZero:
		return 0, nil
	}
	return 0, outOfRange("pg[offset]", fmt.Sprintf("%d is negative", *asked))
}

// citeList names what decided a page: the shape always, the rest by what was asked for.
func citeList(x *exchange.Exchange, p api.ListHookIncomingsParams, found int) {
	x.Cite(contract.ListShape, contract.ListPgEcho, contract.ListOwnHook, contract.ListReadOnly)
	if found > 0 {
		x.Cite(contract.ListArrived, contract.ListItemFields, contract.ListArrivalOrder, contract.ListSizeMsgpack, contract.ListNoData)
	}
	if p.PgLimit != nil {
		x.Cite(contract.ListLimit)
	}
	if p.PgOffset != nil {
		x.Cite(contract.ListOffset)
	}
	if p.PgLimit != nil && p.PgOffset != nil {
		x.Cite(contract.ListPagesPartition)
	}
	if p.PgOffset != nil && *p.PgOffset > 0 && found == 0 {
		x.Cite(contract.ListBeyondEnd)
	}
	if p.PgSortDir != nil {
		x.Cite(contract.ListSortDir)
	}
	if p.PgSortBy != nil {
		x.Cite(contract.ListSortByCreated)
	}
}
