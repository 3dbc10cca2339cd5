// Package worldfile reads world files, in YAML or JSON, and refuses bad ones with file, line, column and field. Each API reads and
// writes the member of its own name.
//
// It checks what can be known from the file alone; whether an address is allowed or an operation exists is for the mock to
// say.
package worldfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	"github.com/understudy-mock/understudy/mockserver/filecheck"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	controldoc "github.com/understudy-mock/understudy/openapi/control"
)

// MaxBytes bounds a world file.
const MaxBytes = 256 << 20

// File is a world file.
type File struct {
	Head

	Parts map[string]json.RawMessage // by the name of the API
}

// Head is what every world has, whichever APIs it plays.
type Head struct {
	Clock      control.Clock           `json:"clock,omitempty,omitzero"`
	Dialect    control.Dialect         `json:"dialect,omitempty,omitzero"`
	Faults     control.Faults          `json:"faults,omitempty,omitzero"`
	Logins     control.LoginsMode      `json:"logins,omitempty,omitzero"`
	Mutant     control.Mutant          `json:"mutant,omitempty,omitzero"`
	Seed       int64                   `json:"seed,omitempty,omitzero"`
	Sinks      map[string]control.Sink `json:"sinks,omitempty,omitzero"`
	State      string                  `json:"state,omitempty,omitzero"`
	Tokens     []control.Token         `json:"tokens,omitempty,omitzero"`
	Variations *control.Variations     `json:"variations,omitempty"`
}

// MarshalJSON implements json.Marshaler. The members are in alphabetical order.
func (f File) MarshalJSON() ([]byte, error) {
	head, err := filecheck.JSON(f.Head)
	if err != nil {
		return nil, err
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(head, &members); err != nil {
		return nil, err
	}
	maps.Copy(members, f.Parts)
	return filecheck.JSON(members)
}

// Encode writes a file for people, indented. The data of items keeps its bytes.
func (f File) Encode() ([]byte, error) {
	text, err := f.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var indented bytes.Buffer
	err = json.Indent(&indented, text, "", "  ")
	indented.WriteByte('\n')
	return indented.Bytes(), err
}

// Format is the world file's format, ready for many files. It is safe for concurrent use.
type Format struct {
	schema  *schemafile.Schema
	apis    []*mockapi.API
	mutants *catalog.Catalog
}

// NewFormat prepares the format of files for some APIs, which takes some milliseconds.
func NewFormat(apis ...*mockapi.API) (*Format, error) {
	text, err := schemaOf(apis)
	if err != nil {
		return nil, err
	}
	schemas, err := schemafile.New(text)
	if err != nil {
		return nil, err
	}
	schema, err := schemas.Definition("World")
	return &Format{schema, apis, catalog.New(apis...)}, err
}

// schemaOf is the published schema with the members of APIs that it does not have.
func schemaOf(apis []*mockapi.API) ([]byte, error) {
	var schema map[string]any
	if err := json.Unmarshal(controldoc.WorldSchema, &schema); err != nil {
		return nil, fmt.Errorf("schema: %w", err)
	}
	definitions, _ := schema["$defs"].(map[string]any)
	file, _ := definitions["World"].(map[string]any)
	members, ok := file["properties"].(map[string]any)
	if !ok {
		return nil, errors.New("schema: World has no properties")
	}
	for _, api := range apis {
		if _, known := members[api.Name()]; api.File != nil && !known {
			members[api.Name()] = memberOf(api)
		}
	}
	return json.Marshal(schema)
}

func memberOf(api *mockapi.API) any {
	if api.File.Schema == nil {
		return map[string]any{"type": "object"}
	}
	return api.File.Schema
}

// Read reads one world file that errors call name. An error joins a [*schemafile.Error] for each thing that is wrong.
func Read(name string, r io.Reader, apis ...*mockapi.API) (File, error) {
	format, err := NewFormat(apis...)
	if err != nil {
		return File{}, err
	}
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return File{}, fmt.Errorf("%s: %w", name, err)
	}
	return format.Parse(name, text)
}

// Parse is [Read] for a text at hand.
func (f *Format) Parse(name string, text []byte) (File, error) {
	_, file, err := f.parse(name, text)
	return file, err
}

// JSON is the same file as JSON, if nothing is wrong with it.
func (f *Format) JSON(name string, text []byte) ([]byte, error) {
	file, _, err := f.parse(name, text)
	if err != nil {
		return nil, err
	}
	return file.JSON, nil
}

// Decode reads JSON that [Format.JSON] gave.
func (f *Format) Decode(text []byte) (File, error) {
	var file File
	if err := json.Unmarshal(text, &file.Parts); err != nil {
		return File{}, err
	}
	maps.DeleteFunc(file.Parts, func(name string, _ json.RawMessage) bool {
		return !slices.ContainsFunc(f.apis, func(api *mockapi.API) bool { return api.Name() == name })
	})
	return file, json.Unmarshal(text, &file.Head)
}

func (f *Format) parse(name string, text []byte) (checked *schemafile.Text, file File, err error) {
	if len(text) > MaxBytes {
		return nil, file, fmt.Errorf("%s: it is larger than %d MiB", name, MaxBytes>>20)
	}
	if checked, err = f.schema.Read(name, text); err != nil {
		return nil, file, err
	}
	for _, form := range []any{new(Head), f.form()} {
		if err := checked.Decode(form); err != nil { // which says where it does not fit
			return nil, file, err
		}
	}
	if file, err = f.Decode(checked.JSON); err != nil {
		return nil, file, err
	}
	return checked, file, checked.Wrong(f.Check(file))
}

// form is a pointer to a struct of the members of the APIs.
func (f *Format) form() any {
	var fields []reflect.StructField
	for i, api := range f.apis {
		if api.File != nil && api.File.Form != nil {
			fields = append(fields, reflect.StructField{
				Name: fmt.Sprint("Part", i), Type: reflect.TypeOf(api.File.Form), Tag: reflect.StructTag(fmt.Sprintf(`json:%q`, api.Name())),
			})
		}
	}
	return reflect.New(reflect.StructOf(fields)).Interface()
}
