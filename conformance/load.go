package conformance

import (
	"encoding/json"
	"os"
	"slices"
	"sync"

	"github.com/understudy-mock/understudy/internal/schemafile"
)

// LoadTarget reads a target file. ${NAME} in a value is replaced by the environment variable of that name; one that is not
// set is an error, so that a run never goes out with an empty credential.
//
// An error names every mistake in the file: line, member, what was found and what is wanted.
func LoadTarget(path string, opts ...Option) (Target, error) {
	data, err := schemafile.ReadFile(path, maxSettings)
	if err != nil {
		return Target{}, configError("target file: %v", err)
	}
	return parseTarget(path, data, os.LookupEnv, newOptions(opts))
}

// maxSettings bounds a target or baseline file.
const maxSettings = 1 << 20

// ParseTarget reads a target in YAML.
func ParseTarget(data []byte, lookup func(string) (string, bool), opts ...Option) (Target, error) {
	return parseTarget("target", data, lookup, newOptions(opts))
}

func parseTarget(name string, data []byte, lookup func(string) (string, bool), o options) (Target, error) {
	t := Target{}.Patient()
	_, err := readSettings(targetFormat(namesOf(o.catalogs)), schemafile.Options{
		Empty:       "understudy target init writes one with a comment on every setting",
		Environment: lookup,
	}, name, data, &t)
	if err != nil {
		return Target{}, err
	}
	return t, nil
}

// The formats of the built-in APIs. They take some milliseconds to prepare.
var (
	builtInTarget  = sync.OnceValues(func() (*schemafile.Schema, error) { return format(TargetSchema) })
	baselineFormat = sync.OnceValues(func() (*schemafile.Schema, error) { return format(BaselineSchema) })
)

func targetFormat(apis []string) func() (*schemafile.Schema, error) {
	if slices.Equal(apis, APIs()) {
		return builtInTarget
	}
	return func() (*schemafile.Schema, error) {
		schema, err := TargetSchemaOf(apis...)
		if err != nil {
			return nil, err
		}
		return format(schema)
	}
}

// TargetSchemaOf is [TargetSchema] for other APIs.
func TargetSchemaOf(apis ...string) ([]byte, error) {
	if slices.Equal(apis, APIs()) {
		return TargetSchema, nil
	}
	var schema map[string]any
	if err := json.Unmarshal(TargetSchema, &schema); err != nil {
		return nil, err
	}
	properties, _ := schema["properties"].(map[string]any)
	api, _ := properties["api"].(map[string]any)
	api["enum"] = apis
	return json.MarshalIndent(schema, "", "  ")
}

func format(schema []byte) (*schemafile.Schema, error) {
	schemas, err := schemafile.New(schema)
	if err != nil {
		return nil, err
	}
	return schemas.Definition("")
}

// readSettings holds a file that a person wrote against its schema and fills v in.
func readSettings(format func() (*schemafile.Schema, error), o schemafile.Options, name string, data []byte, v any) (*schemafile.Text, error) {
	schema, err := format()
	if err != nil {
		return nil, err
	}
	o.Kind = true
	text, err := schema.ReadWith(o, name, data)
	if err == nil {
		err = text.DecodeYAML(v)
	}
	if err != nil {
		return nil, configError("%w", err)
	}
	return text, nil
}
