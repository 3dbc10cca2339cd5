package crmcom

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/crmcom/delivery"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	"github.com/understudy-mock/understudy/mockserver/sink"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
	contract "github.com/understudy-mock/understudy/openapi/crmcom"
)

// view is how webhook requests are shown in one answer.
type view struct {
	dialect openapi.Dialect
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
	if v.dialect.Answer(contract.FieldsSetID) == contract.AnswerYes {
		v.fields = append(v.fields, "id")
	}
	for _, name := range *set {
		switch {
		case slices.Contains(contract.Fields(), name):
			v.fields = append(v.fields, name)
		case v.dialect.Answer(contract.FieldsSetUnknown) == contract.AnswerError:
			return v, badParameter("fields_set", fmt.Sprintf("%q is no field, use some of %s", name, strings.Join(contract.Fields(), ", ")))
		}
	}
	return v, nil
}

// usualSize is more than the JSON of most webhook requests takes.
const usualSize = 2 << 10

// one is the JSON of one webhook request.
func (v view) one(r *requestlog.Request) []byte { return v.append(make([]byte, 0, usualSize), r) }

// many is the JSON of a list of them.
func (v view) many(list []*requestlog.Request) []byte {
	text := []byte{'['}
	for i, r := range list {
		if i > 0 {
			text = append(text, ',')
		}
		text = v.append(text, r)
	}
	return append(text, ']')
}

func (v view) append(to []byte, r *requestlog.Request) []byte {
	shown := v.object(r)
	if v.fields != nil {
		shown = slices.DeleteFunc(shown, func(f field) bool { return !slices.Contains(v.fields, f.name) })
	}
	return shown.append(to, v.dialect.Answer(contract.ObjectNullMembers) == contract.AnswerAbsent)
}

func (v view) object(r *requestlog.Request) object {
	return object{
		{"id", r.ID},
		{"number", strconv.FormatUint(r.Number, 10)},
		{"life_cycle_state", stateOf(r)},
		{"entity", r.Entity},
		{"entity_id", r.EntityID},
		{"url", v.url(r.URL)},
		{"authentication_code", v.code(r)},
		{"fields_set", orNil(strings.Join(r.FieldsSet, ","))},
		{"request", v.sent(r)},
		{"response", v.received(r)},
		{"error_code", orNil(r.Failure.Code)},
		{"error_description", orNil(r.Failure.Description)},
		{"webhook_definition", reference(r.Definition)},
		{"workflow_rule", reference(r.Rule)},
		{"log_information", logInformation(r)},
	}
}

func stateOf(r *requestlog.Request) string {
	if r.Rejected {
		return contract.StateRejected
	}
	return contract.StateSuccessful
}

// code is the authentication code that was sent, or would have been by a world that was not there.
func (v view) code(r *requestlog.Request) string {
	if r.Code != "" {
		return r.Code
	}
	return delivery.Sign(v.dialect, r.SecretKey, r.Data)
}

// sent is what was sent: the object in the body, or its id.
func (v view) sent(r *requestlog.Request) any {
	if v.dialect.Answer(contract.RequestForm) == contract.AnswerIDString {
		return orNil(r.Sent.ID)
	}
	if len(r.Sent.Body) > 0 {
		if body, err := jsonobject.Parse(r.Sent.Body); err == nil {
			return json.RawMessage(body.JSON())
		}
	}
	content := delivery.Content{Entity: r.Entity, EntityID: r.EntityID, Data: r.Data, SecretKey: r.SecretKey}
	return json.RawMessage(delivery.Compose(v.dialect, content).Body)
}

// received is what the receiver answered: an object, or its id.
func (v view) received(r *requestlog.Request) any {
	if r.Received == nil {
		return nil
	}
	if v.dialect.Answer(contract.RequestForm) == contract.AnswerIDString {
		return orNil(r.Received.ID)
	}
	headers, err := json.Marshal(r.Received.Header)
	if err != nil || r.Received.Header == nil {
		headers = []byte("{}")
	}
	return object{
		{"status", r.Received.Status},
		{"headers", json.RawMessage(headers)},
		{"body", strings.ToValidUTF8(string(r.Received.Body), "\uFFFD")},
	}
}

func reference(r requestlog.Reference) any {
	if r.ID == "" {
		return nil
	}
	return object{
		{"id", r.ID}, {"name", orNil(r.Name)}, {"alternative_code", orNil(r.AlternativeCode)}, {"description", orNil(r.Description)},
	}
}

func logInformation(r *requestlog.Request) object {
	return object{
		{"created_date", date(r.Created)},
		{"updated_date", date(r.Updated)},
		{"created_by_user", user(r.CreatedBy)},
		{"updated_by_user", user(r.UpdatedBy)},
		{"created_by_unit", nil},
		{"updated_by_unit", nil},
	}
}

func date(at time.Time) string { return at.UTC().Format(contract.DateLayout) }

// user is all that is known of a user: the name, from which the id follows.
func user(name string) any {
	if name == "" {
		return nil
	}
	sum := sha256.Sum256([]byte("user " + name))
	return object{{"id", fmt.Sprintf("%X", sum[:16])}, {"username", name}, {"person_name", nil}, {"email", nil}}
}
