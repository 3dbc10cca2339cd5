package makecom

import (
	"context"

	makegen "github.com/understudy-mock/understudy/generated/makecom"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// GetHookIncoming answers one item with its data.
func (server) GetHookIncoming(ctx context.Context, req makegen.GetHookIncomingRequestObject) (makegen.GetHookIncomingResponseObject, error) {
	x := exchange.From(ctx)
	var item *queue.Item
	var confidential bool
	err := hook(ctx, req.HookID, func(s *queue.State, status queue.Status) (err error) {
		confidential = status.Confidential
		item, err = visibleItem(x, s, req)
		return err
	})
	if err != nil {
		x.Cite(makeapi.DetailUnknownItem)
		return nil, err
	}
	x.Cite(makeapi.DetailShape, makeapi.DetailSameItem)
	if confidential && x.Dialect().Answer(makeapi.DetailConfidential) == makeapi.AnswerHidden {
		return detail{item: item, hidden: true}, nil
	}
	data, err := payload.Decode(item.Data)
	if err != nil {
		return nil, err
	}
	x.Cite(makeapi.DetailData)
	if hasBytes(data) {
		x.Cite(makeapi.DetailBinary)
	}
	return detail{item: item, data: data}, nil
}

// visibleItem hides an item that is being processed when the dialect does.
func visibleItem(x *exchange.Exchange, s *queue.State, req makegen.GetHookIncomingRequestObject) (*queue.Item, error) {
	item, processing, err := s.Item(req.HookID, req.IncomingID)
	if err == nil && processing && x.Dialect().Answer(makeapi.DetailProcessing) == makeapi.Answer404 {
		return nil, &queue.ItemError{HookID: req.HookID, ID: req.IncomingID, Err: queue.ErrNoItem}
	}
	return item, err
}

func hasBytes(o payload.Object) bool {
	for _, m := range o {
		switch v := m.Value.(type) {
		case []byte:
			return true
		case payload.Object:
			if hasBytes(v) {
				return true
			}
		}
	}
	return false
}
