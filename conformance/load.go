package conformance

import (
	"fmt"
	"os"

	"github.com/understudy-mock/understudy/conformance/settings"
)

// LoadTarget reads a target file. ${NAME} in a value is replaced by the environment variable of that name; one that is not
// set is an error, so that a run never goes out with an empty credential.
//
// An error names every mistake in the file: line, member, what was found and what is wanted.
func LoadTarget(path string, opts ...Option) (Target, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Target{}, configError("target file: %v", err)
	}
	return parseTarget(path, data, os.LookupEnv, newOptions(opts))
}

// ParseTarget reads a target in YAML.
func ParseTarget(data []byte, lookup func(string) (string, bool), opts ...Option) (Target, error) {
	return parseTarget("", data, lookup, newOptions(opts))
}

func parseTarget(name string, data []byte, lookup func(string) (string, bool), o options) (Target, error) {
	f, err := settings.Parse(name, data, "understudy target init writes one with a comment on every setting")
	if err != nil {
		return Target{}, configError("%w", err)
	}
	if err := f.Expand(lookup); err != nil {
		return Target{}, configError("%w", err)
	}
	var t Target
	schema, err := settings.ParseSchema(TargetSchema)
	if err != nil {
		return Target{}, fmt.Errorf("schema of target files: %w", err)
	}
	schema.Properties["api"].Enum = namesOf(o.catalogs)
	return t, read(f, schema, &t)
}

// read holds a file against its schema and fills v in.
func read(f *settings.File, s *settings.Schema, v any) error {
	if err := f.Check(s); err != nil {
		return configError("%w", err)
	}
	if err := f.Decode(v); err != nil {
		return configError("%w", err)
	}
	return nil
}
