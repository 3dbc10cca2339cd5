package crmcom

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// controls are the operations of the control API that play what a user of CRM.COM does in its back office.
func controls() *mockapi.Control {
	return &mockapi.Control{Operations: []mockapi.Operation{
		{
			ID: "createDefinition", Method: http.MethodPost, Path: "definitions", Status: http.StatusCreated, Body: "DefinitionRequest",
			State: stateDefinition, Do: createDefinition,
		},
		{
			ID: "fireRule", Method: http.MethodPost, Path: "fire", Status: http.StatusOK, Body: "Firing",
			State: stateFires, Do: fireRule,
		},
	}}
}

func createDefinition(c *mockapi.Call) (any, error) {
	var asked control.DefinitionRequest
	if err := c.Read(&asked); err != nil {
		return nil, err
	}
	return define(c.World, asked)
}

func fireRule(c *mockapi.Call) (any, error) {
	var asked control.Firing
	if err := c.Read(&asked); err != nil {
		return nil, err
	}
	return fire(c, asked)
}

func define(w *world.World, asked control.DefinitionRequest) (control.CreatedDefinition, error) {
	if err := checkURL(asked.URL); err != nil {
		return control.CreatedDefinition{}, err
	}
	timeout, err := refusal.Duration("timeout", asked.Timeout)
	if err != nil {
		return control.CreatedDefinition{}, err
	}
	d := requestlog.Definition{
		Reference: requestlog.Reference{Name: asked.Name, AlternativeCode: asked.AlternativeCode, Description: asked.Description},
		URL:       asked.URL,
		SecretKey: asked.SecretKey,
		Effective: asked.Effective == nil || *asked.Effective,
		FieldsSet: asked.FieldsSet,
		Timeout:   timeout,
	}
	if asked.Logging == control.LogRejectedOnly {
		d.Logging = requestlog.LogRejectedOnly
	}
	made, err := world.Do[requestlog.Defined](w, requestlog.DefineWithRule{Definition: d, Entity: string(asked.Entity)})
	d, rule := made.Definition, made.Rule
	return control.CreatedDefinition{
		ID:              d.ID,
		Name:            d.Name,
		AlternativeCode: d.AlternativeCode,
		SecretKey:       d.SecretKey,
		WorkflowRule:    control.RuleReference{ID: rule.ID, Name: rule.Name, AlternativeCode: rule.AlternativeCode},
	}, err
}

// checkURL wants the address of a sink of the world, or a URL. Whether it may be sent to shows when it is.
func checkURL(address string) error {
	if strings.HasPrefix(address, sink.Scheme) {
		if _, _, ok := sink.Locate("", "", address); !ok {
			return refusal.BadValue("url", fmt.Sprintf("%q names no sink, write sink:<name>", address))
		}
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return refusal.BadValue("url", fmt.Sprintf("%q is no URL of http or https", address))
	}
	return nil
}

func fire(c *mockapi.Call, asked control.Firing) (control.Fired, error) {
	rule, err := ruleKey(asked.WorkflowRule)
	if err != nil {
		return control.Fired{}, err
	}
	logged, err := Fire(c.Context, c.Host.Egress, c.Origin(), requestlog.Fire{
		Rule: rule, Entity: string(asked.Entity), EntityID: asked.EntityID, Data: asked.Data,
	})
	if err != nil || logged.Request == nil {
		return control.Fired{}, err
	}
	return control.Fired{ID: logged.Request.ID, Number: strconv.FormatUint(logged.Request.Number, 10)}, nil
}

// ruleKey is the id of a rule, or the first key that a reference to it has.
func ruleKey(asked any) (requestlog.Key, error) {
	if id, ok := asked.(string); ok && id != "" {
		return requestlog.Key{Field: requestlog.ID, Value: id}, nil
	}
	members, _ := asked.(map[string]any)
	for _, by := range []requestlog.Field{requestlog.ID, requestlog.Name, requestlog.AlternativeCode} {
		if value, ok := members[string(by)].(string); ok && value != "" {
			return requestlog.Key{Field: by, Value: value}, nil
		}
	}
	return requestlog.Key{}, refusal.BadValue("workflow_rule", "give the id of the rule, or an object with its id, name or alternative_code")
}

// textOrList is a list of names that may be written as one text with commas.
type textOrList []string

// UnmarshalJSON implements json.Unmarshaler.
func (l *textOrList) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		if one != "" {
			*l = strings.Split(one, ",")
		}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}
