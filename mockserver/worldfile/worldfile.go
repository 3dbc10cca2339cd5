// Package worldfile reads world files, in YAML or JSON, and refuses bad ones with file, line, column and field.
//
// It checks what can be known from the file alone; whether an address is allowed or an operation exists is for the mock to
// say.
package worldfile

import (
	"fmt"
	"io"

	"github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/internal/schemafile"
	document "github.com/understudy-mock/understudy/openapi/control"
)

// MaxBytes bounds a world file.
const MaxBytes = 256 << 20

// Format is the world file's format, ready for many files. It is safe for concurrent use.
type Format struct {
	schema *schemafile.Schema
}

// NewFormat prepares the format, which takes some milliseconds.
func NewFormat() (*Format, error) {
	schemas, err := schemafile.New(document.WorldSchema)
	if err != nil {
		return nil, err
	}
	schema, err := schemas.Definition("World")
	return &Format{schema}, err
}

// Read reads one world file that errors call name. An error joins a [*schemafile.Error] for each thing that is wrong.
func Read(name string, r io.Reader) (control.World, error) {
	format, err := NewFormat()
	if err != nil {
		return control.World{}, err
	}
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err != nil {
		return control.World{}, fmt.Errorf("%s: %w", name, err)
	}
	return format.Parse(name, text)
}

// Parse is [Read] for a text at hand.
func (f *Format) Parse(name string, text []byte) (control.World, error) {
	_, world, err := f.parse(name, text)
	return world, err
}

// JSON is the same file as JSON, if nothing is wrong with it.
func (f *Format) JSON(name string, text []byte) ([]byte, error) {
	file, _, err := f.parse(name, text)
	if err != nil {
		return nil, err
	}
	return file.JSON, nil
}

func (f *Format) parse(name string, text []byte) (file *schemafile.Text, world control.World, err error) {
	if len(text) > MaxBytes {
		return nil, world, fmt.Errorf("%s: it is larger than %d MiB", name, MaxBytes>>20)
	}
	if file, err = f.schema.Read(name, text); err != nil {
		return nil, world, err
	}
	if err := file.Decode(&world); err != nil {
		return nil, world, err
	}
	return file, world, file.Wrong(Check(world))
}
