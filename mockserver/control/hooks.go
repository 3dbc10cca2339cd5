package control

import (
	"context"
	"encoding/json"
	"errors"
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
	err = w.ChangeMakecom(0, func(s *queue.State, m world.Moment) error {
		settings.ID, settings.UDID = s.NextHookID(), m.NewID()
		if settings.Name == "" {
			settings.Name = fmt.Sprintf("Webhook %d", settings.ID)
		}
		return s.CreateHook(queue.CreateHook{Settings: settings, At: m.At})
	})
	url := exchange.From(ctx).BaseURL + contract.IngestPath + "/" + address.Of(w.Name, settings.UDID)
	return api.CreatedHook{HookID: settings.ID, HookURL: url}, err
}

func settingsOf(asked api.HookRequest) (queue.Settings, error) {
	schedule, err := scheduleOf(asked.Processing)
	return queue.Settings{
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
	err = w.ChangeMakecom(hookID, func(s *queue.State, m world.Moment) error {
		hook, err := s.Hook(hookID)
		if err != nil {
			return err
		}
		if hook.Queued+max(asked.Count, len(given)) > hook.Limit {
			return &queue.HookError{ID: hookID, Err: queue.ErrFull}
		}
		if given == nil {
			given, err = invent(asked.Count, m)
		}
		if err != nil {
			return err
		}
		ids, err = arriveAll(s, m, hook, given)
		return err
	})
	return ids, err
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

// invent makes payloads that follow from the world's seed and are new each time.
func invent(n int, m world.Moment) ([][]byte, error) {
	var seed uint64
	if _, err := fmt.Sscanf(m.NewID()[:16], "%x", &seed); err != nil {
		return nil, err
	}
	var texts []json.RawMessage
	for object := range fixtures.New(seed).Makecom().Payloads(n) {
		texts = append(texts, object.JSON())
	}
	return encodeAll(texts)
}

// arriveAll lets items arrive whatever rate the hook keeps. The caller has made sure that there is room, so that
// nothing but the hook's condition can refuse, and that refuses the first.
func arriveAll(s *queue.State, m world.Moment, hook queue.Status, data [][]byte) ([]string, error) {
	unlimited := 0
	if err := s.Configure(queue.Configure{HookID: hook.ID, IngestRate: &unlimited}); err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(data))
	var err error
	for len(ids) < len(data) && err == nil {
		var item *queue.Item
		item, err = s.Arrive(queue.Arrive{HookID: hook.ID, ID: m.NewID(), Data: data[len(ids)], At: m.At})
		if errors.Is(err, queue.ErrIDTaken) { // by an item of the world file
			err = nil
			continue
		}
		if err == nil {
			ids = append(ids, item.ID)
		}
	}
	return ids, errors.Join(err, s.Configure(queue.Configure{HookID: hook.ID, IngestRate: &hook.IngestRate}))
}

func begin(w *world.World, c queue.Begin) (ids []string, err error) {
	err = w.ChangeMakecom(c.HookID, func(s *queue.State, _ world.Moment) error {
		ids, err = s.Begin(c)
		return err
	})
	return ids, err
}

func finish(w *world.World, c queue.Finish) (ids []string, err error) {
	err = w.ChangeMakecom(c.HookID, func(s *queue.State, _ world.Moment) error {
		ids, err = s.Finish(c)
		return err
	})
	if len(ids) > 0 {
		w.Processed()
	}
	return ids, err
}
