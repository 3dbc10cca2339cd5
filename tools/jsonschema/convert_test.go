package main

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const document = `
components:
  schemas:
    Tree:
      type: object
      additionalProperties: false
      properties:
        example: {type: string, nullable: true, example: oak, x-go-name: Kind}
        share: {type: number, minimum: 0, exclusiveMinimum: true, maximum: 1, exclusiveMaximum: false}
        children: {type: array, items: {$ref: '#/components/schemas/Tree'}}
        fruit: {allOf: [{$ref: '#/components/schemas/Fruit'}, {minProperties: 1}]}
    Fruit: {type: object, additionalProperties: {type: string}}
    Unused: {type: string}
    Foreign: {$ref: 'elsewhere.yaml#/Fruit'}
    Dangling: {properties: {x: {$ref: '#/components/schemas/Gone'}}}
`

const tree = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Tree", "$ref": "#/$defs/Tree",
  "$defs": {
    "Tree": {"type": "object", "additionalProperties": false, "properties": {
      "example": {"type": ["string", "null"], "examples": ["oak"]},
      "share": {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
      "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
      "fruit": {"allOf": [{"$ref": "#/$defs/Fruit"}, {"minProperties": 1}]}}},
    "Fruit": {"type": "object", "additionalProperties": {"type": "string"}}}}`

func TestConvert(t *testing.T) {
	got, err := convert([]byte(document), "Tree")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parsed(t, []byte(tree)), parsed(t, got)); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestConvertAll(t *testing.T) {
	got, err := convert([]byte("components: {schemas: {A: {type: string}, B: {$ref: '#/components/schemas/A'}}}"), "")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": {"A": {"type": "string"}, "B": {"$ref": "#/$defs/A"}}}`
	if diff := cmp.Diff(parsed(t, []byte(want)), parsed(t, got)); diff != "" {
		t.Errorf("schema (-want +got):\n%s", diff)
	}
}

func TestConvertRefuses(t *testing.T) {
	for name, want := range map[string]string{
		"Missing":  `no component schema "Missing"`,
		"Foreign":  `Foreign: reference "elsewhere.yaml#/Fruit" is no component schema`,
		"Dangling": `Dangling: x: no component schema "Gone"`,
	} {
		t.Run(name, func(t *testing.T) {
			_, err := convert([]byte(document), name)
			if err == nil || err.Error() != want {
				t.Errorf("error %v, want %s", err, want)
			}
		})
	}
}

func parsed(t *testing.T, text []byte) (value any) {
	t.Helper()
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}
