package control

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/understudy-mock/understudy/fixtures"
	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// CreateHook makes a hook.
func (s *server) CreateHook(ctx context.Context, req api.CreateHookRequestObject) (api.CreateHookResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	hook, err := createHook(ctx, w, *req.Body)
	return api.CreateHook201JSONResponse(hook), err
}

// DeliverIncomings puts items into a queue.
func (s *server) DeliverIncomings(_ context.Context, req api.DeliverIncomingsRequestObject) (api.DeliverIncomingsResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	ids, err := deliver(w, req.HookID, *req.Body)
	return api.DeliverIncomings200JSONResponse{IDs: ids}, err
}

// BeginIncomings holds items in processing.
func (s *server) BeginIncomings(_ context.Context, req api.BeginIncomingsRequestObject) (api.BeginIncomingsResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	if (req.Body.IDs == nil) == (req.Body.Count == 0) {
		return nil, badValue("count", "either ids or count says which items begin; give one of them")
	}
	ids, err := begin(w, queue.Begin{HookID: req.HookID, IDs: req.Body.IDs, Count: req.Body.Count})
	return api.BeginIncomings200JSONResponse{IDs: ids}, err
}

// FinishIncomings ends the processing of items.
func (s *server) FinishIncomings(_ context.Context, req api.FinishIncomingsRequestObject) (api.FinishIncomingsResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	ids, err := finish(w, queue.Finish{HookID: req.HookID, IDs: req.Body.IDs})
	return api.FinishIncomings200JSONResponse{IDs: ids}, err
}

func createHook(ctx context.Context, w *world.World, asked api.HookRequest) (api.CreatedHook, error) {
	settings, err := settingsOf(asked)
	if err != nil {
		return api.CreatedHook{}, err
	}
	settings, err = world.Do[queue.Settings](w, queue.CreateHook{Settings: settings})
	url := exchange.From(ctx).BaseURL + contract.IngestPath + "/" + address.Of(w.Name, settings.UDID)
	return api.CreatedHook{HookID: settings.ID, HookURL: url}, err
}

func settingsOf(asked api.HookRequest) (queue.Settings, error) {
	schedule, err := scheduleOf(asked.Processing)
	return queue.Settings{
		ID:           asked.ID,
		UDID:         asked.UDID,
		Name:         asked.Name,
		TeamID:       orDefault(asked.TeamID, 1),
		Limit:        orDefault(asked.QueueLimit, contract.DefaultQueueLimit),
		Enabled:      asked.Enabled == nil || *asked.Enabled,
		Gone:         asked.Gone,
		Confidential: asked.Confidential,
		Foreign:      asked.Foreign,
		KeepMethod:   asked.KeepMethod,
		KeepHeaders:  asked.KeepHeaders,
		IngestRate:   asked.IngestPer10S,
		Processing:   schedule,
	}, err
}

func orDefault(value, absent int) int {
	if value == 0 {
		return absent
	}
	return value
}

func scheduleOf(p api.Processing) (queue.Schedule, error) {
	if p.Mode != api.ProcessingScheduled {
		return queue.Schedule{}, nil
	}
	every, err := duration("processing.every", p.Every)
	if err != nil {
		return queue.Schedule{}, err
	}
	if every <= 0 {
		return queue.Schedule{}, badValue("processing.every", "a schedule needs every, a time above zero such as 15m")
	}
	lasts, err := duration("processing.duration", p.Duration)
	return queue.Schedule{Every: every, MaxResults: p.MaxResults, Duration: lasts}, err
}

func deliver(w *world.World, hookID int, asked api.Delivery) (ids []string, err error) {
	if (asked.Data == nil) == (asked.Count == 0) {
		return nil, badValue("count", "either count or data says what arrives; give one of them")
	}
	given, err := encodeAll(asked.Data)
	if err != nil {
		return nil, err
	}
	if given == nil {
		if given, err = invent(w, hookID, asked.Count); err != nil {
			return nil, err
		}
	}
	return world.Do[[]string](w, queue.Deliver{HookID: hookID, Data: given})
}

func encodeAll(data []json.RawMessage) ([][]byte, error) {
	if data == nil {
		return nil, nil
	}
	encoded := make([][]byte, len(data))
	for i, text := range data {
		object, err := payload.FromExport(text)
		if err != nil {
			return nil, badValue(fmt.Sprintf("data[%d]", i), err.Error())
		}
		if encoded[i], err = payload.Encode(object); err != nil {
			return nil, err
		}
	}
	return encoded, nil
}

// invent makes payloads that follow from the world's seed and are new each time, if the hook has room for them.
func invent(w *world.World, hookID, n int) ([][]byte, error) {
	err := world.View(w, queue.PartName, queue.At(hookID), func(s *queue.State) error {
		hook, err := s.Hook(hookID)
		if err == nil && hook.Queued+n > hook.Limit {
			err = &queue.HookError{ID: hookID, Err: queue.ErrFull}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	id, err := world.Do[string](w, world.TakeID{})
	if err != nil {
		return nil, err
	}
	var seed uint64
	if _, err := fmt.Sscanf(id[:16], "%x", &seed); err != nil {
		return nil, err
	}
	var texts []json.RawMessage
	for object := range fixtures.New(seed).Makecom().Payloads(n) {
		texts = append(texts, object.JSON())
	}
	return encodeAll(texts)
}

func begin(w *world.World, c queue.Begin) ([]string, error) { return world.Do[[]string](w, c) }

func finish(w *world.World, c queue.Finish) ([]string, error) { return world.Do[[]string](w, c) }
