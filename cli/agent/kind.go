package agent

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/google/jsonschema-go/jsonschema"
)

// kind is what an argument may be. The zero value takes anything.
type kind struct {
	of       string // its JSON type, "" for any
	elements string // that of the elements or members, "" for any
	words    string // for whoever gave another one
}

// kindOf is the kind that a schema of a tool's own describes.
func kindOf(s *jsonschema.Schema) kind {
	k := kind{of: s.Type}
	for _, of := range s.Types {
		if of != "null" {
			k.of = of
		}
	}
	switch {
	case s.Items != nil:
		k.elements = s.Items.Type
	case s.AdditionalProperties != nil:
		k.elements = s.AdditionalProperties.Type
	}
	return k.worded()
}

func (k kind) worded() kind {
	k.words = map[string]string{"string": "a text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "an array", "object": "an object"}[k.of]
	if k.elements == "string" {
		k.words += " of texts"
	}
	return k
}

// plain is a value of the kind as Go reads it: 654.0 is the whole number 654.
func (k kind) plain(value json.RawMessage) (json.RawMessage, bool) {
	var decoded any
	switch {
	case k.of == "":
		return value, true
	case json.Unmarshal(value, &decoded) != nil:
		return nil, false // a number that is too large
	}
	fits := false
	switch v := decoded.(type) {
	case string:
		fits = k.of == "string"
	case bool:
		fits = k.of == "boolean"
	case []any:
		fits = k.of == "array" && (k.elements != "string" || allTexts(v))
	case map[string]any:
		fits = k.of == "object"
		for _, member := range v {
			fits = fits && (k.elements != "string" || allTexts([]any{member}))
		}
	case float64:
		fits = k.of == "number" || k.of == "integer" && v == math.Trunc(v)
		if k.of == "integer" && strings.ContainsAny(string(value), ".eE") && math.Abs(v) <= 1<<53 {
			value = strconv.AppendFloat(nil, v, 'f', -1, 64)
		}
	}
	return value, fits
}

func allTexts(values []any) bool {
	for _, value := range values {
		if _, text := value.(string); !text {
			return false
		}
	}
	return true
}

// remedy is for what is often meant.
func (k kind) remedy(given json.RawMessage) string {
	switch number, err := strconv.Unquote(string(given)); {
	case string(given) == "null":
		return "; leave it out, or give " + k.words
	case k.of == "string" && json.Unmarshal(given, new(float64)) == nil:
		return "; write it in quotes, as " + strconv.Quote(string(given))
	case k.of == "integer" && err == nil && json.Unmarshal([]byte(number), new(float64)) == nil:
		return "; write it without quotes, as " + number
	case k.of == "array" && k.elements == "string" && err == nil:
		return "; write it as [" + string(given) + "], one text for each word"
	}
	return ""
}
