package crmcom

import (
	"context"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// DeleteWebhookRequest removes one webhook request, and answers with what it was.
func (s *Server) DeleteWebhookRequest(ctx context.Context, req crmgen.DeleteWebhookRequestRequestObject) (crmgen.DeleteWebhookRequestResponseObject, error) {
	x := exchange.From(ctx)
	k := selected(req.Body.WebhookRequestIdentifier)
	done, err := s.turn(ctx, x.World, k)
	if err != nil {
		x.Cite(crmapi.DeleteIdentifier)
		return nil, err
	}
	defer done()
	deleted, err := world.Do[*requestlog.Request](x.World, requestlog.Delete{Key: k})
	if err != nil {
		x.Cite(crmapi.DeleteIdentifier)
		return nil, err
	}
	x.Changed = deletion(deleted)
	x.Cite(crmapi.EnvelopeOK, crmapi.DeleteResponse, crmapi.DeleteGone, crmapi.DeleteOthers)
	if deleted.Rejected {
		x.Cite(crmapi.DeleteRejected)
	} else {
		x.Cite(crmapi.DeleteSuccessful)
	}
	return envelope{data: newView(x).one(deleted)}, nil
}
