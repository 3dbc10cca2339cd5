package schemafile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// encoder writes a tree as JSON, members in the order of the text.
type encoder struct {
	out   bytes.Buffer
	wrong []*Error

	within []inner // from the root to the value that is written

	watch   int // offset in out whose scalar is looked for; -1 for none
	watched *yaml.Node
}

// inner is a step into a value: to the member of that name, or without one to an element.
type inner struct {
	name  *yaml.Node
	index int
}

// encode also tells what JSON cannot say. The tree was bounded before.
func encode(root *yaml.Node) ([]byte, []*Error) {
	e := encoder{watch: -1}
	e.node(root)
	return e.out.Bytes(), e.wrong
}

// scalarAt is the scalar that stands at an offset of the JSON that encode made of root, nil when there is none.
func scalarAt(root *yaml.Node, offset int) *yaml.Node {
	e := encoder{watch: offset}
	e.node(root)
	return e.watched
}

func (e *encoder) node(n *yaml.Node) {
	switch n = resolve(n); n.Kind {
	case yaml.MappingNode:
		e.mapping(n)
	case yaml.SequenceNode:
		e.sequence(n)
	default:
		e.scalar(n)
	}
}

func (e *encoder) refuse(n *yaml.Node, format string, args ...any) {
	wrong := refuse(n, format, args...)
	if len(e.wrong) < maxErrors {
		wrong.Field = e.field()
	}
	e.wrong = append(e.wrong, wrong)
}

func (e *encoder) field() string {
	path := ""
	for _, step := range e.within {
		if step.name != nil {
			path += member(path, step.name.Value)
		} else {
			path += fmt.Sprintf("[%d]", step.index)
		}
	}
	return path
}

// into writes a value and is meanwhile a step further in.
func (e *encoder) into(step inner, value *yaml.Node) {
	e.within = append(e.within, step)
	e.node(value)
	e.within = e.within[:len(e.within)-1]
}

func (e *encoder) mapping(n *yaml.Node) {
	members, wrong := membersOf(n)
	if wrong != nil {
		e.wrong = append(e.wrong, wrong)
	}
	e.out.WriteByte('{')
	seen := make(map[string]int, len(members)/2)
	for i := 0; i < len(members); i += 2 {
		if key := members[i]; e.takes(key, seen) {
			if len(seen) > 1 {
				e.out.WriteByte(',')
			}
			e.text(key.Value)
			e.out.WriteByte(':')
			e.into(inner{name: key}, members[i+1])
		}
	}
	e.out.WriteByte('}')
}

// takes reports whether a member has a name of its own, and notes it.
func (e *encoder) takes(key *yaml.Node, seen map[string]int) bool {
	if key.Kind != yaml.ScalarNode {
		e.refuse(key, "the name of a member has to be a plain word")
		return false
	}
	if line, twice := seen[key.Value]; twice {
		e.within = append(e.within, inner{name: key})
		e.refuse(key, "it stands in line %d already", line)
		e.within = e.within[:len(e.within)-1]
		return false
	}
	seen[key.Value] = key.Line
	return true
}

func (e *encoder) sequence(n *yaml.Node) {
	e.out.WriteByte('[')
	for i, element := range n.Content {
		if i > 0 {
			e.out.WriteByte(',')
		}
		e.into(inner{index: i}, element)
	}
	e.out.WriteByte(']')
}

func (e *encoder) scalar(n *yaml.Node) {
	start := e.out.Len()
	switch tag := n.ShortTag(); tag {
	case "!!str", "!!timestamp":
		e.text(n.Value)
	case "!!null":
		e.out.WriteString("null")
	case "!!bool", "!!int", "!!float":
		e.literal(n)
	default:
		e.refuse(n, "the tag %s is not read", tag)
		e.out.WriteString("null")
	}
	if start <= e.watch && e.watch <= e.out.Len() && e.watched == nil {
		e.watched = n
	}
}

// literal keeps numbers as they are written where JSON writes them so.
func (e *encoder) literal(n *yaml.Node) {
	if json.Valid([]byte(n.Value)) {
		e.out.WriteString(n.Value)
		return
	}
	var value any
	if err := n.Decode(&value); err != nil {
		e.refuse(n, "%q cannot be read: %v", n.Value, err)
	}
	text, err := json.Marshal(value)
	if err != nil {
		e.refuse(n, "%s is no number that JSON has", n.Value)
		text = []byte("0")
	}
	e.out.Write(text)
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
