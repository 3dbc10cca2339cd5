package durable_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
)

const (
	world     = "shared"
	hookID    = "654"
	rule      = "6A8C0E2F4B6D48A0C2E4F60819A2B3C4"
	requestID = "x-request-id"
)

// client works until the server is gone. What it owns, nobody else works on: then what has to be there follows from what it was told.
type client struct {
	n      int
	random *rand.Rand
	ledger *ledger
	sent   int
	pad    string // of every delivery, so that the log becomes long

	requests []*request // that it made rules log
	tokens   []string   // of its world, that it was given
	steps    int        // by which its clock was advanced for sure
	maybe    int        // and perhaps
	forks    map[string]fate
}

// request is a webhook request that a client owns.
type request struct {
	entity  string
	state   string // as the client was told last; "" before it was told anything
	id      string
	pending string // what it asked for and was not told of: fire, resend or delete
}

// fate is what is known of a world that was forked.
type fate int

const (
	perhaps fate = iota
	there
	dropped
	doubted // it was there, and may have been dropped
)

func (c *client) world() string { return fmt.Sprint("client-", c.n) }

// work does one thing after the other. An error is that of a call that was not answered, or of an answer that is wrong.
func (c *client) work(ctx context.Context, s server, address string) error {
	for ctx.Err() == nil {
		var err error
		switch n := c.random.IntN(100); {
		case n < 40 && !c.ledger.full():
			err = c.deliver(ctx, s, address)
		case n < 55:
			err = c.list(ctx, s)
		case n < 75:
			err = c.remove(ctx, s)
		case n < 82:
			err = c.fire(ctx, s)
		case n < 88:
			err = c.resend(ctx, s)
		case n < 91:
			err = c.forget(ctx, s)
		case n < 94:
			err = c.advance(ctx, s)
		case n < 97:
			err = c.mint(ctx, s)
		case n < 99:
			err = c.fork(ctx, s)
		default:
			err = c.unfork(ctx, s)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *client) deliver(ctx context.Context, s server, address string) error {
	c.sent++
	i := c.ledger.add(fmt.Sprintf("%d-%d", c.n, c.sent))
	call := c.ledger.now()
	a, err := s.call(ctx, http.MethodPost, address, "", map[string]string{"payload": i.payload, "pad": c.pad})
	if err != nil {
		c.ledger.unknown(i, input{deliver, c.n}, call)
		return broken(err)
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("deliver: %d %s", a.status, a.body)
	}
	c.ledger.count("deliver")
	c.ledger.note(i, input{deliver, c.n}, call, true)
	return c.ledger.identify(i, a.header.Get(requestID))
}

// list looks at a few items.
func (c *client) list(ctx context.Context, s server) error {
	looked := map[*item]bool{}
	for range 5 {
		if i := c.ledger.some(c.random.IntN); i != nil {
			looked[i] = true
		}
	}
	call := c.ledger.now()
	a, err := s.call(ctx, http.MethodGet, "/api/v2/hooks/"+hookID+"/incomings", world, nil)
	if err != nil {
		return broken(err)
	}
	var page struct {
		Incomings []struct {
			ID string `json:"id"`
		} `json:"incomings"`
	}
	if err := json.Unmarshal(a.body, &page); err != nil || a.status != http.StatusOK {
		return fmt.Errorf("list: %d %s", a.status, a.body)
	}
	shown := map[string]bool{}
	for _, i := range page.Incomings {
		if shown[i.ID] {
			return fmt.Errorf("the list has %s twice", i.ID)
		}
		shown[i.ID] = true
	}
	c.ledger.count("list")
	for i := range looked {
		c.ledger.note(i, input{look, c.n}, call, shown[i.id])
	}
	return nil
}

// remove deletes an item, which somebody else may have delivered, or deleted.
func (c *client) remove(ctx context.Context, s server) error {
	i := c.ledger.some(c.random.IntN)
	if i == nil {
		return nil
	}
	call := c.ledger.now()
	a, err := s.call(ctx, http.MethodDelete, "/api/v2/hooks/"+hookID+"/incomings", world, map[string]any{"ids": []string{i.id}})
	if err != nil {
		c.ledger.unknown(i, input{remove, c.n}, call)
		return broken(err)
	}
	if a.status != http.StatusOK {
		return fmt.Errorf("delete: %d %s", a.status, a.body)
	}
	c.ledger.count("delete")
	c.ledger.note(i, input{remove, c.n}, call, containsID(a.body, i.id))
	return nil
}

func containsID(body []byte, id string) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	for _, m := range members {
		var ids []string
		if json.Unmarshal(m, &ids) == nil && slices.Contains(ids, id) {
			return true
		}
	}
	return false
}

func (c *client) fire(ctx context.Context, s server) error {
	c.sent++
	r := &request{entity: fmt.Sprintf("E-%d-%d", c.n, c.sent), pending: "fire"}
	c.requests = append(c.requests, r)
	var made struct {
		ID string `json:"id"`
	}
	err := s.control(ctx, http.MethodPost, "/worlds/"+world+"/crmcom/fire", map[string]any{
		"workflow_rule": rule, "entity_id": r.entity, "data": map[string]string{"id": r.entity},
	}, &made)
	if err != nil {
		return broken(err)
	}
	c.ledger.count("fire")
	r.id, r.pending, r.state = made.ID, "", "LOGGED"
	return nil
}

// own is a request of the client in one of the states, nil for none.
func (c *client) own(states ...string) *request {
	for range 5 {
		if len(c.requests) == 0 {
			return nil
		}
		if r := c.requests[c.random.IntN(len(c.requests))]; r.pending == "" && slices.Contains(states, r.state) {
			return r
		}
	}
	return nil
}

// ask calls CRM.COM about a request. An answer that refuses is one, too.
func (c *client) ask(ctx context.Context, s server, method string, r *request) (code, state string, err error) {
	a, err := s.call(ctx, http.MethodPost, "/crmapi/rest/v2/webhook_requests/"+method, "", map[string]any{
		"token": world, "webhook_request_identifier": map[string]string{"id": r.id},
	})
	if err != nil {
		return "", "", err
	}
	if a.status >= http.StatusInternalServerError {
		return "", "", fmt.Errorf("%w: %s: %d %s", errWrong, method, a.status, a.body)
	}
	var said struct {
		Status struct {
			Code string `json:"code"`
		} `json:"status"`
		Data struct {
			State string `json:"life_cycle_state"`
		} `json:"data"`
	}
	if err := json.Unmarshal(a.body, &said); err != nil {
		return "", "", fmt.Errorf("%w: %s: %s", errWrong, method, a.body)
	}
	return said.Status.Code, said.Data.State, nil
}

func (c *client) resend(ctx context.Context, s server) error {
	r := c.own("LOGGED", "REJECTED")
	if r == nil {
		return nil
	}
	r.pending = "resend"
	code, state, err := c.ask(ctx, s, "resend", r)
	if err != nil {
		return broken(err)
	}
	r.pending = ""
	if code == "OK" {
		c.ledger.count("resend")
		r.state = state
	} else {
		r.state = "SUCCESSFUL" // which is why it was refused
	}
	return nil
}

func (c *client) forget(ctx context.Context, s server) error {
	r := c.own("LOGGED", "REJECTED", "SUCCESSFUL")
	if r == nil {
		return nil
	}
	r.pending = "delete"
	code, _, err := c.ask(ctx, s, "delete", r)
	if err != nil {
		return broken(err)
	}
	if code != "OK" {
		return fmt.Errorf("%w: request %s cannot be deleted: %s", errWrong, r.id, code)
	}
	c.ledger.count("delete-request")
	r.pending, r.state = "", "GONE"
	return nil
}

func (c *client) advance(ctx context.Context, s server) error {
	c.maybe++
	if err := s.control(ctx, http.MethodPost, "/worlds/"+c.world()+"/clock/advance", map[string]string{"by": "1s"}, nil); err != nil {
		return broken(err)
	}
	c.ledger.count("advance")
	c.maybe--
	c.steps++
	return nil
}

func (c *client) mint(ctx context.Context, s server) error {
	var made struct {
		Token string `json:"token"`
	}
	if err := s.control(ctx, http.MethodPost, "/worlds/"+c.world()+"/tokens", map[string]any{"scopes": []string{"hooks:read"}}, &made); err != nil {
		return broken(err)
	}
	c.ledger.count("mint")
	c.tokens = append(c.tokens, made.Token)
	return nil
}

func (c *client) fork(ctx context.Context, s server) error {
	c.sent++
	name := fmt.Sprintf("fork-%d-%d", c.n, c.sent)
	c.forks[name] = perhaps
	if err := s.control(ctx, http.MethodPost, "/worlds/"+c.world()+"/fork", map[string]string{"as": name}, nil); err != nil {
		return broken(err)
	}
	c.ledger.count("fork")
	c.forks[name] = there
	return nil
}

func (c *client) unfork(ctx context.Context, s server) error {
	for name, f := range c.forks {
		if f != there {
			continue
		}
		c.forks[name] = doubted
		if err := s.control(ctx, http.MethodDelete, "/worlds/"+name, nil, nil); err != nil {
			return broken(err)
		}
		c.ledger.count("unfork")
		c.forks[name] = dropped
		return nil
	}
	return nil
}
