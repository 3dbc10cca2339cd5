package control

import (
	"encoding/json"
	"errors"
	"time"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// makecomStates are the states of Make's hooks and of the credentials that see them.
func makecomStates() []state {
	return []state{
		{"a hook", aHook, removeHook},
		{"items waiting", itemsWaiting, removeItems},
		{"an item being processed", itemBeingProcessed, finishItem},
		{"processing finished", processingFinished, nil},
		{"hook disabled", hookDisabled, enableHook},
		{"a token", aToken, nil}, // a teardown's token may be the caller's own
		{"an expired token", anExpiredToken, nil},
		{"a refused token", aRefusedToken, nil},
		{"a rate limit", aRateLimit, noRateLimit},
	}
}

// hookParam names the hook that a state is about; 0 for none.
type hookParam struct {
	HookID int `json:"hookId"`
}

func (p hookParam) given() error {
	if p.HookID == 0 {
		return badValue("params.hookId", "it is missing; set up the state \"a hook\" first")
	}
	return nil
}

func aHook(c *call) (api.StateValues, error) {
	var p struct {
		QueueLimit   int  `json:"queueLimit"`
		Method       bool `json:"method"`
		Headers      bool `json:"headers"`
		Confidential bool `json:"confidential"`
		Foreign      bool `json:"foreign"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if p.QueueLimit < 0 {
		return nil, badValue("params.queueLimit", "it is below zero")
	}
	hook, err := createHook(c.ctx, c.world, api.HookRequest{
		QueueLimit: p.QueueLimit, KeepMethod: p.Method, KeepHeaders: p.Headers, Confidential: p.Confidential, Foreign: p.Foreign,
	})
	return api.StateValues{"hookId": hook.HookID, "hookUrl": hook.HookURL}, err
}

func removeHook(c *call) error {
	var p hookParam
	if err := c.peek(&p); err != nil || p.HookID == 0 {
		return err
	}
	return c.do(queue.RemoveHook{HookID: p.HookID})
}

func itemsWaiting(c *call) (api.StateValues, error) {
	var p struct {
		hookParam
		Count int               `json:"count"`
		Data  []json.RawMessage `json:"data"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if err := p.given(); err != nil {
		return nil, err
	}
	if p.Count < 0 {
		return nil, badValue("params.count", "it is below zero")
	}
	ids, err := deliver(c.world, p.HookID, api.Delivery{Count: p.Count, Data: p.Data})
	return api.StateValues{"ids": ids}, err
}

// removeItems deletes what still waits.
func removeItems(c *call) error {
	var p struct {
		hookParam
		IDs []string `json:"ids"`
	}
	if err := c.peek(&p); err != nil || len(p.IDs) == 0 {
		return err
	}
	return c.do(queue.Delete{HookID: p.HookID, IDs: p.IDs})
}

func itemBeingProcessed(c *call) (api.StateValues, error) {
	var p hookParam
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if err := p.given(); err != nil {
		return nil, err
	}
	oldest := queue.Begin{HookID: p.HookID, Count: 1}
	ids, err := begin(c.world, oldest)
	if errors.Is(err, queue.ErrNoneWaiting) {
		if _, err = deliver(c.world, oldest.HookID, api.Delivery{Count: 1}); err == nil {
			ids, err = begin(c.world, oldest)
		}
	}
	if err != nil {
		return nil, err
	}
	return api.StateValues{"id": ids[0]}, nil
}

func finishItem(c *call) error {
	_, err := processed(c, c.peek)
	if errors.Is(err, queue.ErrNotBusy) {
		return nil
	}
	return err
}

func processingFinished(c *call) (api.StateValues, error) {
	done, err := processed(c, c.read)
	if err == nil && !done {
		err = badValue("params.id", "it is missing; name the item")
	}
	return nil, err
}

// processed lets an item leave the queue; one that has left already is as good. It does nothing without an id.
func processed(c *call, read func(any) error) (done bool, err error) {
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
	_, err = finish(c.world, queue.Finish{HookID: p.HookID, IDs: []string{p.ID}})
	if errors.Is(err, queue.ErrNoItem) {
		err = nil
	}
	return true, err
}

func hookDisabled(c *call) (api.StateValues, error) { return nil, enable(c, c.read, false) }

func enableHook(c *call) error { return enable(c, c.peek, true) }

func enable(c *call, read func(any) error, enabled bool) error {
	var p hookParam
	if err := read(&p); err != nil {
		return err
	}
	if err := p.given(); err != nil {
		return err
	}
	return c.do(queue.Configure{HookID: p.HookID, Enabled: &enabled})
}

func (c *call) do(command world.Command) error {
	_, err := c.world.Do(command)
	return err
}

func aToken(c *call) (api.StateValues, error) {
	var p struct {
		Scopes []string `json:"scopes"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	for _, scope := range p.Scopes {
		if !api.Scope(scope).Valid() {
			return nil, badValue("params.scopes", "\""+scope+"\" is none of hooks:read, hooks:write")
		}
	}
	return c.mint(world.Grant{Scopes: p.Scopes})
}

func (c *call) mint(g world.Grant) (api.StateValues, error) {
	token, err := c.worlds.Mint(c.world, g)
	return api.StateValues{"token": token}, err
}

func anExpiredToken(c *call) (api.StateValues, error) {
	if err := c.read(&struct{}{}); err != nil {
		return nil, err
	}
	return c.mint(world.Grant{Expires: time.Unix(0, 0)})
}

func aRefusedToken(c *call) (api.StateValues, error) {
	if err := c.read(&struct{}{}); err != nil {
		return nil, err
	}
	return c.mint(world.Grant{Revoked: true})
}

// rateParams limit the API per minute, or one hook's address per ten seconds.
type rateParams struct {
	hookParam
	PerMinute    int `json:"perMinute"`
	IngestPer10s int `json:"ingestPer10s"`
}

func aRateLimit(c *call) (api.StateValues, error) {
	var p rateParams
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if (p.PerMinute > 0) == (p.IngestPer10s > 0) {
		return nil, badValue("params.perMinute", "either perMinute or ingestPer10s sets the limit, above zero; give one of them")
	}
	if p.PerMinute > 0 {
		limitAPI(c, p.PerMinute)
		return nil, nil //nolint:nilnil // the state has no values
	}
	return nil, limitHook(c, p.hookParam, p.IngestPer10s)
}

func noRateLimit(c *call) error {
	var p rateParams
	if err := c.peek(&p); err != nil {
		return err
	}
	if p.IngestPer10s > 0 {
		return limitHook(c, p.hookParam, 0)
	}
	limitAPI(c, 0)
	return nil
}

func limitAPI(c *call, perMinute int) {
	c.world.SetLimit(makecom.Vendor, perMinute)
}

func limitHook(c *call, p hookParam, per10s int) error {
	if err := p.given(); err != nil {
		return err
	}
	return c.do(queue.Configure{HookID: p.HookID, IngestRate: &per10s})
}
