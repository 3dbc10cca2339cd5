package conformance

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// LoadTarget reads a target file. ${NAME} in a value is replaced by the environment variable of that name; one that is not
// set is an error, so that a run never goes out with an empty credential.
func LoadTarget(path string) (Target, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return Target{}, configError("target file: %v", err)
	}
	t, err := ParseTarget(data, os.LookupEnv)
	if err != nil {
		return Target{}, fmt.Errorf("%s: %w", path, err)
	}
	return t, nil
}

// ParseTarget reads a target in YAML.
func ParseTarget(data []byte, lookup func(string) (string, bool)) (Target, error) {
	if err := oneDocument(data); err != nil {
		return Target{}, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return Target{}, configError("%v", err)
	}
	var missing []string
	expand(&document, func(name string) string {
		value, ok := lookup(name)
		if !ok && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
		return value
	})
	if len(missing) > 0 {
		return Target{}, configError("the environment has no %s", strings.Join(missing, ", "))
	}
	return decodeTarget(&document)
}

// oneDocument refuses a file with more than one: only the first would be read.
func oneDocument(data []byte) error {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	for n := 0; ; n++ {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return configError("%v", err)
		case n > 0:
			return configError("a second document begins in line %d; write one file for each", document.Line)
		}
	}
}

// decodeTarget reads the expanded document strictly, which only a decoder of text can.
func decodeTarget(document *yaml.Node) (Target, error) {
	if document.IsZero() {
		return Target{}, nil
	}
	data, err := yaml.Marshal(document)
	if err != nil {
		return Target{}, configError("%v", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var t Target
	if err := d.Decode(&t); err != nil && !errors.Is(err, io.EOF) {
		return Target{}, configError("%v", err)
	}
	return t, nil
}

// variable is a reference to the environment.
var variable = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces references in the values of a document, but not in its comments.
func expand(node *yaml.Node, lookup func(string) string) {
	if node.Kind == yaml.ScalarNode && variable().MatchString(node.Value) {
		node.Value = variable().ReplaceAllStringFunc(node.Value, func(reference string) string {
			return lookup(strings.Trim(reference, "${}"))
		})
		node.Tag, node.Style = "!!str", yaml.DoubleQuotedStyle
	}
	for _, child := range node.Content {
		expand(child, lookup)
	}
}
