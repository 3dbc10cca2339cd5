package crmcom

import (
	"context"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// ShowWebhookRequest answers one webhook request.
func (s *Server) ShowWebhookRequest(ctx context.Context, req crmgen.ShowWebhookRequestRequestObject) (crmgen.ShowWebhookRequestResponseObject, error) {
	x := exchange.From(ctx)
	k, err := shownKey(x, req.Params.WebhookRequestIdentifier)
	if err != nil {
		return nil, err
	}
	v, err := newView(x).withFields(req.Params.FieldsSet)
	if err != nil {
		x.Cite(crmapi.ShowFieldsSet)
		return nil, err
	}
	var found *requestlog.Request
	err = readLog(x.World, func(log *requestlog.State) error {
		found, err = log.Request(k)
		return err
	})
	if err != nil {
		x.Cite(crmapi.ShowUnknown)
		return nil, err
	}
	citeShow(x, k, v)
	return envelope{data: v.one(found)}, nil
}

func shownKey(x *exchange.Exchange, text string) (requestlog.Key, error) {
	k, err := fromQuery(parameterRequest, text)
	switch {
	case err != nil && text == "":
		x.Cite(crmapi.ShowIdentifierRequired)
	case err != nil:
		citeIdentifier(x, parameterRequest)
	}
	return k, err
}

func citeShow(x *exchange.Exchange, k requestlog.Key, v view) {
	x.Cite(crmapi.EnvelopeOK, crmapi.ShowReadOnly)
	if k.Field == requestlog.ID {
		x.Cite(crmapi.ShowByID)
	} else {
		x.Cite(crmapi.ShowByNumber)
	}
	if v.fields != nil {
		x.Cite(crmapi.ShowFieldsSet)
		return
	}
	x.Cite(crmapi.ShowShape, crmapi.ShowStates, crmapi.ShowEntity, crmapi.ShowErrorOnlyRejected, crmapi.ShowAuthenticationCode)
}
