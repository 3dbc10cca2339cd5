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
	"strings"
	"time"

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
	compiler.RegisterFormat(&jsonschema.Format{Name: "date-time", Validate: checkTime})
	if err := compiler.AddResource(documentURL, value); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	return &Schemas{document: value, compiler: compiler}, nil
}

// checkTime takes times that Go can read and write in any zone. A leap second is none of them, nor is what others have for no time.
func checkTime(value any) error {
	text, ok := value.(string)
	if !ok {
		return nil // another keyword says so
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return err
	}
	if year := at.UTC().Year(); year < firstYear || year > lastYear {
		return fmt.Errorf("the year is not between %d and %d", firstYear, lastYear)
	}
	return nil
}

// The years of a time, in UTC.
const (
	firstYear = 1583 // the first whole one of this calendar
	lastYear  = 9999
)

// Definition compiles one definition; "" is the document itself.
func (s *Schemas) Definition(name string) (*Schema, error) {
	at := documentURL
	if name != "" {
		at += "#/$defs/" + name
	}
	compiled, err := s.compiler.Compile(at)
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

// Options say how a text is read that a person wrote. The zero value is for a text that a program may have written.
type Options struct {
	Empty       string                      // what to do about a file that holds nothing
	Environment func(string) (string, bool) // replaces ${NAME}; nil for nothing
	// Kind reads numbers without quotes as texts where texts are wanted, and the other way round, and says of a member that is
	// wrong what it is for.
	Kind bool
}

// Read reads a text that it calls name in errors. The error joins an [*Error] for each thing that is wrong.
func (s *Schema) Read(name string, text []byte) (*Text, error) {
	return s.ReadWith(Options{Empty: "write {} for nothing"}, name, text)
}

// ReadWith is [Schema.Read] with options.
func (s *Schema) ReadWith(o Options, name string, text []byte) (*Text, error) {
	r := reader{schema: s, options: o, written: map[*yaml.Node]string{}}
	t := r.read(text)
	if len(r.wrong) > 0 {
		for _, e := range r.wrong {
			e.Name = name
		}
		return nil, join(r.wrong)
	}
	t.name = name
	return t, nil
}

// Tree is a text that follows no schema: one JSON value or YAML document within the bounds, nil for a text that holds nothing.
func Tree(name string, text []byte) (*yaml.Node, error) {
	root, wrong := tree(text)
	if wrong != nil {
		wrong.Name = name
		return nil, wrong
	}
	return root, nil
}

func tree(text []byte) (*yaml.Node, *Error) {
	root, wrong := parse(text)
	if wrong == nil && root != nil {
		wrong = bound(root, text)
	}
	return root, wrong
}

// reader reads one text.
type reader struct {
	schema  *Schema
	options Options
	root    *yaml.Node
	written map[*yaml.Node]string // what stood where the environment was put in
	wrong   []*Error
}

// read leaves what is wrong in r.wrong.
func (r *reader) read(text []byte) *Text {
	root, wrong := tree(text)
	if root == nil && wrong == nil {
		wrong = &Error{Message: "it is empty; " + r.options.Empty}
	}
	if wrong != nil {
		r.wrong = append(r.wrong, wrong)
		return nil
	}
	r.root = root
	if r.prepare(); len(r.wrong) > 0 {
		return nil
	}
	encoded, unreadable := encode(root)
	if r.wrong = unreadable; len(unreadable) == 0 || r.options.Kind {
		r.validate(encoded)
	}
	return &Text{JSON: encoded, root: root}
}

// prepare does what the options ask for.
func (r *reader) prepare() {
	if r.options.Environment != nil {
		r.expand(field{node: r.root}, map[*yaml.Node]bool{})
	}
	if r.options.Kind {
		settle(r.root, r.schema.compiled)
	}
}

func (r *reader) validate(encoded []byte) {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err == nil {
		err = r.schema.compiled.Validate(value)
	}
	var invalid *jsonschema.ValidationError
	switch {
	case errors.As(err, &invalid):
		for leaf := range leaves(invalid) {
			r.wrong = append(r.wrong, r.describe(leaf)...)
		}
	case err != nil:
		r.wrong = append(r.wrong, &Error{Message: err.Error()})
	}
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

// DecodeYAML fills a Go value with yaml tags.
func (t *Text) DecodeYAML(into any) error {
	if err := t.root.Decode(into); err != nil {
		return &Error{Name: t.name, Message: strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	return nil
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
