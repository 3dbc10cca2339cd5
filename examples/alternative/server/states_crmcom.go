package server

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

func (s *server) crmcomStates() map[string]state {
	return map[string]state{
		"a webhook definition":         {s.locked(s.makeDefinition), s.lockedUndo(s.dropDefinition)},
		"a workflow rule fires":        {s.fire, s.lockedUndo(s.dropRecord)},
		"a rejected webhook request":   {s.locked(s.makeRejected), s.lockedUndo(s.dropDefinition)},
		"a successful webhook request": {s.locked(s.makeSuccessful), s.lockedUndo(s.dropDefinition)},
		"a refused login":              {s.locked(s.nameStranger), nil},
	}
}

// nameStranger names somebody whom the login does not know.
func (s *server) nameStranger(params) (values, error) {
	return values{"organisation": s.options.Organisation, "username": newID(), "password": newID()}, nil
}

func (s *server) makeDefinition(p params) (values, error) {
	address, err := required[string](p, "url")
	if err != nil {
		return nil, err
	}
	d, err := s.define(p, address)
	if err != nil {
		return nil, err
	}
	return values{
		"id": d.ID, "name": d.Name, "alternative_code": d.AlternativeCode,
		"secret_key": d.secretKey, "workflow_rule": d.rule,
	}, nil
}

// define makes a definition and the one rule that uses it. Needs mu.
func (s *server) define(p params, address string) (*definition, error) {
	if err := loopback(address); err != nil {
		return nil, badParam("url", "%v", err)
	}
	effective, err := optional(p, "effective", true)
	if err != nil {
		return nil, err
	}
	fields, err := fieldsOf(p)
	if err != nil {
		return nil, err
	}
	logging, err := optional(p, "logging", "all")
	if err != nil {
		return nil, err
	}
	if logging != "all" && logging != "rejected-only" {
		return nil, badParam("logging", "%q is neither all nor rejected-only", logging)
	}
	d := &definition{
		named: newNamed("definition"), rule: newNamed("rule"), url: address, secretKey: newID(),
		effective: effective, fieldsSet: fields, logRejectedOnly: logging == "rejected-only",
	}
	s.definitions = append(s.definitions, d)
	return d, nil
}

// fieldsOf reads the fields set, a list or comma-separated.
func fieldsOf(p params) ([]string, error) {
	text, given, err := param[string](p, "fields_set")
	if err != nil {
		list, _, err := param[[]string](p, "fields_set")
		return list, err
	}
	if !given || text == "" {
		return nil, nil
	}
	return strings.Split(text, ","), nil
}

func newNamed(kind string) named {
	id := strings.ToUpper(newID())
	return named{ID: id, Name: "Example " + kind + " " + id[:8], AlternativeCode: strings.ToUpper(kind[:3]) + id[:8], Description: "An example " + kind}
}

// dropDefinition takes the definition with its rule and its records.
func (s *server) dropDefinition(p params) {
	id := definitionID(p)
	s.definitions = slices.DeleteFunc(s.definitions, func(d *definition) bool { return d.ID == id })
	s.records = slices.DeleteFunc(s.records, func(r *record) bool { return r.definition.ID == id })
}

// definitionID is the id that the setup of a definition, or of a record with its own definition, answered with.
func definitionID(p params) string {
	if d, given, err := param[named](p, "webhook_definition"); given && err == nil {
		return d.ID
	}
	id, _, _ := param[string](p, "id")
	return id
}

func (s *server) dropRecord(p params) {
	id, _, _ := param[string](p, "id")
	s.records = slices.DeleteFunc(s.records, func(r *record) bool { return r.id == id })
}

// fire has a rule fire, which calls the receiver before the state is answered.
func (s *server) fire(ctx context.Context, p params) (values, error) {
	d, err := s.ruleOf(p)
	if err != nil {
		return nil, err
	}
	what, err := s.deliveryOf(p, d)
	if err != nil || !d.effective {
		return values{}, err
	}
	came := s.send(ctx, what)
	if came.errorCode == "" && d.logRejectedOnly {
		return values{}, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.log(d, what, came)
	return values{"id": r.id, "number": r.number}, nil
}

// ruleOf finds the definition whose rule is meant.
func (s *server) ruleOf(p params) (*definition, error) {
	id, err := ruleID(p)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.definitions {
		if d.rule.ID == id {
			return d, nil
		}
	}
	return nil, badParam("workflow_rule", "there is no rule %q", id)
}

// ruleID reads the rule, written as its id or as the object that the definition's setup answered with.
func ruleID(p params) (string, error) {
	if id, given, err := param[string](p, "workflow_rule"); given && err == nil {
		return id, nil
	}
	rule, err := required[named](p, "workflow_rule")
	return rule.ID, err
}

// deliveryOf reads which entity a rule fires for; what is not said is made up.
func (s *server) deliveryOf(p params, d *definition) (delivery, error) {
	entity, err := optional(p, "entity", "ACTIVITIES")
	if err != nil {
		return delivery{}, err
	}
	if !isEntity(entity) {
		return delivery{}, badParam("entity", "%q is none of %s", entity, entityNames)
	}
	entityID, err := optional(p, "entity_id", strings.ToUpper(newID()))
	if err != nil {
		return delivery{}, err
	}
	data, err := optional(p, "data", map[string]json.RawMessage{"id": json.RawMessage(strconv.Quote(entityID))})
	if err != nil {
		return delivery{}, err
	}
	return s.prepare(d, entity, entityID, data)
}

func (s *server) makeRejected(p params) (values, error) {
	return s.makeRecord(p, outcome{
		errorCode: "LazyInitializationException", errorDescription: "could not initialize proxy - no Session",
	})
}

func (s *server) makeSuccessful(p params) (values, error) {
	return s.makeRecord(p, outcome{response: map[string]any{"status": 200, "body": "taken"}})
}

// makeRecord makes a record with a definition of its own, and sends nothing. By default its receiver is this server.
func (s *server) makeRecord(p params, came outcome) (values, error) {
	address, err := optional(p, "url", "http://"+p.request.Host+"/sink")
	if err != nil {
		return nil, err
	}
	d, err := s.define(p, address)
	if err != nil {
		return nil, err
	}
	what, err := s.deliveryOf(p, d)
	if err != nil {
		return nil, err
	}
	r := s.log(d, what, came)
	return values{
		"id": r.id, "number": r.number, "life_cycle_state": r.state(), "entity": what.entity, "entity_id": what.entityID,
		"url": what.url, "data": what.data, "secret_key": d.secretKey, "webhook_definition": d.named, "workflow_rule": d.rule,
	}, nil
}
