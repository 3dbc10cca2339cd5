package server

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// identifier names one object by one of its fields.
type identifier struct{ field, value string }

func (i identifier) String() string { return i.field + "=" + i.value }

const webhookRequestIdentifier = "webhook_request_identifier"

// queryIdentifier reads the form of a GET: field=value, once, with one of the fields.
func queryIdentifier(q url.Values, name string, fields ...string) (identifier, error) {
	written := q[name]
	switch {
	case len(written) == 0:
		return identifier{}, invalid(name, "is missing")
	case len(written) > 1:
		return identifier{}, invalid(name, "is given %d times", len(written))
	case namesSeveral(written[0], fields):
		return identifier{}, invalid(name, "%q has more than one of %s", written[0], strings.Join(fields, ", "))
	}
	field, value, _ := strings.Cut(written[0], "=")
	return oneOf(name, identifier{field, value}, fields)
}

// namesSeveral looks for id=…,number=…; a comma in a name is no second field.
func namesSeveral(text string, fields []string) bool {
	n := 0
	for part := range strings.SplitSeq(text, ",") {
		field, _, _ := strings.Cut(strings.TrimSpace(part), "=")
		if slices.Contains(fields, field) {
			n++
		}
	}
	return n > 1
}

// bodyIdentifier reads the form of a POST: an object with one of the fields, a string.
func bodyIdentifier(args arguments, name string, fields ...string) (identifier, error) {
	raw, ok := args[name]
	if !ok {
		return identifier{}, invalid(name, "is missing")
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(raw, &members); err != nil || members == nil {
		return identifier{}, invalid(name, "%s is not a JSON object", raw)
	}
	if len(members) != 1 {
		return identifier{}, invalid(name, "has %d members, want exactly one of %s", len(members), strings.Join(fields, ", "))
	}
	var i identifier
	for field := range members {
		value, err := arguments(members).text(field)
		if err != nil {
			return identifier{}, err
		}
		i = identifier{field, value}
	}
	return oneOf(name, i, fields)
}

func oneOf(name string, i identifier, fields []string) (identifier, error) {
	if !slices.Contains(fields, i.field) {
		return i, invalid(name, "%q is none of %s", i.field, strings.Join(fields, ", "))
	}
	if i.value == "" {
		return i, invalid(name, "%s has no value", i.field)
	}
	return i, nil
}
