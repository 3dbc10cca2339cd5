package settings

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Check holds the file against a schema. The error joins a [*Mistake] for each place that is wrong.
//
// It is kinder than JSON Schema where that harms nobody: a number without quotes is a text where a text is wanted, and a text
// that is a number, from the environment say, is one where a number is wanted.
func (f *File) Check(s *Schema) error {
	c := &checker{file: f}
	c.value(f.root, "", s)
	slices.SortStableFunc(c.wrong, func(a, b *Mistake) int { return a.Line - b.Line })
	all := make([]error, len(c.wrong))
	for i, m := range c.wrong {
		all[i] = m
	}
	return errors.Join(all...)
}

type checker struct {
	file  *File
	wrong []*Mistake
}

func (c *checker) mistake(line int, path, format string, args ...any) {
	c.wrong = append(c.wrong, &Mistake{c.file.Name, line, path, fmt.Sprintf(format, args...)})
}

// unfit notes that a value is not what is wanted, and what the member is for.
func (c *checker) unfit(node *yaml.Node, path string, s *Schema) {
	use := ""
	if s.Description != "" && path != "" {
		use = " (" + strings.TrimSuffix(s.Description, ".") + ")"
	}
	c.mistake(node.Line, path, "found %s, want %s%s", c.found(node), s.wanted(), use)
}

// found is what stands there, in words. A value from the environment may be a secret: only its name is told.
func (c *checker) found(node *yaml.Node) string {
	switch {
	case c.file.written[node] != "":
		return c.file.written[node] + " with an unfit value"
	case node.Kind == yaml.MappingNode:
		return "a mapping"
	case node.Kind == yaml.SequenceNode && len(node.Content) == 0:
		return "an empty list"
	case node.Kind == yaml.SequenceNode:
		return "a list"
	case null(node):
		return "nothing"
	default:
		return strconv.Quote(node.Value)
	}
}

func null(node *yaml.Node) bool { return node.Kind == yaml.ScalarNode && node.Tag == "!!null" }

// value checks one value.
func (c *checker) value(node *yaml.Node, path string, s *Schema) {
	node = meant(node)
	kind := s.kind()
	switch {
	case null(node) && s.nullable(), kind == "":
	case kind == "object":
		c.mapping(node, path, s)
	case kind == "array":
		c.list(node, path, s)
	case node.Kind != yaml.ScalarNode || null(node) || !fits(node, s):
		c.unfit(node, path, s)
	}
}

// fits checks a scalar, and turns a text that is a number into one where that is wanted.
func fits(node *yaml.Node, s *Schema) bool {
	switch s.kind() {
	case "number":
		n, err := strconv.ParseFloat(node.Value, 64)
		node.Tag, node.Style = "!!float", 0
		return err == nil && !math.IsInf(n, 0) && !math.IsNaN(n) && s.reaches(n)
	case "integer":
		n, err := strconv.Atoi(node.Value)
		node.Tag, node.Style = "!!int", 0
		return err == nil && s.reaches(float64(n))
	default:
		chosen := s.Enum == nil || slices.Contains(s.Enum, node.Value)
		return chosen && len(node.Value) >= s.MinLength && s.pattern.MatchString(node.Value)
	}
}

func (s *Schema) reaches(n float64) bool { return s.Minimum == nil || n >= *s.Minimum }

func (c *checker) list(node *yaml.Node, path string, s *Schema) {
	if node.Kind != yaml.SequenceNode || len(node.Content) < s.MinItems {
		c.unfit(node, path, s)
		return
	}
	for i, item := range node.Content {
		c.value(item, fmt.Sprintf("%s[%d]", path, i), s.Items)
	}
}

func (c *checker) mapping(node *yaml.Node, path string, s *Schema) {
	if node.Kind != yaml.MappingNode {
		c.unfit(node, path, s)
		return
	}
	lines := map[string]int{}
	members := membersOf(node, map[*yaml.Node]bool{})
	for i := 0; i+1 < len(members); i += 2 {
		c.member(members[i], members[i+1], path, s, lines)
	}
	for _, name := range s.Required {
		if lines[name] == 0 {
			c.mistake(node.Line, member(path, name), "it is missing, want %s", s.Properties[name].wanted())
		}
	}
}

// member checks one member of a mapping; lines are where its siblings stand.
func (c *checker) member(key, node *yaml.Node, path string, s *Schema, lines map[string]int) {
	at := member(path, key.Value)
	if line := lines[key.Value]; line > 0 {
		c.mistake(key.Line, at, "it stands in line %d already; remove one", line)
		return
	}
	lines[key.Value] = key.Line
	inner := s.Properties[key.Value]
	switch {
	case inner != nil:
		c.value(node, at, inner)
	case s.Additional.schema != nil:
		c.value(node, at, s.Additional.schema)
	case s.Additional.none:
		c.mistake(key.Line, at, "there is no such member; there are %s", strings.Join(slices.Sorted(maps.Keys(s.Properties)), ", "))
	}
}
