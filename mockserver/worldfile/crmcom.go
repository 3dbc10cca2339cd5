package worldfile

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// baseCrmcom leaves absent what the file leaves out: the world fills it in.
func baseCrmcom(file control.CRMState) (world.Crmcom, error) {
	c := world.Crmcom{NextNumber: uint64(max(0, file.NextNumber))}
	for _, l := range file.Logins {
		c.Logins = append(c.Logins, world.Login{
			Organisation: l.Organisation, Username: l.Username, Password: l.Password, Unit: l.Unit, Legacy: l.Legacy,
		})
	}
	for _, d := range file.Definitions {
		definition, err := baseDefinition(d)
		if err != nil {
			return c, fmt.Errorf("definition %s: %w", d.ID, err)
		}
		c.Definitions = append(c.Definitions, definition)
	}
	for _, r := range file.Rules {
		c.Rules = append(c.Rules, requestlog.Rule{
			Reference: requestlog.Reference{ID: r.ID, Name: r.Name, AlternativeCode: r.AlternativeCode, Description: r.Description},
			Entity:    string(r.Entity), DefinitionID: r.Definition,
		})
	}
	for _, r := range file.Requests {
		c.Requests = append(c.Requests, baseRequest(r))
	}
	for _, e := range file.Entities {
		c.Entities = append(c.Entities, requestlog.Entity{Entity: string(e.Entity), EntityID: e.EntityID, Data: e.Data})
	}
	return c, nil
}

func baseDefinition(d control.WebhookDefinition) (requestlog.Definition, error) {
	timeout, err := span(d.Timeout)
	if err != nil {
		return requestlog.Definition{}, fmt.Errorf("timeout: %w", err)
	}
	definition := requestlog.Definition{
		Reference: requestlog.Reference{ID: d.ID, Name: d.Name, AlternativeCode: d.AlternativeCode, Description: d.Description},
		URL:       d.URL,
		SecretKey: d.SecretKey,
		Effective: d.Effective == nil || *d.Effective,
		FieldsSet: d.FieldsSet,
		Timeout:   timeout,
	}
	if d.Logging == control.LogRejectedOnly {
		definition.Logging = requestlog.LogRejectedOnly
	}
	return definition, nil
}

func baseRequest(r control.WebhookRequest) requestlog.Request {
	request := requestlog.Request{
		ID:         r.ID,
		Number:     uint64(r.Number),
		Rejected:   r.LifeCycleState == control.REJECTED,
		Entity:     string(r.Entity),
		EntityID:   r.EntityID,
		URL:        r.URL,
		SecretKey:  r.SecretKey,
		Code:       r.AuthenticationCode,
		FieldsSet:  r.FieldsSet,
		Data:       r.Data,
		Sent:       requestlog.Sent{ID: r.Request.ID, Body: []byte(r.Request.Body)},
		Failure:    requestlog.Failure{Code: r.ErrorCode, Description: r.ErrorDescription},
		Definition: requestlog.Reference{ID: r.Definition},
		Rule:       requestlog.Reference{ID: r.Rule},
		Created:    r.Created.UTC(),
		Updated:    r.Updated.UTC(),
		CreatedBy:  r.CreatedByUser,
		UpdatedBy:  r.UpdatedByUser,
	}
	if r.Response.Status != 0 {
		request.Received = &requestlog.Received{
			ID: r.Response.ID, Status: r.Response.Status, Header: r.Response.Headers, Body: []byte(r.Response.Body),
		}
	}
	return request
}

// fileCrmcom is the other way round. A request whose definition or rule is gone does not name it.
func fileCrmcom(c world.Crmcom) control.CRMState {
	file := control.CRMState{NextNumber: int(c.NextNumber)}
	for _, l := range c.Logins {
		file.Logins = append(file.Logins, control.Login{
			Organisation: l.Organisation, Username: l.Username, Password: l.Password, Unit: l.Unit, Legacy: l.Legacy,
		})
	}
	known := map[string]bool{}
	for _, d := range c.Definitions {
		known[d.ID] = true
		file.Definitions = append(file.Definitions, fileDefinition(d))
	}
	for _, r := range c.Rules {
		known[r.ID] = true
		file.Rules = append(file.Rules, control.WorkflowRule{
			ID: r.ID, Name: r.Name, AlternativeCode: r.AlternativeCode, Description: r.Description,
			Entity: control.Entity(r.Entity), Definition: r.DefinitionID,
		})
	}
	for _, r := range c.Requests {
		request := fileRequest(r)
		if known[r.Definition.ID] {
			request.Definition = r.Definition.ID
		}
		if known[r.Rule.ID] {
			request.Rule = r.Rule.ID
		}
		file.Requests = append(file.Requests, request)
	}
	for _, e := range c.Entities {
		file.Entities = append(file.Entities, control.KnownEntity{Entity: control.Entity(e.Entity), EntityID: e.EntityID, Data: e.Data})
	}
	return file
}

func fileDefinition(d requestlog.Definition) control.WebhookDefinition {
	definition := control.WebhookDefinition{
		ID:              d.ID,
		Name:            d.Name,
		AlternativeCode: d.AlternativeCode,
		Description:     d.Description,
		URL:             d.URL,
		SecretKey:       d.SecretKey,
		Effective:       &d.Effective,
		FieldsSet:       d.FieldsSet,
		Timeout:         fileSpan(d.Timeout),
	}
	if d.Logging == requestlog.LogRejectedOnly {
		definition.Logging = control.LogRejectedOnly
	}
	return definition
}

func fileRequest(r requestlog.Request) control.WebhookRequest {
	request := control.WebhookRequest{
		ID:                 r.ID,
		Number:             int(r.Number),
		LifeCycleState:     control.SUCCESSFUL,
		Entity:             control.Entity(r.Entity),
		EntityID:           r.EntityID,
		URL:                r.URL,
		SecretKey:          r.SecretKey,
		AuthenticationCode: r.Code,
		FieldsSet:          r.FieldsSet,
		Data:               json.RawMessage(r.Data),
		Request:            control.SentRequest{ID: r.Sent.ID, Body: string(r.Sent.Body)},
		ErrorCode:          r.Failure.Code,
		ErrorDescription:   r.Failure.Description,
		Created:            r.Created,
		Updated:            r.Updated,
		CreatedByUser:      r.CreatedBy,
		UpdatedByUser:      r.UpdatedBy,
	}
	if len(r.Sent.Body) > 0 {
		request.Request.Method, request.Request.URL = http.MethodPost, r.URL
	}
	if r.Rejected {
		request.LifeCycleState = control.REJECTED
	}
	if r.Received != nil {
		request.Response = control.ReceivedResponse{
			ID: r.Received.ID, Status: r.Received.Status, Headers: r.Received.Header, Body: string(r.Received.Body),
		}
	}
	return request
}

func fileSpan(d time.Duration) control.Duration {
	if d == 0 {
		return ""
	}
	return d.String()
}
