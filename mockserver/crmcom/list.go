package crmcom

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// ListWebhookRequests answers a page of the webhook requests that satisfy the filters.
func (s *Server) ListWebhookRequests(ctx context.Context, req crmgen.ListWebhookRequestsRequestObject) (crmgen.ListWebhookRequestsResponseObject, error) {
	x := exchange.From(ctx)
	query, err := queryOf(x, req.Params)
	if err != nil {
		return nil, err
	}
	v, err := newView(x).withFields(req.Params.FieldsSet)
	if err != nil {
		x.Cite(crmapi.ListFieldsSet)
		return nil, err
	}
	var found []*requestlog.Request
	err = readLog(x.World, func(log *requestlog.State) error {
		found, err = log.List(query)
		return err
	})
	if isUnknown(err) && x.Dialect().Answer(crmapi.ListUnknownDefinition) == crmapi.AnswerEmpty {
		found, err = nil, nil
	}
	if err != nil {
		return nil, err
	}
	citeList(x, req.Params, len(found))
	return envelope{data: v.many(found)}, nil
}

func isUnknown(err error) bool {
	return errors.Is(err, requestlog.ErrNoDefinition) || errors.Is(err, requestlog.ErrNoRule)
}

// queryOf reads the filters, one after the other, so that the first bad one is named.
func queryOf(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams) (requestlog.List, error) {
	query := requestlog.List{OldestFirst: x.Dialect().Answer(crmapi.ListOrder) == crmapi.AnswerOldestFirst}
	for _, read := range []func(*exchange.Exchange, crmgen.ListWebhookRequestsParams, *requestlog.List) error{
		readIdentifiers, readEntity, readState, readCreated, readURL, readPage,
	} {
		if err := read(x, p, &query); err != nil {
			return query, err
		}
	}
	return query, nil
}

func readIdentifiers(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) (err error) {
	if query.Definition, err = optionalKey(x, parameterDefinition, p.WebhookDefinitionIdentifier); err != nil {
		return err
	}
	query.Rule, err = optionalKey(x, parameterRule, p.WorkflowRuleIdentifier)
	return err
}

func optionalKey(x *exchange.Exchange, parameter string, text *string) (*requestlog.Key, error) {
	if text == nil {
		return nil, nil //nolint:nilnil // no identifier is no filter
	}
	k, err := fromQuery(parameter, *text)
	if err != nil {
		citeIdentifier(x, parameter)
		return nil, err
	}
	return &k, nil
}

func readEntity(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) error {
	query.EntityID = p.EntityID
	if p.EntityID != nil && *p.EntityID == "" {
		return badParameter("entity_id", "it is empty, give an id or leave it out")
	}
	if p.Entity != nil {
		if !p.Entity.Valid() {
			x.Cite(crmapi.ListEntityEnum)
			return badParameter("entity", fmt.Sprintf("%q is none of %s", *p.Entity, strings.Join(crmapi.Entities(), ", ")))
		}
		query.Entity = string(*p.Entity)
	}
	if query.Definition == nil && query.Rule == nil && query.Entity == "" && query.EntityID == nil {
		x.Cite(crmapi.ListFilterRequired)
		return &problem{
			code:        crmapi.CodeFilterMissing,
			message:     "a filter is missing",
			description: "Give webhook_definition_identifier, workflow_rule_identifier, entity or entity_id.",
		}
	}
	return nil
}

func readState(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) error {
	if p.LifeCycleState == nil {
		return nil
	}
	if !p.LifeCycleState.Valid() {
		x.Cite(crmapi.ListStateEnum)
		return badParameter("life_cycle_state", fmt.Sprintf("%q is neither %s nor %s", *p.LifeCycleState, crmapi.StateSuccessful, crmapi.StateRejected))
	}
	query.Rejected = new(string(*p.LifeCycleState) == crmapi.StateRejected)
	return nil
}

func readCreated(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) error {
	if p.CreatedDate == nil {
		return nil
	}
	at, err := parseDate(*p.CreatedDate)
	if err != nil {
		x.Cite(crmapi.ListByCreatedDate)
		return badParameter("created_date", fmt.Sprintf("%q is neither a date such as 2015-11-06 nor a date and time such as 2015-11-06T08:45:11", *p.CreatedDate))
	}
	query.From, query.To = created(x.Dialect(), at)
	return nil
}

func parseDate(text string) (time.Time, error) {
	if at, err := time.Parse(crmapi.DateLayout, text); err == nil {
		return at, nil
	}
	return time.Parse(crmapi.DayLayout, text)
}

// created is what a date lets through: from a time on, before another.
func created(d contract.Dialect, at time.Time) (from, to time.Time) {
	switch d.Answer(crmapi.ListCreatedDate) {
	case crmapi.AnswerFrom:
		return at, time.Time{}
	case crmapi.AnswerExact:
		return at, at.Add(time.Second)
	}
	day := at.Truncate(24 * time.Hour)
	return day, day.AddDate(0, 0, 1)
}

func readURL(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) error {
	if p.URL == nil {
		return nil
	}
	base, name, want := x.BaseURL, x.World.Name, *p.URL
	match := func(url string) bool { return url == want }
	if x.Dialect().Answer(crmapi.ListURLMatch) == crmapi.AnswerPrefix {
		match = func(url string) bool { return strings.HasPrefix(url, want) }
	}
	query.URL = func(address string) bool { return match(sink.Absolute(base, name, address)) }
	return nil
}

func readPage(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, query *requestlog.List) error {
	query.Limit = -1
	if x.Dialect().Answer(crmapi.ListDefaultSize) == crmapi.Answer100 {
		query.Limit = crmapi.DefaultListSize
	}
	if p.Offset != nil {
		query.Offset = *p.Offset
	}
	if query.Offset < 0 {
		x.Cite(crmapi.ListPaging)
		return badParameter("offset", fmt.Sprintf("%d is negative", query.Offset))
	}
	if p.NumberOfResults == nil {
		return nil
	}
	size := *p.NumberOfResults
	zero := x.Dialect().Answer(crmapi.ListZeroSize)
	switch {
	case size < 0, size == 0 && zero == crmapi.AnswerError:
		x.Cite(crmapi.ListPaging)
		return badParameter("number_of_results", fmt.Sprintf("%d is below 1", size))
	case size > 0, zero == crmapi.AnswerEmpty:
		query.Limit = size
	}
	return nil
}

// citeList names what decided a page: the shape always, the rest by what was asked for.
func citeList(x *exchange.Exchange, p crmgen.ListWebhookRequestsParams, found int) {
	x.Cite(crmapi.EnvelopeOK, crmapi.ListShape, crmapi.ShowReadOnly)
	primary := 0
	for _, c := range []struct {
		given   bool
		primary bool
		cited   *contract.Requirement
	}{
		{p.WebhookDefinitionIdentifier != nil, true, crmapi.ListByDefinition},
		{p.WorkflowRuleIdentifier != nil, true, crmapi.ListByRule},
		{p.Entity != nil, true, crmapi.ListByEntity},
		{p.EntityID != nil, true, crmapi.ListByEntityID},
		{p.URL != nil, false, crmapi.ListByURL},
		{p.LifeCycleState != nil, false, crmapi.ListByState},
		{p.CreatedDate != nil, false, crmapi.ListByCreatedDate},
		{p.NumberOfResults != nil || p.Offset != nil, false, crmapi.ListPaging},
		{p.FieldsSet != nil, false, crmapi.ListFieldsSet},
		{found == 0, false, crmapi.ListNone},
	} {
		if c.given {
			x.Cite(c.cited)
		}
		if c.given && c.primary {
			primary++
		}
	}
	if primary > 1 || slices.ContainsFunc([]bool{p.URL != nil, p.LifeCycleState != nil, p.CreatedDate != nil}, func(given bool) bool { return given }) {
		x.Cite(crmapi.ListCombined)
	}
}
