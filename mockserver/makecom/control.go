package makecom

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/fixtures"
	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom/address"
	"github.com/understudy-mock/understudy/mockserver/makecom/payload"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// controls are the operations of the control API that play what Make's own API cannot bring about.
func controls() *mockapi.Control {
	const hook = "hooks/{hookId}"
	begin := mockapi.Operation{
		ID: "beginIncomings", Method: http.MethodPost, Path: hook + "/begin", Status: http.StatusOK, Body: "IncomingSelection",
		State: stateProcessing, Do: beginIncomings,
	}
	finish := mockapi.Operation{
		ID: "finishIncomings", Method: http.MethodPost, Path: hook + "/finish", Status: http.StatusOK, Body: "FinishSelection",
		State: stateFinished, Do: finishIncomings,
	}
	return &mockapi.Control{Operations: []mockapi.Operation{
		{ID: "createHook", Method: http.MethodPost, Path: "hooks", Status: http.StatusCreated, Body: "HookRequest", Do: createHook},
		{
			ID: "deliverIncomings", Method: http.MethodPost, Path: hook + "/incomings", Status: http.StatusOK, Body: "Delivery",
			State: stateWaitingItems, Do: deliverIncomings,
		},
		begin, onQueue(begin, hook+"/incomings/begin"),
		finish, onQueue(finish, hook+"/incomings/finish"),
	}}
}

// onQueue is an operation of a hook that can be called on its queue as well.
func onQueue(o mockapi.Operation, path string) mockapi.Operation {
	o.Path = path
	return o
}

func createHook(c *mockapi.Call) (any, error) {
	var asked control.HookRequest
	if err := c.Read(&asked); err != nil {
		return nil, err
	}
	return newHook(c, asked)
}

func deliverIncomings(c *mockapi.Call) (any, error) {
	var asked control.Delivery
	hookID, err := readOf(c, &asked)
	if err != nil {
		return nil, err
	}
	ids, err := deliverAll(c.World, hookID, asked)
	return control.IncomingIDs{IDs: ids}, err
}

func beginIncomings(c *mockapi.Call) (any, error) {
	var asked control.IncomingSelection
	hookID, err := readOf(c, &asked)
	if err != nil {
		return nil, err
	}
	if (asked.IDs == nil) == (asked.Count == 0) {
		return nil, refusal.BadValue("count", "either ids or count says which items begin; give one of them")
	}
	ids, err := world.Do[[]string](c.World, queue.Begin{HookID: hookID, IDs: asked.IDs, Count: asked.Count})
	return control.IncomingIDs{IDs: ids}, err
}

func finishIncomings(c *mockapi.Call) (any, error) {
	var asked control.FinishSelection
	hookID, err := readOf(c, &asked)
	if err != nil {
		return nil, err
	}
	ids, err := world.Do[[]string](c.World, queue.Finish{HookID: hookID, IDs: asked.IDs})
	return control.IncomingIDs{IDs: ids}, err
}

// readOf reads the body of a call that is about a hook.
func readOf(c *mockapi.Call, into any) (hookID int, err error) {
	if hookID, err = c.Number("hookId"); err != nil {
		return 0, err
	}
	return hookID, c.Read(into)
}

func newHook(c *mockapi.Call, asked control.HookRequest) (control.CreatedHook, error) {
	settings, err := settingsOf(asked)
	if err != nil {
		return control.CreatedHook{}, err
	}
	settings, err = world.Do[queue.Settings](c.World, queue.CreateHook{Settings: settings})
	url := c.BaseURL + makeapi.IngestPath + "/" + address.Of(c.World.Name, settings.UDID)
	return control.CreatedHook{HookID: settings.ID, HookURL: url}, err
}

func settingsOf(asked control.HookRequest) (queue.Settings, error) {
	schedule, err := askedSchedule(asked.Processing)
	return queue.Settings{
		ID:           asked.ID,
		UDID:         asked.UDID,
		Name:         asked.Name,
		TeamID:       cmp.Or(asked.TeamID, 1),
		Limit:        cmp.Or(asked.QueueLimit, makeapi.DefaultQueueLimit),
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

func askedSchedule(p control.Processing) (queue.Schedule, error) {
	if p.Mode != control.ProcessingScheduled {
		return queue.Schedule{}, nil
	}
	every, err := refusal.Duration("processing.every", p.Every)
	if err != nil {
		return queue.Schedule{}, err
	}
	if every <= 0 {
		return queue.Schedule{}, refusal.BadValue("processing.every", "a schedule needs every, a time above zero such as 15m")
	}
	lasts, err := refusal.Duration("processing.duration", p.Duration)
	return queue.Schedule{Every: every, MaxResults: p.MaxResults, Duration: lasts}, err
}

func deliverAll(w *world.World, hookID int, asked control.Delivery) (ids []string, err error) {
	if (asked.Data == nil) == (asked.Count == 0) {
		return nil, refusal.BadValue("count", "either count or data says what arrives; give one of them")
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
			return nil, refusal.BadValue(fmt.Sprintf("data[%d]", i), err.Error())
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
