package crmcom

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	crmgen "github.com/understudy-mock/understudy/generated/crmcom"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/jsonobject"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// Where identifiers stand.
const (
	parameterRequest    = "webhook_request_identifier"
	parameterDefinition = "webhook_definition_identifier"
	parameterRule       = "workflow_rule_identifier"
)

// fieldsOf are the fields that an identifier may have.
func fieldsOf(parameter string) []requestlog.Field {
	if parameter == parameterRequest {
		return []requestlog.Field{requestlog.ID, requestlog.Number}
	}
	return []requestlog.Field{requestlog.ID, requestlog.Name, requestlog.AlternativeCode}
}

// oneOf lists fields in words: "id or number".
func oneOf(fields []requestlog.Field) string {
	words := make([]string, len(fields))
	for i, f := range fields {
		words[i] = string(f)
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// fromQuery reads the form of a GET: "field=value". Both fields can only be written as "id=…,number=…".
func fromQuery(parameter, text string) (requestlog.Key, error) {
	fields := fieldsOf(parameter)
	if text == "" {
		return requestlog.Key{}, missingIdentifier(parameter, fields)
	}
	name, value, written := strings.Cut(text, "=")
	field := requestlog.Field(name)
	switch {
	case !written:
		return requestlog.Key{}, badIdentifier(parameter, fmt.Sprintf("%q is not written field=value, with %s for the field", text, oneOf(fields)))
	case !slices.Contains(fields, field):
		return requestlog.Key{}, badIdentifier(parameter, fmt.Sprintf("%q is no field of it, use %s", name, oneOf(fields)))
	case value == "":
		return requestlog.Key{}, badIdentifier(parameter, name+" is empty")
	}
	for _, other := range fields {
		if strings.Contains(value, ","+string(other)+"=") {
			return requestlog.Key{}, badIdentifier(parameter, fmt.Sprintf("it has %s and %s, give one field", name, other))
		}
	}
	return requestlog.Key{Field: field, Value: value}, nil
}

// fromJSON reads the form of a POST: an object with one member.
func fromJSON(value json.RawMessage) (requestlog.Key, error) {
	const parameter = parameterRequest
	fields := fieldsOf(parameter)
	if value == nil {
		return requestlog.Key{}, missingIdentifier(parameter, fields)
	}
	o, err := jsonobject.Parse(value)
	if err != nil {
		return requestlog.Key{}, badIdentifier(parameter, err.Error())
	}
	for _, m := range o {
		if !slices.Contains(fields, requestlog.Field(m.Name)) {
			return requestlog.Key{}, badIdentifier(parameter, fmt.Sprintf("%q is no field of it, use %s", m.Name, oneOf(fields)))
		}
	}
	switch len(o) {
	case 0:
		return requestlog.Key{}, missingIdentifier(parameter, fields)
	case 1:
		return oneField(parameter, o[0])
	}
	return requestlog.Key{}, badIdentifier(parameter, fmt.Sprintf("it has %s and %s, give one field", o[0].Name, o[1].Name))
}

func oneField(parameter string, m jsonobject.Member) (requestlog.Key, error) {
	text, ok := jsonobject.String(m.Value)
	switch {
	case !ok:
		return requestlog.Key{}, badIdentifier(parameter, m.Name+" is not a string")
	case text == "":
		return requestlog.Key{}, badIdentifier(parameter, m.Name+" is empty")
	}
	return requestlog.Key{Field: requestlog.Field(m.Name), Value: text}, nil
}

// identifier is a key as the generated server takes it.
func identifier(k requestlog.Key) crmgen.WebhookRequestIdentifier {
	if k.Field == requestlog.ID {
		return crmgen.WebhookRequestIdentifier{ID: &k.Value}
	}
	return crmgen.WebhookRequestIdentifier{Number: &k.Value}
}

// selected is the key of an identifier that Prepare has checked.
func selected(i crmgen.WebhookRequestIdentifier) requestlog.Key {
	if i.ID != nil {
		return requestlog.Key{Field: requestlog.ID, Value: *i.ID}
	}
	if i.Number != nil {
		return requestlog.Key{Field: requestlog.Number, Value: *i.Number}
	}
	return requestlog.Key{}
}

// citeIdentifier names the rule that a bad identifier breaks.
func citeIdentifier(x *exchange.Exchange, parameter string) {
	switch parameter {
	case parameterDefinition, parameterRule:
		x.Cite(crmapi.ListIdentifierOneField)
	case parameterRequest:
		x.Cite(identifierRule(x.Operation)...)
	}
}
