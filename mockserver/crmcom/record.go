package crmcom

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// view is how webhook requests are shown in one answer.
type view struct {
	dialect contract.Dialect
	url     func(string) string // makes the address of a sink absolute
	fields  []string            // to show, nil for all
}

func newView(x *exchange.Exchange) view {
	base, name := x.BaseURL, x.World.Name
	return view{dialect: x.Dialect(), url: func(address string) string { return sink.Absolute(base, name, address) }}
}

// withFields shows only the fields that fields_set names. What an unknown name does is for the dialect to say.
func (v view) withFields(set *[]string) (view, error) {
	if set == nil {
		return v, nil
	}
	v.fields = []string{}
	if v.dialect.Answer(crmapi.FieldsSetID) == crmapi.AnswerYes {
		v.fields = append(v.fields, "id")
	}
	for _, name := range *set {
		switch {
		case slices.Contains(crmapi.Fields(), name):
			v.fields = append(v.fields, name)
		case v.dialect.Answer(crmapi.FieldsSetUnknown) == crmapi.AnswerError:
			return v, badParameter("fields_set", fmt.Sprintf("%q is no field, use some of %s", name, strings.Join(crmapi.Fields(), ", ")))
		}
	}
	return v, nil
}

// one writes the JSON of one webhook request.
func (v view) one(r *requestlog.Request) content {
	return func(to []byte) []byte { return v.append(to, r) }
}

// many writes the JSON of a list of them.
func (v view) many(list []*requestlog.Request) content {
	return func(to []byte) []byte {
		to = append(to, '[')
		for i, r := range list {
			if i > 0 {
				to = append(to, ',')
			}
			to = v.append(to, r)
		}
		return append(to, ']')
	}
}

func (v view) append(to []byte, r *requestlog.Request) []byte {
	m := members{to: to, absent: v.dialect.Answer(crmapi.ObjectNullMembers) == crmapi.AnswerAbsent, only: v.fields}
	m.begin()
	m.text("id", r.ID)
	m.text("number", strconv.FormatUint(r.Number, 10))
	m.text("life_cycle_state", stateOf(r))
	m.text("entity", r.Entity)
	m.text("entity_id", r.EntityID)
	m.text("url", v.url(r.URL))
	v.transfer(&m, r)
	m.optional("error_code", r.Failure.Code)
	m.optional("error_description", r.Failure.Description)
	reference(&m, "webhook_definition", r.Definition)
	reference(&m, "workflow_rule", r.Rule)
	m.object("log_information", true, func(m *members) { logInformation(m, r) })
	m.end()
	return m.to
}

func stateOf(r *requestlog.Request) string {
	if r.Rejected {
		return crmapi.StateRejected
	}
	return crmapi.StateSuccessful
}

// transfer writes what was sent and what came back: objects, or their ids.
func (v view) transfer(m *members, r *requestlog.Request) {
	code := ""
	if m.shows("authentication_code") || m.shows("request") {
		code = v.code(r)
	}
	m.text("authentication_code", code)
	m.optional("fields_set", strings.Join(r.FieldsSet, ","))
	if v.dialect.Answer(crmapi.RequestForm) == crmapi.AnswerIDString {
		m.optional("request", r.Sent.ID)
		m.optional("response", idOf(r.Received))
		return
	}
	if m.shows("request") {
		m.raw("request", v.sent(r, code))
	}
	m.object("response", r.Received != nil, func(m *members) { received(m, r.Received) })
}

func idOf(r *requestlog.Received) string {
	if r == nil {
		return ""
	}
	return r.ID
}

// code is the authentication code that was sent, or would have been by a world that was not there.
func (v view) code(r *requestlog.Request) string {
	if r.Code != "" {
		return r.Code
	}
	return delivery.Sign(v.dialect, r.SecretKey, r.Data)
}

// sent is the object that was sent, or would have been with the code.
func (v view) sent(r *requestlog.Request, code string) json.RawMessage {
	content := delivery.Content{Entity: r.Entity, EntityID: r.EntityID, Data: r.Data}
	now := delivery.Body(v.dialect, content, code)
	if bytes.Equal(r.Sent.Body, now) { // nearly always
		return now
	}
	if len(r.Sent.Body) > 0 {
		if body, err := jsonobject.Parse(r.Sent.Body); err == nil {
			return body.JSON()
		}
	}
	if r.Code == "" {
		return now
	}
	return delivery.Body(v.dialect, content, delivery.Sign(v.dialect, r.SecretKey, r.Data))
}

// received writes what the receiver answered.
func received(m *members, r *requestlog.Received) {
	headers := []byte("{}")
	if len(r.Header) > 0 {
		headers, _ = json.Marshal(r.Header) // texts have no error
	}
	m.number("status", r.Status)
	m.raw("headers", headers)
	m.text("body", strings.ToValidUTF8(string(r.Body), "\uFFFD"))
}

func reference(m *members, name string, r requestlog.Reference) {
	m.object(name, r.ID != "", func(m *members) {
		m.text("id", r.ID)
		m.optional("name", r.Name)
		m.optional("alternative_code", r.AlternativeCode)
		m.optional("description", r.Description)
	})
}

func logInformation(m *members, r *requestlog.Request) {
	m.date("created_date", r.Created)
	m.date("updated_date", r.Updated)
	user(m, "created_by_user", r.CreatedBy)
	user(m, "updated_by_user", r.UpdatedBy)
	m.optional("created_by_unit", "")
	m.optional("updated_by_unit", "")
}

// user writes all that is known of a user: the name, from which the id follows.
func user(m *members, member, name string) {
	m.object(member, name != "", func(m *members) {
		m.text("id", userID(name))
		m.text("username", name)
		m.optional("person_name", "")
		m.optional("email", "")
	})
}

// userID follows from the name: 32 capital hexadecimal digits.
func userID(name string) string {
	const digits = "0123456789ABCDEF"
	var room [64]byte
	sum := sha256.Sum256(append(append(room[:0], "user "...), name...))
	var id [32]byte
	for i, b := range sum[:len(id)/2] {
		id[2*i], id[2*i+1] = digits[b>>4], digits[b&15]
	}
	return string(id[:])
}
