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

func hookDisabled(c *mockapi.Call) (map[string]any, error) { return nil, setEnabled(c, c.Read, false) }

func enableAgain(c *mockapi.Call) error { return setEnabled(c, c.Peek, true) }

func setEnabled(c *mockapi.Call, read func(any) error, enabled bool) error {
	var p hookParam
	if err := read(&p); err != nil {
		return err
	}
	if err := p.given(); err != nil {
		return err
	}
	return c.Do(queue.Configure{HookID: p.HookID, Enabled: &enabled})
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
		limitAPI(c, p.PerMinute)
		return nil, nil //nolint:nilnil // the state has no values
	}
	return nil, limitHook(c, p.hookParam, p.IngestPer10s)
}

func noRateLimit(c *mockapi.Call) error {
	var p rateParams
	if err := c.Peek(&p); err != nil {
		return err
	}
	if p.IngestPer10s > 0 {
		return limitHook(c, p.hookParam, 0)
	}
	limitAPI(c, 0)
	return nil
}

func limitAPI(c *mockapi.Call, perMinute int) {
	c.World.SetLimit(Vendor, perMinute)
}

func limitHook(c *mockapi.Call, p hookParam, per10s int) error {
	if err := p.given(); err != nil {
		return err
	}
	return c.Do(queue.Configure{HookID: p.HookID, IngestRate: &per10s})
}
