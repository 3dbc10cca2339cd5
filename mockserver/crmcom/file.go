package crmcom

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// file is CRM.COM's part of a world file.
func file() *mockapi.File {
	return &mockapi.File{Form: control.CRMState{}, Decode: decodeFile, Encode: encodeFile, Check: checkFile, Anonymous: anonymous, DeclaredLogins: declaredLogins}
}

// anonymous lets the logins find the world that the placeholder stands for, and no other.
func anonymous(raw json.RawMessage, placeholder string) (json.RawMessage, error) {
	if raw == nil {
		return nil, nil
	}
	s, err := readFile(raw)
	if err != nil {
		return nil, err
	}
	for i := range s.Logins {
		s.Logins[i].Organisation = placeholder
	}
	return filecheck.JSON(s)
}

func readFile(raw json.RawMessage) (s control.CRMState, err error) {
	err = json.Unmarshal(raw, &s)
	return s, err
}

// decodeFile leaves absent what the file leaves out: the commands fill it in.
func decodeFile(raw json.RawMessage, head mockapi.FileHead, b *world.Base) error {
	s, err := readFile(raw)
	if err != nil {
		return err
	}
	logins := login.Set{Declared: head.DeclaredLogins}
	for _, l := range s.Logins {
		logins.Logins = append(logins.Logins, login.Login{
			Organisation: l.Organisation, Username: l.Username, Password: l.Password, Unit: l.Unit, Legacy: l.Legacy, Refused: l.Refused,
		})
	}
	b.Commands = append(b.Commands, logins)
	for i, d := range s.Definitions {
		definition, err := baseDefinition(d)
		if err != nil {
			return fmt.Errorf("definition %s: %w", d.ID, err)
		}
		definition.Name = cmp.Or(definition.Name, fmt.Sprintf("Webhook %d", i+1))
		b.Commands = append(b.Commands, requestlog.Define{Definition: definition})
	}
	for i, r := range s.Rules {
		b.Commands = append(b.Commands, requestlog.AddRule{Rule: requestlog.Rule{
			Reference: requestlog.Reference{
				ID: r.ID, Name: cmp.Or(r.Name, fmt.Sprintf("Rule %d", i+1)), AlternativeCode: r.AlternativeCode, Description: r.Description,
			},
			Entity: string(r.Entity), DefinitionID: r.Definition,
		}})
	}
	for _, r := range s.Requests {
		b.Commands = append(b.Commands, requestlog.Load{Request: baseRequest(r)})
	}
	for _, e := range s.Entities {
		b.Commands = append(b.Commands, requestlog.Know{Entity: requestlog.Entity{Entity: string(e.Entity), EntityID: e.EntityID, Data: e.Data}})
	}
	b.Commands = append(b.Commands, requestlog.SkipTo{Number: uint64(max(0, s.NextNumber))})
	return nil
}

func declaredLogins(b world.Base) bool {
	users, known := b.States[login.PartName].(*login.State)
	return known && users.Declared()
}

// encodeFile is the other way round. A request whose definition or rule is gone does not name it.
func encodeFile(b world.Base) (any, error) {
	log, logged := b.States[requestlog.PartName].(*requestlog.State)
	users, known := b.States[login.PartName].(*login.State)
	if !logged || !known {
		return nil, world.ErrNoPart
	}
	s := control.CRMState{NextNumber: int(log.NextNumber())}
	for _, l := range users.Logins() {
		s.Logins = append(s.Logins, control.Login{
			Organisation: l.Organisation, Username: l.Username, Password: l.Password, Unit: l.Unit, Legacy: l.Legacy, Refused: l.Refused,
		})
	}
	there := map[string]bool{}
	for _, d := range log.Definitions() {
		there[d.ID] = true
		s.Definitions = append(s.Definitions, fileDefinition(d))
	}
	for _, r := range log.Rules() {
		there[r.ID] = true
		s.Rules = append(s.Rules, control.WorkflowRule{
			ID: r.ID, Name: r.Name, AlternativeCode: r.AlternativeCode, Description: r.Description,
			Entity: control.Entity(r.Entity), Definition: r.DefinitionID,
		})
	}
	for _, e := range log.Entities() {
		s.Entities = append(s.Entities, control.KnownEntity{Entity: control.Entity(e.Entity), EntityID: e.EntityID, Data: e.Data})
	}
	requests := log.Requests()
	if len(requests) == 0 {
		return s, nil
	}
	return filecheck.Long{Head: s, Name: "requests", Items: fileRequests(requests, there)}, nil
}

// fileRequests gives one request after the other, naming of definitions and rules those that are there.
func fileRequests(requests []*requestlog.Request, there map[string]bool) func(yield func(any, error) bool) {
	return func(yield func(any, error) bool) {
		for _, r := range requests {
			request := fileRequest(*r)
			if there[r.Definition.ID] {
				request.Definition = r.Definition.ID
			}
			if there[r.Rule.ID] {
				request.Rule = r.Rule.ID
			}
			if !yield(request, nil) {
				return
			}
		}
	}
}

func baseDefinition(d control.WebhookDefinition) (requestlog.Definition, error) {
	timeout, err := filecheck.Duration(d.Timeout)
	if err != nil {
		return requestlog.Definition{}, fmt.Errorf("timeout: %w", err)
	}
	definition := requestlog.Definition{
		Reference: requestlog.Reference{ID: d.ID, Name: d.Name, AlternativeCode: d.AlternativeCode, Description: d.Description},
		URL:       d.URL,
		SecretKey: d.SecretKey,
		OtherKey:  d.OtherKey,
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

func fileDefinition(d requestlog.Definition) control.WebhookDefinition {
	definition := control.WebhookDefinition{
		ID:              d.ID,
		Name:            d.Name,
		AlternativeCode: d.AlternativeCode,
		Description:     d.Description,
		URL:             d.URL,
		SecretKey:       d.SecretKey,
		OtherKey:        d.OtherKey,
		Effective:       &d.Effective,
		FieldsSet:       d.FieldsSet,
		Timeout:         filecheck.Written(d.Timeout),
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
