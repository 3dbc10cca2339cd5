package mockapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"reflect"
	"strings"
)

// fitted are the params with every text that stands for something else turned into that: "654" where an integer is wanted, "true"
// where a boolean is, one text where there may be several, JSON as text where JSON is wanted. Values that pass through other tools,
// or through a query, often are text.
func fitted(params map[string]json.RawMessage, into any) map[string]json.RawMessage {
	all := make(map[string]json.RawMessage, len(params))
	kinds := fieldTypes(reflect.TypeOf(into).Elem())
	for name, value := range params {
		all[name] = value
		if kind, known := kinds[strings.ToLower(name)]; known {
			all[name] = fit(value, kind)
		}
	}
	return all
}

// fieldTypes are those of a struct's fields, by their names in JSON, in small letters: encoding/json does not tell them apart either.
func fieldTypes(of reflect.Type) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		types[strings.ToLower(cmp.Or(name, field.Name))] = field.Type
	}
	return types
}

func fit(value json.RawMessage, want reflect.Type) json.RawMessage {
	var text string
	if !bytes.HasPrefix(value, []byte(`"`)) || json.Unmarshal(value, &text) != nil {
		return value
	}
	for want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	inside := json.RawMessage(text)
	switch {
	case want.Kind() == reflect.String:
		return value
	case want.Kind() == reflect.Slice && want.Elem().Kind() == reflect.String && !startsWith(inside, "["):
		return json.RawMessage("[" + string(value) + "]")
	case want.Kind() == reflect.Interface && !startsWith(inside, "{"):
		return value // an id
	case json.Valid(inside):
		return inside
	}
	return value
}

func startsWith(text json.RawMessage, mark string) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte(mark))
}
