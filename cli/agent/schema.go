package agent

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/understudy-mock/understudy/openapi/control"
)

// definitions is where a JSON Schema has its parts.
const definitions = "#/$defs/"

// input is the schema of a tool's arguments: the parameters by name, and the body as it is in the member body. It notes in op
// where each goes.
func (s *server) input(op *operation, parameters openapi3.Parameters, body *openapi3.RequestBodyRef) (map[string]any, error) {
	op.parameters = map[string]parameter{}
	op.required = []string{} // null is no list in a schema
	properties := map[string]any{}
	for _, ref := range parameters {
		p := ref.Value
		if p.In != openapi3.ParameterInPath && p.In != openapi3.ParameterInQuery {
			continue
		}
		schema, err := s.parameter(p)
		if err != nil {
			return nil, err
		}
		kind, _ := schema["type"].(string) // a parameter of several types is left to the mock
		op.parameters[p.Name], properties[p.Name] = parameter{p.In, kind}, schema
		if p.Required && schema["default"] == nil {
			op.required = append(op.required, p.Name)
		}
	}
	if body != nil {
		schema, err := bodySchema(body.Value.Content.Get("application/json").Schema)
		if err != nil {
			return nil, err
		}
		op.body, properties["body"] = true, schema
		if body.Value.Required {
			op.required = append(op.required, "body")
		}
	}
	out := map[string]any{"type": "object", "properties": properties, "additionalProperties": false, "required": op.required}
	return out, withDefinitions(out)
}

func (s *server) parameter(p *openapi3.Parameter) (map[string]any, error) {
	schema, err := jsonOf(p.Schema)
	if err != nil {
		return nil, err
	}
	if p.Description != "" {
		schema["description"] = p.Description
	}
	if p.Name == "world" {
		schema["default"] = s.World
	}
	return schema, nil
}

// mostSchema is how long the schema of a body may be, in bytes: agents read the schemas of all tools before they do anything.
const mostSchema = 4 << 10

// bodySchema is the schema of a body, or where it can be read when it is long. The mock checks every body against it.
func bodySchema(ref *openapi3.SchemaRef) (map[string]any, error) {
	schema, err := jsonOf(ref)
	if err != nil {
		return nil, err
	}
	whole := maps.Clone(schema)
	if err := withDefinitions(whole); err != nil {
		return nil, err
	}
	data, err := json.Marshal(whole)
	if err != nil || len(data) <= mostSchema {
		return schema, err
	}
	return map[string]any{
		"type":        "object",
		"description": fmt.Sprintf("%s; the schema %s in %scontrol says its members.", ref.Value.Description, base(ref.Ref), documentsURI),
	}, nil
}

// jsonOf is a schema of the document as it stands there, references in the form of $defs.
func jsonOf(ref *openapi3.SchemaRef) (map[string]any, error) {
	if ref == nil {
		return map[string]any{}, nil
	}
	if ref.Ref != "" {
		return map[string]any{"$ref": definitions + base(ref.Ref)}, nil
	}
	data, err := json.Marshal(ref.Value)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	return out, json.Unmarshal([]byte(strings.ReplaceAll(string(data), "#/components/schemas/", definitions)), &out)
}

// base is the last part of a reference.
func base(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

// withDefinitions adds every schema that the schema comes to.
func withDefinitions(schema map[string]any) error {
	var all struct {
		Defs map[string]any `json:"$defs"`
	}
	if err := json.Unmarshal(control.Schemas, &all); err != nil {
		return err
	}
	needed := map[string]any{}
	for open := references(schema); len(open) > 0; open = open[1:] {
		name := open[0]
		if _, seen := needed[name]; seen {
			continue
		}
		found, known := all.Defs[name]
		if !known {
			return fmt.Errorf("there is no schema %s", name)
		}
		needed[name] = found
		open = slices.Concat(open, references(found))
	}
	if len(needed) > 0 {
		schema["$defs"] = needed
	}
	return nil
}

// references are the names of the schemas that a value refers to.
func references(v any) []string {
	var names []string
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			names = append(names, references(e)...)
		}
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			names = append(names, strings.TrimPrefix(ref, definitions))
		}
		for _, e := range v {
			names = append(names, references(e)...)
		}
	}
	return names
}
