package settings

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Schema is a JSON Schema, as far as it is interpreted here.
type Schema struct {
	ID          string   `json:"$id"`
	Dialect     string   `json:"$schema"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Type        types    `json:"type"`
	Enum        []string `json:"enum"`
	Pattern     string   `json:"pattern"`
	Minimum     *float64 `json:"minimum"`
	MinLength   int      `json:"minLength"`
	MinItems    int      `json:"minItems"`
	Ref         string   `json:"$ref"`

	Properties map[string]*Schema `json:"properties"`
	Additional additional         `json:"additionalProperties"`
	Required   []string           `json:"required"`
	// Together is left to who knows both members.
	Together map[string][]string `json:"dependentRequired"`
	Items    *Schema             `json:"items"`
	Defs     map[string]*Schema  `json:"$defs"`

	pattern *regexp.Regexp
}

// types is one name or a list of them.
type types []string

// UnmarshalJSON reads either.
func (t *types) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = types{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// additional says what members may come that have no name: any, those of a schema, or none.
type additional struct {
	none   bool
	schema *Schema
}

// UnmarshalJSON reads false, or a schema.
func (a *additional) UnmarshalJSON(data []byte) error {
	if string(data) == "false" {
		a.none = true
		return nil
	}
	return strictly(data, &a.schema)
}

func strictly(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

// ParseSchema reads a schema, and follows what it refers to.
func ParseSchema(text []byte) (*Schema, error) {
	var s Schema
	if err := strictly(text, &s); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	if err := s.resolve(s.Defs); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &s, nil
}

// resolve puts what a schema refers to into its place. The words for the member stay its own.
func (s *Schema) resolve(defs map[string]*Schema) error {
	if s.Ref != "" {
		def := defs[strings.TrimPrefix(s.Ref, "#/$defs/")]
		if def == nil {
			return fmt.Errorf("nothing is at %q", s.Ref)
		}
		s.Type, s.Pattern, s.Title = def.Type, def.Pattern, def.Title
	}
	var err error
	if s.pattern, err = regexp.Compile(s.Pattern); err != nil {
		return err
	}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		errs = append(errs, s.Properties[name].resolve(defs))
	}
	for _, inner := range []*Schema{s.Items, s.Additional.schema} {
		if inner != nil {
			errs = append(errs, inner.resolve(defs))
		}
	}
	return errors.Join(errs...)
}

// kind is the type that a value must have, aside from null.
func (s *Schema) kind() string {
	for _, name := range s.Type {
		if name != "null" {
			return name
		}
	}
	if s.Enum != nil {
		return "string"
	}
	return ""
}

func (s *Schema) nullable() bool { return slices.Contains(s.Type, "null") }

// wanted is what a value has to be, in words.
func (s *Schema) wanted() string {
	switch kind := s.kind(); {
	case kind == "array":
		return "a list" + filled(s.MinItems)
	case kind == "object":
		return "a mapping" + s.members()
	case s.Title != "":
		return s.Title
	case s.Enum != nil:
		return oneOf(s.Enum)
	case kind == "number":
		return "a number" + s.from()
	case kind == "integer":
		return "a whole number" + s.from()
	default:
		return "a text" + filled(s.MinLength)
	}
}

func (s *Schema) from() string {
	if s.Minimum == nil {
		return ""
	}
	return fmt.Sprintf(" from %v up", *s.Minimum)
}

func filled(least int) string {
	if least == 0 {
		return ""
	}
	return " that is not empty"
}

func (s *Schema) members() string {
	if s.Properties == nil {
		return ""
	}
	return " of " + strings.Join(slices.Sorted(maps.Keys(s.Properties)), ", ")
}

// oneOf lists words to choose from.
func oneOf(words []string) string {
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
