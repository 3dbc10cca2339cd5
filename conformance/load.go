package conformance

import (
	"bytes"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// LoadTarget reads a target file. ${NAME} in it is replaced by the environment variable of that name; one that is not set
// is an error, so that a run never goes out with an empty credential.
func LoadTarget(path string) (Target, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Target{}, configError("target file: %v", err)
	}
	t, err := ParseTarget(data, os.LookupEnv)
	if err != nil {
		return Target{}, configError("target file %s: %w", path, err)
	}
	return t, nil
}

// variable is a reference to the environment.
var variable = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// ParseTarget reads a target in YAML.
func ParseTarget(data []byte, lookup func(string) (string, bool)) (Target, error) {
	var missing []string
	data = variable.ReplaceAllFunc(data, func(reference []byte) []byte {
		name := string(variable.FindSubmatch(reference)[1])
		value, ok := lookup(name)
		if !ok {
			missing = append(missing, name)
		}
		return []byte(value)
	})
	if len(missing) > 0 {
		return Target{}, configError("the environment has no %s", strings.Join(missing, ", "))
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var t Target
	if err := d.Decode(&t); err != nil {
		return Target{}, configError("%v", err)
	}
	return t, nil
}
