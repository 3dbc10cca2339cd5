package makecom

import (
	"encoding/json"
	"errors"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Names of states that operations of the control API bring about, too.
const (
	stateWaitingItems = "items waiting"
	stateProcessing   = "an item being processed"
	stateFinished     = "processing finished"
)

// states are the provider states of hooks and of the rate limit.
func states() []mockapi.ProviderState {
	return []mockapi.ProviderState{
		{Name: "a hook", SetUp: aHook, TearDown: removeHook},
		{Name: stateWaitingItems, SetUp: itemsWaiting, TearDown: removeItems},
		{Name: stateProcessing, SetUp: itemBeingProcessed, TearDown: finishItem},
		{Name: stateFinished, SetUp: processingFinished},
		{Name: "hook disabled", SetUp: hookDisabled, TearDown: enableAgain},
		{Name: "a rate limit", SetUp: aRateLimit, TearDown: noRateLimit},
	}
}

// hookParam names the hook that a state is about; 0 for none.
type hookParam struct {
	HookID int `json:"hookId"`
}

func (p hookParam) given() error {
	if p.HookID == 0 {
		return refusal.BadValue("hookId", "it is missing; set up the state \"a hook\" first")
	}
	return nil
}

func aHook(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		QueueLimit   int  `json:"queueLimit"`
		Method       bool `json:"method"`
		Headers      bool `json:"headers"`
		Confidential bool `json:"confidential"`
		Foreign      bool `json:"foreign"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if p.QueueLimit < 0 {
		return nil, refusal.BadValue("queueLimit", "it is below zero")
	}
	hook, err := newHook(c, control.HookRequest{
		QueueLimit: p.QueueLimit, KeepMethod: p.Method, KeepHeaders: p.Headers, Confidential: p.Confidential, Foreign: p.Foreign,
	})
	return map[string]any{"hookId": hook.HookID, "hookUrl": hook.HookURL}, err
}

func removeHook(c *mockapi.Call) error {
	var p hookParam
	if err := c.Peek(&p); err != nil || p.HookID == 0 {
		return err
	}
	return c.Do(queue.RemoveHook{HookID: p.HookID})
}

func itemsWaiting(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		hookParam
		Count int               `json:"count"`
		Data  []json.RawMessage `json:"data"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if err := p.given(); err != nil {
		return nil, err
	}
	if p.Count < 0 {
		return nil, refusal.BadValue("count", "it is below zero")
	}
	ids, err := deliverAll(c.World, p.HookID, control.Delivery{Count: p.Count, Data: p.Data})
	return map[string]any{"ids": ids}, err
}

// removeItems deletes what still waits.
func removeItems(c *mockapi.Call) error {
	var p struct {
		hookParam
		IDs []string `json:"ids"`
	}
	if err := c.Peek(&p); err != nil || len(p.IDs) == 0 {
		return err
	}
	return c.Do(queue.Delete{HookID: p.HookID, IDs: p.IDs})
}

func itemBeingProcessed(c *mockapi.Call) (map[string]any, error) {
	var p hookParam
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if err := p.given(); err != nil {
		return nil, err
	}
	oldest := queue.Begin{HookID: p.HookID, Count: 1}
	ids, err := world.Do[[]string](c.World, oldest)
	if errors.Is(err, queue.ErrNoneWaiting) {
		if _, err = deliverAll(c.World, oldest.HookID, control.Delivery{Count: 1}); err == nil {
			ids, err = world.Do[[]string](c.World, oldest)
		}
	}
	if err != nil {
		return nil, err
	}
	return map[string]any{"id": ids[0]}, nil
}

func finishItem(c *mockapi.Call) error {
	_, err := processed(c, c.Peek)
	if errors.Is(err, queue.ErrNotBusy) {
		return nil
	}
	return err
}

func processingFinished(c *mockapi.Call) (map[string]any, error) {
	done, err := processed(c, c.Read)
	if err == nil && !done {
		err = refusal.BadValue("id", "it is missing; name the item")
	}
	return nil, err
}

// processed lets an item leave the queue; one that has left already is as good. It does nothing without an id.
func processed(c *mockapi.Call, read func(any) error) (done bool, err error) {
	var p struct {
		hookParam
		ID string `json:"id"`
	}
	if err := read(&p); err != nil || p.ID == "" {
		return false, err
	}
	if err := p.given(); err != nil {
		return false, err
	}
	_, err = world.Do[[]string](c.World, queue.Finish{HookID: p.HookID, IDs: []string{p.ID}})
	if errors.Is(err, queue.ErrNoItem) {
		err = nil
	}
	return true, err
}

// before is what a hook was set to when a state was set up, where that is not how a hook begins. It is one of the state's values, so
// that the teardown knows it.
type before struct {
	EnabledBefore *bool `json:"enabledBefore"`
	IngestBefore  *int  `json:"ingestPer10sBefore"`
}

func hookDisabled(c *mockapi.Call) (map[string]any, error) {
	var p hookParam
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	was, err := hookNow(c, p)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	if !was.Enabled {
		values["enabledBefore"] = false
	}
	return values, c.Do(queue.Configure{HookID: p.HookID, Enabled: new(false)})
}

func enableAgain(c *mockapi.Call) error {
	var p struct {
		hookParam
		before
	}
	if err := c.Peek(&p); err != nil {
		return err
	}
	if err := p.given(); err != nil {
		return err
	}
	return c.Do(queue.Configure{HookID: p.HookID, Enabled: new(p.EnabledBefore == nil || *p.EnabledBefore)})
}

// hookNow is the hook that a state is about.
func hookNow(c *mockapi.Call, p hookParam) (now queue.Status, err error) {
	if err := p.given(); err != nil {
		return now, err
	}
	err = world.View(c.World, queue.PartName, nil, func(s *queue.State) (err error) {
		now, err = s.Hook(p.HookID)
		return err
	})
	return now, err
}

// rateParams limit the API per minute, or one hook's address per ten seconds.
type rateParams struct {
	hookParam
	PerMinute    int `json:"perMinute"`
	IngestPer10s int `json:"ingestPer10s"`
}

func aRateLimit(c *mockapi.Call) (map[string]any, error) {
	var p rateParams
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if (p.PerMinute > 0) == (p.IngestPer10s > 0) {
		return nil, refusal.BadValue("perMinute", "either perMinute or ingestPer10s sets the limit, above zero; give one of them")
	}
	if p.PerMinute > 0 {
		return nil, c.World.HoldLimit(Vendor, p.PerMinute)
	}
	was, err := hookNow(c, p.hookParam)
	if err != nil {
		return nil, err
	}
	values := map[string]any{}
	if was.IngestRate > 0 {
		values["ingestPer10sBefore"] = was.IngestRate
	}
	return values, limitHook(c, p.hookParam, p.IngestPer10s)
}

func noRateLimit(c *mockapi.Call) error {
	var p struct {
		rateParams
		before
	}
	if err := c.Peek(&p); err != nil {
		return err
	}
	if p.IngestPer10s == 0 {
		return c.World.LetGo(Vendor, p.PerMinute)
	}
	standing := 0
	if p.IngestBefore != nil {
		standing = *p.IngestBefore
	}
	return limitHook(c, p.hookParam, standing)
}

func limitHook(c *mockapi.Call, p hookParam, per10s int) error {
	if err := p.given(); err != nil {
		return err
	}
	return c.Do(queue.Configure{HookID: p.HookID, IngestRate: &per10s})
}
