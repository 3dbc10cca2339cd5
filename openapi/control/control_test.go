package control_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/understudy-mock/understudy/openapi/control"
)

func TestDocumentIsValid(t *testing.T) {
	document := load(t)
	if err := document.Validate(t.Context(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatal(err)
	}
}

// Every refusal is a Problem: a client needs to read one shape only.
func TestEveryOperationRefusesWithAProblem(t *testing.T) {
	excused := map[string]string{
		"getHealth":    "cannot be refused",
		"getReadiness": "refuses with 503 only",
		"deliverSink":  "answers whatever was programmed",
	}
	for path, item := range load(t).Paths.Map() {
		for method, operation := range item.Operations() {
			answer := operation.Responses.Default()
			_, ok := excused[operation.OperationID]
			if ok != (answer == nil || answer.Ref != "#/components/responses/Problem") {
				t.Errorf("%s %s: default answer %v, excused %t", method, path, answer, ok)
			}
		}
	}
}

// What the document does not know is refused, save where members are data.
func TestObjectsAreClosed(t *testing.T) {
	for name, schema := range load(t).Components.Schemas {
		value := schema.Value
		if value.Type.Is("object") && value.AdditionalProperties.Has == nil && value.AdditionalProperties.Schema == nil {
			t.Errorf("%s: says nothing of additionalProperties", name)
		}
	}
}

func TestWorldSchemaDescribesTheExample(t *testing.T) {
	schema := compile(t)
	example := load(t).Components.Schemas["World"].Value.Example
	if err := schema.Validate(throughJSON(t, example)); err != nil {
		t.Error(err)
	}
	if err := schema.Validate(throughJSON(t, map[string]any{"sed": 7})); err == nil {
		t.Error("an unknown member passes")
	}
}

func load(t *testing.T) *openapi3.T {
	t.Helper()
	document, err := openapi3.NewLoader().LoadFromData(control.Document)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

func compile(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := jsonschema.UnmarshalJSON(bytes.NewReader(control.WorldSchema))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("world.schema.json", text); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("world.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func throughJSON(t *testing.T, value any) (result any) {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &result); err != nil {
		t.Fatal(err)
	}
	return result
}
