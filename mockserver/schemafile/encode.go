package schemafile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

const (
	maxDepth  = 500
	maxCopied = 1 << 20 // nodes that aliases may add
)

// encoder writes a tree as JSON, members in the order of the text.
type encoder struct {
	out    bytes.Buffer
	depth  int
	copied int
	alias  int // how many aliases the node stands below

	watch   int // offset in out whose scalar is looked for; -1 for none
	watched *yaml.Node
}

// encode also refuses what JSON cannot say.
func encode(root *yaml.Node) ([]byte, *Error) {
	e := encoder{watch: -1}
	if err := e.node(root); err != nil {
		return nil, err
	}
	return e.out.Bytes(), nil
}

// scalarAt is the scalar that stands at an offset of the JSON that encode made of root, nil when there is none.
func scalarAt(root *yaml.Node, offset int) *yaml.Node {
	e := encoder{watch: offset}
	_ = e.node(root) // it was encoded before
	return e.watched
}

func (e *encoder) node(n *yaml.Node) *Error {
	e.depth++
	defer func() { e.depth-- }()
	if e.alias > 0 {
		e.copied++
	}
	switch {
	case e.depth > maxDepth:
		return refuse(n, "it is nested more than %d deep, or contains itself", maxDepth)
	case e.copied > maxCopied:
		return refuse(n, "aliases make it too large; write it out")
	}
	switch n.Kind {
	case yaml.MappingNode:
		return e.mapping(n)
	case yaml.SequenceNode:
		return e.sequence(n)
	case yaml.AliasNode:
		e.alias++
		defer func() { e.alias-- }()
		return e.node(n.Alias)
	default:
		return e.scalar(n)
	}
}

func (e *encoder) mapping(n *yaml.Node) *Error {
	e.out.WriteByte('{')
	seen := make(map[string]int, len(n.Content)/2)
	for i := 0; i < len(n.Content); i += 2 {
		key := n.Content[i]
		switch line, twice := seen[key.Value]; {
		case key.Kind != yaml.ScalarNode:
			return refuse(key, "the name of a member has to be a plain word")
		case key.ShortTag() == "!!merge":
			return refuse(key, "<< is not read; write the members out")
		case twice:
			return refuse(key, "member %q stands in line %d already", key.Value, line)
		}
		seen[key.Value] = key.Line
		if i > 0 {
			e.out.WriteByte(',')
		}
		e.text(key.Value)
		e.out.WriteByte(':')
		if err := e.node(n.Content[i+1]); err != nil {
			return err
		}
	}
	e.out.WriteByte('}')
	return nil
}

func (e *encoder) sequence(n *yaml.Node) *Error {
	e.out.WriteByte('[')
	for i, element := range n.Content {
		if i > 0 {
			e.out.WriteByte(',')
		}
		if err := e.node(element); err != nil {
			return err
		}
	}
	e.out.WriteByte(']')
	return nil
}

func (e *encoder) scalar(n *yaml.Node) *Error {
	start := e.out.Len()
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp":
		e.text(n.Value)
	case "!!null":
		e.out.WriteString("null")
	case "!!bool", "!!int", "!!float":
		if err := e.literal(n); err != nil {
			return err
		}
	default:
		return refuse(n, "the tag %s is not read", tag)
	}
	if start <= e.watch && e.watch <= e.out.Len() && e.watched == nil {
		e.watched = n
	}
	return nil
}

// literal keeps numbers as they are written where JSON writes them so.
func (e *encoder) literal(n *yaml.Node) *Error {
	if json.Valid([]byte(n.Value)) {
		e.out.WriteString(n.Value)
		return nil
	}
	var value any
	if err := n.Decode(&value); err != nil {
		return refuse(n, "%q cannot be read: %v", n.Value, err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		return refuse(n, "%s is no number that JSON has", n.Value)
	}
	e.out.Write(text)
	return nil
}

func (e *encoder) text(s string) {
	var quoted bytes.Buffer
	encoder := json.NewEncoder(&quoted)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		e.out.WriteString(strconv.Quote(s)) // not reached: every string can be encoded
		return
	}
	e.out.Write(bytes.TrimSuffix(quoted.Bytes(), []byte("\n")))
}

func refuse(n *yaml.Node, format string, args ...any) *Error {
	return &Error{Line: n.Line, Column: n.Column, Message: fmt.Sprintf(format, args...)}
}
