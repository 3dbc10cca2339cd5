package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	componentPrefix  = "#/components/schemas/"
	definitionPrefix = "#/$defs/"
)

type object = map[string]any

// convert writes the component schema name and whatever it refers to as one JSON Schema. Without a name it writes the
// definitions of all component schemas, and no root.
func convert(document []byte, name string) ([]byte, error) {
	var openapi struct {
		Components struct {
			Schemas map[string]object `yaml:"schemas"`
		} `yaml:"components"`
	}
	if err := yaml.Unmarshal(document, &openapi); err != nil {
		return nil, err
	}
	c := converter{from: openapi.Components.Schemas, definitions: object{}}
	root := object{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": c.definitions}
	if name == "" {
		return encode(root, c.defineAll())
	}
	root["title"], root["$ref"] = name, definitionPrefix+name
	return encode(root, c.define(name))
}

func encode(schema object, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err = encoder.Encode(schema)
	return text.Bytes(), err
}

// converter collects the definitions that are reached.
type converter struct {
	from        map[string]object
	definitions object
}

func (c *converter) defineAll() error {
	for _, name := range slices.Sorted(maps.Keys(c.from)) {
		if err := c.define(name); err != nil {
			return err
		}
	}
	return nil
}

func (c *converter) define(name string) error {
	if _, done := c.definitions[name]; done {
		return nil
	}
	from, ok := c.from[name]
	if !ok {
		return fmt.Errorf("no component schema %q", name)
	}
	c.definitions[name] = nil // a schema may refer to itself
	to, err := c.schema(from)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	c.definitions[name] = to
	return nil
}

// schema rewrites the keywords in which OpenAPI 3.0 and JSON Schema differ and leaves extensions out.
func (c *converter) schema(from object) (object, error) {
	to := object{}
	for keyword, value := range from {
		if err := c.keyword(to, keyword, value); err != nil {
			return nil, err
		}
	}
	exclusive(to, "exclusiveMinimum", "minimum")
	exclusive(to, "exclusiveMaximum", "maximum")
	if from["nullable"] == true {
		to["type"] = []any{to["type"], "null"}
	}
	return to, nil
}

func (c *converter) keyword(to object, keyword string, value any) (err error) {
	switch keyword {
	case "$ref":
		to[keyword], err = c.reference(value)
	case "properties":
		to[keyword], err = c.properties(value)
	case "items", "not", "additionalProperties":
		to[keyword], err = c.nested(value)
	case "allOf", "anyOf", "oneOf":
		to[keyword], err = c.list(value)
	case "example":
		to["examples"] = []any{value}
	case "nullable", "discriminator", "xml", "externalDocs":
	default:
		if !strings.HasPrefix(keyword, "x-") {
			to[keyword] = value
		}
	}
	return err
}

func (c *converter) reference(value any) (string, error) {
	name, ok := strings.CutPrefix(fmt.Sprint(value), componentPrefix)
	if !ok {
		return "", fmt.Errorf("reference %q is no component schema", value)
	}
	return definitionPrefix + name, c.define(name)
}

func (c *converter) properties(value any) (object, error) {
	from, ok := value.(object)
	if !ok {
		return nil, fmt.Errorf("properties: want an object, got %T", value)
	}
	to := object{}
	for name, property := range from {
		schema, err := c.nested(property)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		to[name] = schema
	}
	return to, nil
}

// nested converts a schema in a place that may hold a boolean too.
func (c *converter) nested(value any) (any, error) {
	switch value := value.(type) {
	case bool:
		return value, nil
	case object:
		return c.schema(value)
	default:
		return nil, fmt.Errorf("want a schema, got %T", value)
	}
}

func (c *converter) list(value any) ([]any, error) {
	from, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("want a list of schemas, got %T", value)
	}
	to := make([]any, len(from))
	for i, member := range from {
		schema, err := c.nested(member)
		if err != nil {
			return nil, err
		}
		to[i] = schema
	}
	return to, nil
}

// exclusive turns the flag of OpenAPI 3.0 into the bound of JSON Schema.
func exclusive(schema object, flag, bound string) {
	if schema[flag] == true {
		schema[flag] = schema[bound]
		delete(schema, bound)
	} else {
		delete(schema, flag)
	}
}
