package control

import (
	"encoding/json"
	"net/http"
	"strconv"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// crmcomStates are the states of CRM.COM's webhooks.
func crmcomStates() []state {
	return []state{
		{"a webhook definition", aDefinition, removeDefinition},
		{"a workflow rule fires", aRuleFires, removeRequest},
		{"a rejected webhook request", aRejectedRequest, removeRequest},
		{"a successful webhook request", aSuccessfulRequest, removeRequest},
	}
}

func aDefinition(c *call) (api.StateValues, error) {
	var p struct {
		URL       string      `json:"url"`
		Effective *bool       `json:"effective"`
		FieldsSet textOrList  `json:"fields_set"`
		Logging   api.Logging `json:"logging"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if p.Logging != "" && !p.Logging.Valid() {
		return nil, badValue("params.logging", strconv.Quote(string(p.Logging))+" is neither all nor rejected-only")
	}
	if err := checkURL("params.url", p.URL); err != nil {
		return nil, err
	}
	made, err := createDefinition(c.world, api.DefinitionRequest{URL: p.URL, Effective: p.Effective, FieldsSet: p.FieldsSet, Logging: p.Logging})
	return api.StateValues{
		"id":               made.ID,
		"name":             made.Name,
		"alternative_code": made.AlternativeCode,
		"secret_key":       made.SecretKey,
		"workflow_rule":    made.WorkflowRule,
	}, err
}

// removeDefinition takes a definition back, with its rules. What was sent for it stays.
func removeDefinition(c *call) error {
	var p struct {
		ID string `json:"id"`
	}
	if err := c.peek(&p); err != nil || p.ID == "" {
		return err
	}
	return undefine(c, p.ID)
}

func undefine(c *call, id string) error {
	return c.do(requestlog.Undefine{DefinitionID: id})
}

func aRuleFires(c *call) (api.StateValues, error) {
	var p struct {
		WorkflowRule any             `json:"workflow_rule"`
		Entity       api.Entity      `json:"entity"`
		EntityID     string          `json:"entity_id"`
		Data         json.RawMessage `json:"data"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if err := checkEntity(p.Entity); err != nil {
		return nil, err
	}
	fired, err := fire(c.ctx, c.egress, c.world, api.Firing{WorkflowRule: p.WorkflowRule, Entity: p.Entity, EntityID: p.EntityID, Data: p.Data}, "params.")
	if err != nil || fired.ID == "" {
		return nil, err
	}
	return api.StateValues{"id": fired.ID, "number": fired.Number}, nil
}

func checkEntity(entity api.Entity) error {
	if entity != "" && !entity.Valid() {
		return badValue("params.entity", strconv.Quote(string(entity))+" is none of CRM.COM's entities")
	}
	return nil
}

func aRejectedRequest(c *call) (api.StateValues, error) {
	return aRequest(c, requestlog.Request{
		Rejected: true,
		Failure: requestlog.Failure{
			Code: "ConnectException", Description: "java.net.ConnectException: connection refused (the receiver was not there yet)",
		},
	})
}

func aSuccessfulRequest(c *call) (api.StateValues, error) {
	return aRequest(c, requestlog.Request{Received: &requestlog.Received{Status: http.StatusOK}})
}

// acceptingSink is where the webhook requests of a state go unless it says otherwise.
const acceptingSink = "accepting"

// aRequest makes a record without sending anything, and the definition and the rule that it is of.
func aRequest(c *call, r requestlog.Request) (api.StateValues, error) {
	var p struct {
		URL      string          `json:"url"`
		Entity   api.Entity      `json:"entity"`
		EntityID string          `json:"entity_id"`
		Data     json.RawMessage `json:"data"`
	}
	if err := c.read(&p); err != nil {
		return nil, err
	}
	if err := checkEntity(p.Entity); err != nil {
		return nil, err
	}
	if p.URL == "" {
		p.URL = sink.Address(acceptingSink)
	}
	if p.Entity == "" {
		p.Entity = api.ACTIVITIES
	}
	if err := checkURL("params.url", p.URL); err != nil {
		return nil, err
	}
	defined, err := world.Do[requestlog.Defined](c.world, requestlog.DefineWithRule{
		Definition: requestlog.Definition{URL: p.URL, Effective: true}, Entity: string(p.Entity),
	})
	if err != nil {
		return nil, err
	}
	d, rule := defined.Definition, defined.Rule
	r.Definition, r.Rule, r.URL, r.SecretKey = d.Reference, rule.Reference, d.URL, d.SecretKey
	r.Entity, r.EntityID, r.Data = string(p.Entity), p.EntityID, p.Data
	made, err := world.Do[*requestlog.Request](c.world, requestlog.Restore{Request: r})
	if err != nil {
		_ = undefine(c, d.ID) // it was made a moment ago
		return nil, err
	}
	return requestValues(c, made), nil
}

func requestValues(c *call, r *requestlog.Request) api.StateValues {
	state := api.SUCCESSFUL
	if r.Rejected {
		state = api.REJECTED
	}
	return api.StateValues{
		"id":                 r.ID,
		"number":             strconv.FormatUint(r.Number, 10),
		"life_cycle_state":   state,
		"entity":             r.Entity,
		"entity_id":          r.EntityID,
		"url":                sink.Absolute(exchange.From(c.ctx).BaseURL, c.world.Name, r.URL),
		"data":               json.RawMessage(r.Data),
		"secret_key":         r.SecretKey,
		"webhook_definition": api.RuleReference{ID: r.Definition.ID, Name: r.Definition.Name, AlternativeCode: r.Definition.AlternativeCode},
		"workflow_rule":      api.RuleReference{ID: r.Rule.ID, Name: r.Rule.Name, AlternativeCode: r.Rule.AlternativeCode},
	}
}

// removeRequest deletes a webhook request, and the definition that was made for it.
func removeRequest(c *call) error {
	var p struct {
		ID         string `json:"id"`
		Definition struct {
			ID string `json:"id"`
		} `json:"webhook_definition"`
	}
	if err := c.peek(&p); err != nil || p.ID == "" {
		return err
	}
	err := c.do(requestlog.Delete{Key: requestlog.Key{Field: requestlog.ID, Value: p.ID}})
	if p.Definition.ID == "" {
		return err
	}
	if gone := undefine(c, p.Definition.ID); err == nil {
		err = gone
	}
	return err
}
