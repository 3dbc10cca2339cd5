// Package settings reads YAML files that people write, and holds them against a JSON Schema. Of every mistake it says where it
// is, what was found and what to write instead; all mistakes of a file are told at once.
//
// It interprets the part of JSON Schema that the schemas of this module use, and refuses a schema that uses more.
package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// File is one document, read but not checked.
type File struct {
	Name    string
	root    *yaml.Node
	written map[*yaml.Node]string // what stood where the environment was put in
}

// Mistake is something wrong at one place of a file.
type Mistake struct {
	File   string // "" when it has no name
	Line   int    // 0 when it is not known
	Path   string // of the member, such as states.hooks[0].id; "" for the whole file
	Reason string
}

func (m *Mistake) Error() string {
	var parts []string
	switch {
	case m.File != "" && m.Line > 0:
		parts = append(parts, fmt.Sprintf("%s:%d", m.File, m.Line))
	case m.File != "":
		parts = append(parts, m.File)
	case m.Line > 0:
		parts = append(parts, fmt.Sprintf("line %d", m.Line))
	}
	if m.Path != "" {
		parts = append(parts, m.Path)
	}
	return strings.Join(append(parts, m.Reason), ": ")
}

// Parse reads a file with one document. example says what one looks like, for who wrote nothing into it.
func Parse(name string, data []byte, example string) (*File, error) {
	f := &File{Name: name, written: map[*yaml.Node]string{}}
	for decoder := yaml.NewDecoder(bytes.NewReader(data)); ; {
		var document yaml.Node
		switch err := decoder.Decode(&document); {
		case errors.Is(err, io.EOF) && f.root == nil:
			return nil, &Mistake{File: name, Reason: "the file is empty; " + example}
		case errors.Is(err, io.EOF):
			return f, nil
		case err != nil:
			return nil, f.syntax(data, err)
		case f.root != nil:
			return nil, &Mistake{File: name, Line: document.Line, Reason: "a second document begins here; write one file for each"}
		}
		f.root = document.Content[0]
	}
}

// position is how the YAML library begins an error.
var position = lazyregexp.New(`^yaml: (?:line (\d+): )?`)

// syntax is an error of the YAML library. Where a tab is what it stumbled over, that is said.
func (f *File) syntax(data []byte, err error) error {
	if line := tabbed(data); line > 0 {
		return &Mistake{File: f.Name, Line: line, Reason: "the line is indented with a tab; YAML wants spaces"}
	}
	m := &Mistake{File: f.Name, Reason: position().ReplaceAllString(err.Error(), "") + "; this is no YAML"}
	if found := position().FindStringSubmatch(err.Error()); found != nil {
		_, _ = fmt.Sscan(found[1], &m.Line) // without one it stays 0
	}
	return m
}

// tabbed is the first line that is indented with a tab, 0 for none.
func tabbed(data []byte) int {
	for i, line := range strings.Split(string(data), "\n") {
		if strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
			return i + 1
		}
	}
	return 0
}

// reference names a variable of the environment.
var reference = lazyregexp.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// Expand replaces ${NAME} in every value, but not in comments. Each variable that is not set is a mistake.
func (f *File) Expand(lookup func(string) (string, bool)) error {
	var wrong []error
	f.expand(f.root, "", func(node *yaml.Node, path, name string) string {
		value, ok := lookup(name)
		if !ok {
			wrong = append(wrong, &Mistake{f.Name, node.Line, path, "the environment has no " + name + "; set it, or write the value here"})
		}
		return value
	})
	return errors.Join(wrong...)
}

func (f *File) expand(node *yaml.Node, path string, value func(node *yaml.Node, path, name string) string) {
	if node.Kind == yaml.ScalarNode && reference().MatchString(node.Value) {
		f.written[node] = node.Value
		node.Value = reference().ReplaceAllStringFunc(node.Value, func(name string) string { return value(node, path, strings.Trim(name, "${}")) })
		node.Tag, node.Style = "!!str", yaml.DoubleQuotedStyle
	}
	for i, child := range node.Content {
		f.expand(child, below(node, i, path), value)
	}
}

// below is the path of the i-th node inside another one.
func below(node *yaml.Node, i int, path string) string {
	switch {
	case node.Kind == yaml.SequenceNode:
		return fmt.Sprintf("%s[%d]", path, i)
	case node.Kind == yaml.MappingNode && i%2 == 1:
		return member(path, node.Content[i-1].Value)
	default:
		return path
	}
}

func member(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// Decode fills v in. The file has to have been checked.
func (f *File) Decode(v any) error {
	if err := f.root.Decode(v); err != nil {
		return &Mistake{File: f.Name, Reason: strings.TrimPrefix(err.Error(), "yaml: ")}
	}
	return nil
}

// Line is where the i-th element of a list stands that is a member of the file, 0 when it is not known.
func (f *File) Line(list string, i int) int {
	for at := 0; at+1 < len(f.root.Content); at += 2 {
		if items := f.root.Content[at+1].Content; f.root.Content[at].Value == list && i < len(items) {
			return items[i].Line
		}
	}
	return 0
}
