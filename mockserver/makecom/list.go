package makecom

import (
	"context"
	"fmt"
	"math"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// ListHookIncomings answers a page of the queue.
func (server) ListHookIncomings(ctx context.Context, req makegen.ListHookIncomingsRequestObject) (makegen.ListHookIncomingsResponseObject, error) {
	x := exchange.From(ctx)
	paging, err := pagingOf(x, req.Params)
	if err != nil {
		return nil, err
	}
	created, err := windowOf(x)
	if err != nil {
		return nil, err
	}
	var items []queue.Shown
	err = hook(ctx, req.HookID, func(s *queue.State, _ queue.Status) error {
		items, err = created.list(s, queue.Page{
			HookID:      req.HookID,
			Offset:      paging.offset,
			Limit:       paging.limit,
			NewestFirst: paging.sortDir == makeapi.ReversedPageSortDir,
			WaitingOnly: x.Dialect().Answer(makeapi.ListIncludesProcessing) == makeapi.AnswerNo,
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
func pagingOf(x *exchange.Exchange, p makegen.ListHookIncomingsParams) (in paging, err error) {
	if err := checkSortBy(x, p.PgSortBy); err != nil {
		return in, err
	}
	if in.limit, err = limit(x, p.PgLimit); err != nil {
		return in, err
	}
	if in.offset, err = offset(x, p.PgOffset); err != nil {
		return in, err
	}
	in.sortDir = makeapi.DefaultPageSortDir
	if p.PgSortDir != nil {
		if !p.PgSortDir.Valid() {
			x.Cite(makeapi.ListSortDirEnum)
			return in, badParameter("pg[sortDir]", fmt.Sprintf("%q is neither asc nor desc", *p.PgSortDir))
		}
		in.sortDir = string(*p.PgSortDir)
	}
	in.uncounted = x.Dialect().Answer(makeapi.ListTotalCount) == makeapi.AnswerFalse
	return in, nil
}

func checkSortBy(x *exchange.Exchange, asked *string) error {
	if asked != nil && *asked != makeapi.DefaultPageSortBy && x.Dialect().Answer(makeapi.ListUnknownSort) == makeapi.AnswerError400 {
		return outOfRange("pg[sortBy]", fmt.Sprintf("%q is not created", *asked))
	}
	return nil
}

func limit(x *exchange.Exchange, asked *int) (int, error) {
	switch {
	case asked == nil:
		return makeapi.DefaultPageLimit, nil
	case *asked >= 1 && *asked <= makeapi.MaxPageLimit:
		return *asked, nil
	}
	switch x.Dialect().Answer(makeapi.ListLimitRange) {
	case makeapi.AnswerClamped:
		return min(max(*asked, 1), makeapi.MaxPageLimit), nil
	case makeapi.AnswerAsIs:
		return *asked, nil
	}
	return 0, outOfRange("pg[limit]", fmt.Sprintf("%d is not between 1 and %d", *asked, makeapi.MaxPageLimit))
}

func offset(x *exchange.Exchange, asked *int) (int, error) {
	switch {
	case asked == nil:
		return 0, nil
	case *asked >= 0:
		return min(*asked, math.MaxInt32), nil
	case x.Dialect().Answer(makeapi.ListOffsetRange) == makeapi.AnswerAsZero:
		return 0, nil
	}
	return 0, outOfRange("pg[offset]", fmt.Sprintf("%d is negative", *asked))
}

// citeList names what decided a page: the shape always, the rest by what was asked for.
func citeList(x *exchange.Exchange, p makegen.ListHookIncomingsParams, found int) {
	x.Cite(makeapi.ListShape, makeapi.ListPgEcho, makeapi.ListOwnHook, makeapi.ListReadOnly)
	if found > 0 {
		x.Cite(makeapi.ListArrived, makeapi.ListItemFields, makeapi.ListArrivalOrder, makeapi.ListSizeMsgpack, makeapi.ListNoData)
	}
	if p.PgLimit != nil {
		x.Cite(makeapi.ListLimit)
	}
	if p.PgOffset != nil {
		x.Cite(makeapi.ListOffset)
	}
	if p.PgLimit != nil && p.PgOffset != nil {
		x.Cite(makeapi.ListPagesPartition)
	}
	if p.PgOffset != nil && *p.PgOffset > 0 && found == 0 {
		x.Decide(makeapi.ListBeyondEnd)
	}
	if p.PgSortDir != nil {
		x.Cite(makeapi.ListSortDir)
	}
	if p.PgSortBy != nil {
		x.Cite(makeapi.ListSortByCreated)
	}
}
