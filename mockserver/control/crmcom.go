package control

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// CreateDefinition makes a webhook definition and a rule that uses it.
func (s *server) CreateDefinition(_ context.Context, req api.CreateDefinitionRequestObject) (api.CreateDefinitionResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	made, err := createDefinition(w, *req.Body)
	return api.CreateDefinition201JSONResponse(made), err
}

// FireRule makes a rule fire.
func (s *server) FireRule(ctx context.Context, req api.FireRuleRequestObject) (api.FireRuleResponseObject, error) {
	w, err := s.find(req.World)
	if err != nil {
		return nil, err
	}
	fired, err := fire(ctx, s.egress, w, *req.Body, "")
	return api.FireRule200JSONResponse(fired), err
}

func createDefinition(w *world.World, asked api.DefinitionRequest) (api.CreatedDefinition, error) {
	if err := checkURL("url", asked.URL); err != nil {
		return api.CreatedDefinition{}, err
	}
	timeout, err := duration("timeout", asked.Timeout)
	if err != nil {
		return api.CreatedDefinition{}, err
	}
	d := requestlog.Definition{
		Reference: requestlog.Reference{Name: asked.Name, AlternativeCode: asked.AlternativeCode, Description: asked.Description},
		URL:       asked.URL,
		SecretKey: asked.SecretKey,
		Effective: asked.Effective == nil || *asked.Effective,
		FieldsSet: asked.FieldsSet,
		Timeout:   timeout,
	}
	if asked.Logging == api.LogRejectedOnly {
		d.Logging = requestlog.LogRejectedOnly
	}
	made, err := world.Do[requestlog.Defined](w, requestlog.DefineWithRule{Definition: d, Entity: string(asked.Entity)})
	d, rule := made.Definition, made.Rule
	return api.CreatedDefinition{
		ID:              d.ID,
		Name:            d.Name,
		AlternativeCode: d.AlternativeCode,
		SecretKey:       d.SecretKey,
		WorkflowRule:    api.RuleReference{ID: rule.ID, Name: rule.Name, AlternativeCode: rule.AlternativeCode},
	}, err
}

// checkURL wants the address of a sink of the world, or a URL. Whether it may be sent to shows when it is.
func checkURL(field, address string) error {
	if strings.HasPrefix(address, sink.Scheme) {
		if _, _, ok := sink.Locate("", "", address); !ok {
			return badValue(field, fmt.Sprintf("%q names no sink, write sink:<name>", address))
		}
		return nil
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return badValue(field, fmt.Sprintf("%q is no URL of http or https", address))
	}
	return nil
}

// fire makes a rule fire. The fields at fault are named below prefix.
func fire(ctx context.Context, out *egress.Sender, w *world.World, asked api.Firing, prefix string) (api.Fired, error) {
	rule, err := ruleKey(prefix+"workflow_rule", asked.WorkflowRule)
	if err != nil {
		return api.Fired{}, err
	}
	logged, err := crmcom.Fire(ctx, out, egress.Origin{World: w, BaseURL: exchange.From(ctx).BaseURL}, requestlog.Fire{
		Rule: rule, Entity: string(asked.Entity), EntityID: asked.EntityID, Data: asked.Data,
	})
	if err != nil || logged.Request == nil {
		return api.Fired{}, err
	}
	return api.Fired{ID: logged.Request.ID, Number: strconv.FormatUint(logged.Request.Number, 10)}, nil
}

// ruleKey is the id of a rule, or the first key that a reference to it has.
func ruleKey(field string, asked any) (requestlog.Key, error) {
	if id, ok := asked.(string); ok && id != "" {
		return requestlog.Key{Field: requestlog.ID, Value: id}, nil
	}
	members, _ := asked.(map[string]any)
	for _, by := range []requestlog.Field{requestlog.ID, requestlog.Name, requestlog.AlternativeCode} {
		if value, ok := members[string(by)].(string); ok && value != "" {
			return requestlog.Key{Field: by, Value: value}, nil
		}
	}
	return requestlog.Key{}, badValue(field, "give the id of the rule, or an object with its id, name or alternative_code")
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
