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
func LoadTarget(path string) (Target, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Target{}, configError("target file: %v", err)
	}
	return parseTarget(path, data, os.LookupEnv)
}

// ParseTarget reads a target in YAML.
func ParseTarget(data []byte, lookup func(string) (string, bool)) (Target, error) {
	return parseTarget("", data, lookup)
}

func parseTarget(name string, data []byte, lookup func(string) (string, bool)) (Target, error) {
	f, err := settings.Parse(name, data, "understudy target init writes one with a comment on every setting")
	if err != nil {
		return Target{}, configError("%w", err)
	}
	if err := f.Expand(lookup); err != nil {
		return Target{}, configError("%w", err)
	}
	var t Target
	if err := read(f, TargetSchema, &t); err != nil {
		return Target{}, err
	}
	return t, nil
}

// read holds a file against its schema and fills v in.
func read(f *settings.File, schema []byte, v any) error {
	s, err := settings.ParseSchema(schema)
	if err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	if err := f.Check(s); err != nil {
		return configError("%w", err)
	}
	if err := f.Decode(v); err != nil {
		return configError("%w", err)
	}
	return nil
}
