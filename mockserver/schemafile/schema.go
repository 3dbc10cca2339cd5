// Package schemafile reads YAML or JSON that has to follow a JSON Schema, and says where it does not: line, column,
// field, what is wrong and what would be right.
//
// It knows no file format of its own. What a schema cannot say is for the caller to check; see [Text.Wrong].
package schemafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"
)

// Schemas are the definitions of one JSON Schema document.
type Schemas struct {
	document any
	compiler *jsonschema.Compiler
}

// Schema is one definition. It is safe for concurrent use.
type Schema struct {
	document any
	compiled *jsonschema.Schema
}

const documentURL = "schema:///document.json"

// New reads a JSON Schema document with its definitions in $defs.
func New(document []byte) (*Schemas, error) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	if err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(documentURL, value); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &Schemas{document: value, compiler: compiler}, nil
}

// Definition compiles one definition.
func (s *Schemas) Definition(name string) (*Schema, error) {
	compiled, err := s.compiler.Compile(documentURL + "#/$defs/" + name)
	if err != nil {
		return nil, fmt.Errorf("schema %q: %w", name, err)
	}
	return &Schema{document: s.document, compiled: compiled}, nil
}

// Text is a text that follows its schema.
type Text struct {
	JSON []byte // members in the order of the text, numbers as they were written

	name string
	root *yaml.Node
}

// Read reads a text that it calls name in errors. The error joins an [*Error] for each thing that is wrong.
func (s *Schema) Read(name string, text []byte) (*Text, error) {
	root, wrong := parse(text)
	if wrong != nil {
		return nil, named(name, wrong)
	}
	encoded, wrong := encode(root)
	if wrong != nil {
		return nil, named(name, wrong)
	}
	if err := s.validate(name, root, encoded); err != nil {
		return nil, err
	}
	return &Text{JSON: encoded, name: name, root: root}, nil
}

func named(name string, wrong *Error) error {
	wrong.Name = name
	return wrong
}

func (s *Schema) validate(name string, root *yaml.Node, encoded []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		return named(name, &Error{Message: err.Error()})
	}
	err = s.compiled.Validate(value)
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return err
	}
	var wrong []*Error
	for leaf := range leaves(invalid) {
		for _, e := range s.describe(root, leaf) {
			e.Name = name
			wrong = append(wrong, e)
		}
	}
	return join(wrong)
}

// Decode fills a Go value. A number that it cannot hold is an [*Error].
func (t *Text) Decode(into any) error {
	err := json.Unmarshal(t.JSON, into)
	var mismatch *json.UnmarshalTypeError
	if !errors.As(err, &mismatch) {
		return err
	}
	wrong := &Error{Name: t.name, Field: mismatch.Field, Message: fmt.Sprintf("%s does not fit", mismatch.Value)}
	if at := scalarAt(t.root, int(mismatch.Offset)); at != nil {
		wrong.Line, wrong.Column, wrong.Field = at.Line, at.Column, pathOf(t.root, at)
		wrong.Message = fmt.Sprintf("%s does not fit; want %s", at.Value, mismatch.Type)
	}
	return wrong
}

// Wrong is a thing that the caller found wrong with a member, given as the keys and indexes that lead to it.
type Wrong struct {
	Path    []string
	Message string
}

// Wrong puts what the caller found into the same form as what the schema found; nil for nothing.
func (t *Text) Wrong(found []Wrong) error {
	if len(found) == 0 {
		return nil
	}
	wrong := make([]*Error, len(found))
	for i, w := range found {
		at := locate(t.root, w.Path)
		wrong[i] = &Error{Name: t.name, Line: at.node.Line, Column: at.node.Column, Field: at.path, Message: w.Message}
	}
	return join(wrong)
}
