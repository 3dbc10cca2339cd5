package crmcom

import (
	"context"
	"errors"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// ResendWebhookRequest sends one rejected webhook request again.
func (s *Server) ResendWebhookRequest(ctx context.Context, req crmgen.ResendWebhookRequestRequestObject) (crmgen.ResendWebhookRequestResponseObject, error) {
	x := exchange.From(ctx)
	k := selected(req.Body.WebhookRequestIdentifier)
	done, err := s.turn(ctx, x.World, k)
	if err != nil {
		citeResendRefusal(x, err)
		return nil, err
	}
	defer done()
	r, err := s.resend(ctx, x, k)
	if err != nil {
		citeResendRefusal(x, err)
		return nil, err
	}
	citeResend(x, r)
	return envelope{data: newView(x).one(r)}, nil
}

// turn waits until no other call sends or deletes the request.
func (s *Server) turn(ctx context.Context, w *world.World, k requestlog.Key) (done func(), err error) {
	want := turn{world: w, resets: w.Resets()}
	err = readLog(w, func(log *requestlog.State) error {
		r, err := log.Request(k)
		if err == nil {
			want.id = r.ID
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.turns.take(ctx, want)
}

// resend asks the log what to send, sends it while nobody waits for the world, and logs what came of it.
func (s *Server) resend(ctx context.Context, x *exchange.Exchange, k requestlog.Key) (*requestlog.Request, error) {
	d := x.Dialect()
	again := requestlog.Resend{Key: k, ReRead: d.Answer(crmapi.ResendContent) == crmapi.AnswerReRead}
	attempt, err := world.Do[requestlog.Attempt](x.World, again)
	if err != nil {
		return nil, err
	}
	outcome := s.sender.Send(ctx, egress.Origin{World: x.World, BaseURL: x.BaseURL}, attempt)
	r, err := world.Do[*requestlog.Request](x.World, requestlog.Resent{
		Attempt: attempt, Outcome: outcome, NewRecord: d.Answer(crmapi.ResendIdentity) == crmapi.AnswerNewRecord, By: x.Grant.User,
	})
	if err == nil {
		x.Changed = sentAgain(attempt, r)
	}
	return r, err
}

// readLog reads the log of a world.
func readLog(w *world.World, read func(*requestlog.State) error) error {
	return world.View(w, requestlog.PartName, nil, read)
}

func citeResend(x *exchange.Exchange, r *requestlog.Request) {
	x.Cite(
		crmapi.EnvelopeOK, crmapi.ResendSendsOnce, crmapi.ResendResponse, crmapi.ResendPayload, crmapi.ResendSingle,
		crmapi.DeliveryHMAC,
	)
	if r.Rejected {
		x.Decide(crmapi.ResendFailsAgain, crmapi.DeliveryRejected)
	} else {
		x.Decide(crmapi.ResendSucceeds, crmapi.DeliverySuccessful)
	}
}

func citeResendRefusal(x *exchange.Exchange, err error) {
	switch {
	case errors.Is(err, requestlog.ErrNotRejected):
		x.Cite(crmapi.ResendRejectedOnly, crmapi.ResendSucceeds)
	case errors.Is(err, requestlog.ErrNoRequest):
		x.Cite(crmapi.ResendSingle, crmapi.DeleteResendAfter)
	case errors.Is(err, requestlog.ErrNotEffective):
		x.Cite(crmapi.DeliveryEffectiveOnly)
	}
}
