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
	created, err := windowOf(x)
	if err != nil {
		return nil, err
	}
	var items []queue.Item
	err = hook(ctx, req.HookID, func(s *queue.State, _ queue.Status) error {
		items, err = created.list(s, queue.Page{
			HookID:      req.HookID,
			Offset:      paging.offset,
			Limit:       paging.limit,
			NewestFirst: paging.sortDir == contract.ReversedPageSortDir,
			WaitingOnly: x.Dialect().Answer(contract.ListIncludesProcessing) == contract.AnswerNo,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	citeList(x, req.Params, len(items))
	return page{items, paging}, nil
}

// pagingOf is the paging in force: what was asked for, the defaults, and what the dialect makes of values out of range.
func pagingOf(x *exchange.Exchange, p api.ListHookIncomingsParams) (in paging, err error) {
	if err := checkSortBy(x, p.PgSortBy); err != nil {
		return in, err
	}
	if in.limit, err = limit(x, p.PgLimit); err != nil {
		return in, err
	}
	if in.offset, err = offset(x, p.PgOffset); err != nil {
		return in, err
	}
	in.sortDir = contract.DefaultPageSortDir
	if p.PgSortDir != nil {
		if !p.PgSortDir.Valid() {
			x.Cite(contract.ListSortDirEnum)
			return in, badParameter("pg[sortDir]", fmt.Sprintf("%q is neither asc nor desc", *p.PgSortDir))
		}
		in.sortDir = string(*p.PgSortDir)
	}
	in.uncounted = x.Dialect().Answer(contract.ListTotalCount) == contract.AnswerFalse
	return in, nil
}

func checkSortBy(x *exchange.Exchange, asked *string) error {
	if asked != nil && *asked != contract.DefaultPageSortBy && x.Dialect().Answer(contract.ListUnknownSort) == contract.AnswerError400 {
		return outOfRange("pg[sortBy]", fmt.Sprintf("%q is not created", *asked))
	}
	return nil
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
