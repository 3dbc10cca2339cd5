package mockapi

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// fitted are the params with every text that stands for something else turned into that: "654" where an integer is wanted, "true"
// where a boolean is, one text where there may be several, JSON as text where JSON is wanted. Values that pass through other tools,
// or through a query, often are text.
//
// Strict refuses a param that there is not, also one that differs in capitals, which encoding/json would take.
func fitted(params map[string]json.RawMessage, into any, strict bool) (map[string]json.RawMessage, error) {
	all := make(map[string]json.RawMessage, len(params))
	kinds := fieldTypes(reflect.TypeOf(into).Elem())
	for _, name := range slices.Sorted(maps.Keys(params)) {
		value := params[name]
		kind, known := kinds[name]
		if !known && strict {
			return nil, unknownParam(name, slices.Sorted(maps.Keys(kinds)))
		}
		if known {
			all[name] = fit(value, kind)
		}
	}
	return all, nil
}

func unknownParam(name string, known []string) error {
	remedy := "leave it out, the state takes none"
	if len(known) > 0 {
		remedy = near.Remedy(name, known)
	}
	return refusal.New(refusal.Invalid, refusal.CodeBadValue, fmt.Sprintf("there is no param %q", name), remedy).At(name)
}

// mistaken says of a value of another kind what is wanted in its stead.
func mistaken(e *json.UnmarshalTypeError) string {
	want, known := map[reflect.Kind]string{
		reflect.Int: "a whole number", reflect.Bool: "true or false", reflect.String: "a text", reflect.Slice: "a list", reflect.Struct: "an object", reflect.Map: "an object",
	}[e.Type.Kind()]
	if !known {
		want = e.Type.String()
	}
	got := strings.TrimPrefix(e.Value, "number ")
	if words, known := map[string]string{"string": "a text", "bool": "true or false", "array": "a list", "object": "an object", "number": "a number"}[got]; known {
		got = words
	}
	return fmt.Sprintf("want %s, got %s", want, got)
}

// fieldTypes are those of a struct's fields, by their names in JSON, in small letters where they are given none.
func fieldTypes(of reflect.Type) map[string]reflect.Type {
	types := map[string]reflect.Type{}
	for _, field := range reflect.VisibleFields(of) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if !field.Anonymous {
			types[cmp.Or(name, strings.ToLower(field.Name))] = field.Type
		}
	}
	return types
}

// whole is a number without a fraction as Go reads it: 1.0 is 1.
func whole(value json.RawMessage, want reflect.Type) json.RawMessage {
	var number float64
	if want.Kind() != reflect.Int || !bytes.ContainsAny(value, ".eE") || json.Unmarshal(value, &number) != nil || number != math.Trunc(number) || math.Abs(number) > 1<<53 {
		return value
	}
	return strconv.AppendFloat(nil, number, 'f', -1, 64)
}

func fit(value json.RawMessage, want reflect.Type) json.RawMessage {
	for want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	value = whole(value, want)
	var text string
	if !bytes.HasPrefix(value, []byte(`"`)) || json.Unmarshal(value, &text) != nil {
		return value
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
		return whole(inside, want)
	}
	return value
}

func startsWith(text json.RawMessage, mark string) bool {
	return bytes.HasPrefix(bytes.TrimSpace(text), []byte(mark))
}
