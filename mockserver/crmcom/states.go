package crmcom

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// Names of states that operations of the control API bring about, too.
const (
	stateDefinition = "a webhook definition"
	stateFires      = "a workflow rule fires"
)

// states are the provider states of definitions, rules and webhook requests.
func states() []mockapi.ProviderState {
	return []mockapi.ProviderState{
		{Name: stateDefinition, SetUp: aDefinition, TearDown: removeDefinition},
		{Name: stateFires, SetUp: aRuleFires, TearDown: removeRequest},
		{Name: "a rejected webhook request", SetUp: aRejectedRequest, TearDown: removeRequest},
		{Name: "a successful webhook request", SetUp: aSuccessfulRequest, TearDown: removeRequest},
		{Name: "a refused login", SetUp: aRefusedLogin},
	}
}

func aDefinition(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		URL       string          `json:"url"`
		Effective *bool           `json:"effective"`
		FieldsSet textOrList      `json:"fields_set"`
		Logging   control.Logging `json:"logging"`
		Timeout   string          `json:"timeout"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if p.Logging != "" && !p.Logging.Valid() {
		return nil, refusal.BadValue("logging", strconv.Quote(string(p.Logging))+" is neither all nor rejected-only")
	}
	if err := checkURL(p.URL); err != nil {
		return nil, err
	}
	made, err := define(c.World, control.DefinitionRequest{URL: p.URL, Effective: p.Effective, FieldsSet: p.FieldsSet, Logging: p.Logging, Timeout: p.Timeout})
	return map[string]any{
		"id":               made.ID,
		"name":             made.Name,
		"alternative_code": made.AlternativeCode,
		"secret_key":       made.SecretKey,
		"workflow_rule":    made.WorkflowRule,
	}, err
}

// removeDefinition takes a definition back, with its rules. What was sent for it stays.
func removeDefinition(c *mockapi.Call) error {
	var p struct {
		ID string `json:"id"`
	}
	if err := c.Peek(&p); err != nil || p.ID == "" {
		return err
	}
	return undefine(c, p.ID)
}

func undefine(c *mockapi.Call, id string) error {
	return c.Do(requestlog.Undefine{DefinitionID: id})
}

func aRuleFires(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		WorkflowRule any             `json:"workflow_rule"`
		Entity       control.Entity  `json:"entity"`
		EntityID     string          `json:"entity_id"`
		Data         json.RawMessage `json:"data"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if err := checkEntity(p.Entity); err != nil {
		return nil, err
	}
	fired, err := fire(c, control.Firing{WorkflowRule: p.WorkflowRule, Entity: p.Entity, EntityID: p.EntityID, Data: p.Data})
	if err != nil || fired.ID == "" {
		return nil, err
	}
	return map[string]any{"id": fired.ID, "number": fired.Number}, nil
}

func checkEntity(entity control.Entity) error {
	if entity != "" && !entity.Valid() {
		return refusal.BadValue("entity", strconv.Quote(string(entity))+" is none of CRM.COM's entities")
	}
	return nil
}

// aRefusedLogin has the login refuse a user from now on, whatever the password; one of its own unless the caller names one.
func aRefusedLogin(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	organisation, err := login.OrganisationOf(c.World)
	if err != nil {
		return nil, err
	}
	who := login.Refuse{Organisation: organisation, Username: cmp.Or(p.Username, "refused-user"), Password: cmp.Or(p.Password, "refused-password")}
	return map[string]any{"organisation": who.Organisation, "username": who.Username, "password": who.Password}, c.Do(who)
}

func aRejectedRequest(c *mockapi.Call) (map[string]any, error) {
	return aRequest(c, requestlog.Request{
		Rejected: true,
		Failure: requestlog.Failure{
			Code: "ConnectException", Description: "java.net.ConnectException: connection refused (the receiver was not there yet)",
		},
	})
}

func aSuccessfulRequest(c *mockapi.Call) (map[string]any, error) {
	return aRequest(c, requestlog.Request{Received: &requestlog.Received{Status: http.StatusOK}})
}

// acceptingSink is where the webhook requests of a state go unless it says otherwise.
const acceptingSink = "accepting"

// aRequest makes a record without sending anything, and the definition and the rule that it is of.
func aRequest(c *mockapi.Call, r requestlog.Request) (map[string]any, error) {
	var p struct {
		URL      string          `json:"url"`
		Entity   control.Entity  `json:"entity"`
		EntityID string          `json:"entity_id"`
		Data     json.RawMessage `json:"data"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	if err := checkEntity(p.Entity); err != nil {
		return nil, err
	}
	if p.URL == "" {
		p.URL = sink.Address(acceptingSink)
	}
	if p.Entity == "" {
		p.Entity = control.ACTIVITIES
	}
	if err := checkURL(p.URL); err != nil {
		return nil, err
	}
	defined, err := world.Do[requestlog.Defined](c.World, requestlog.DefineWithRule{
		Definition: requestlog.Definition{URL: p.URL, Effective: true}, Entity: string(p.Entity),
	})
	if err != nil {
		return nil, err
	}
	d, rule := defined.Definition, defined.Rule
	r.Definition, r.Rule, r.URL, r.SecretKey = d.Reference, rule.Reference, d.URL, d.SecretKey
	r.Entity, r.EntityID, r.Data = string(p.Entity), p.EntityID, p.Data
	made, err := world.Do[*requestlog.Request](c.World, requestlog.Restore{Request: r})
	if err != nil {
		_ = undefine(c, d.ID) // it was made a moment ago
		return nil, err
	}
	return requestValues(c, made), nil
}

func requestValues(c *mockapi.Call, r *requestlog.Request) map[string]any {
	state := control.SUCCESSFUL
	if r.Rejected {
		state = control.REJECTED
	}
	return map[string]any{
		"id":                 r.ID,
		"number":             strconv.FormatUint(r.Number, 10),
		"life_cycle_state":   state,
		"entity":             r.Entity,
		"entity_id":          r.EntityID,
		"url":                sink.Absolute(c.BaseURL, c.World.Name, r.URL),
		"data":               json.RawMessage(r.Data),
		"secret_key":         r.SecretKey,
		"webhook_definition": control.RuleReference{ID: r.Definition.ID, Name: r.Definition.Name, AlternativeCode: r.Definition.AlternativeCode},
		"workflow_rule":      control.RuleReference{ID: r.Rule.ID, Name: r.Rule.Name, AlternativeCode: r.Rule.AlternativeCode},
	}
}

// removeRequest deletes a webhook request, and the definition that was made for it.
func removeRequest(c *mockapi.Call) error {
	var p struct {
		ID         string `json:"id"`
		Definition struct {
			ID string `json:"id"`
		} `json:"webhook_definition"`
	}
	if err := c.Peek(&p); err != nil || p.ID == "" {
		return err
	}
	err := c.Do(requestlog.Delete{Key: requestlog.Key{Field: requestlog.ID, Value: p.ID}})
	if p.Definition.ID == "" {
		return err
	}
	if gone := undefine(c, p.Definition.ID); err == nil {
		err = gone
	}
	return errors.Join(err, forgetAccepting(c))
}

// forgetAccepting forgets what the sink of these states received, when nothing is sent to it any more.
func forgetAccepting(c *mockapi.Call) error {
	used := false
	err := world.View(c.World, requestlog.PartName, nil, func(s *requestlog.State) error {
		used = slices.ContainsFunc(s.Definitions(), func(d requestlog.Definition) bool { return d.URL == sink.Address(acceptingSink) })
		return nil
	})
	if err != nil || used {
		return err
	}
	return c.Do(world.RemoveSink{Name: acceptingSink})
}
