package schemafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// parseJSON reads valid JSON into the same tree as YAML.
func parseJSON(text []byte) (*yaml.Node, *Error) {
	if jsonValues(text) > MaxValues {
		return nil, &Error{Message: fmt.Sprintf("it has more than %d values; divide it", MaxValues)}
	}
	if !utf8.Valid(text) {
		return nil, notUTF8(text)
	}
	p := newJSONParser(text)
	root, err := p.value()
	if err != nil {
		return nil, &Error{Line: p.line, Column: p.seen - p.start + 1, Field: p.field(), Message: fmt.Sprintf("not JSON: %v", err)}
	}
	return root, nil
}

// jsonParser keeps count of lines, so that a place costs no look back at the whole text.
type jsonParser struct {
	text    []byte
	decoder *json.Decoder
	line    int
	start   int // of the line
	seen    int // up to where lines are counted
	depth   int

	within []func(path string) string // the members and elements in which it failed, the innermost first
}

func newJSONParser(text []byte) *jsonParser {
	p := &jsonParser{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1}
	p.decoder.UseNumber()
	return p
}

// field is the place at which it failed.
func (p *jsonParser) field() string {
	path := ""
	for _, step := range slices.Backward(p.within) {
		path += step(path)
	}
	return path
}

func (p *jsonParser) value() (*yaml.Node, error) {
	node := p.node()
	token, err := p.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		return node, p.members(node, token)
	case json.Number:
		node.Value, node.Tag = token.String(), "!!float"
	case string:
		node.Value, node.Tag = token, "!!str"
		if halved(token, p.text[p.seen:p.decoder.InputOffset()]) {
			return nil, errHalf
		}
	case bool:
		node.Value, node.Tag = fmt.Sprint(token), "!!bool"
	default:
		node.Value, node.Tag = "null", "!!null"
	}
	return node, nil
}

func (p *jsonParser) members(node *yaml.Node, open json.Delim) error {
	node.Kind = yaml.SequenceNode
	if open == '{' {
		node.Kind = yaml.MappingNode
	}
	if p.depth++; p.depth > maxDepth {
		return errDeep
	}
	defer func() { p.depth-- }()
	for p.decoder.More() {
		member, err := p.value()
		if err != nil {
			p.within = append(p.within, step(node))
			return err
		}
		node.Content = append(node.Content, member)
	}
	_, err := p.decoder.Token()
	return err
}

// errDeep ends the reading of what no bound would let pass, before it takes the memory.
var errDeep = fmt.Errorf("it is nested more than %d deep", maxDepth)

// errHalf is said of a text that Go would change without a word.
var errHalf = errors.New("half of a surrogate pair is no character")

// halved reports whether a text has characters in the place of escapes that stand for none.
func halved(text string, written []byte) bool {
	const instead = string(utf8.RuneError)
	if !strings.Contains(text, instead) {
		return false
	}
	meant := bytes.ToLower(bytes.ReplaceAll(written, []byte(`\\`), nil))
	return strings.Count(text, instead) > bytes.Count(meant, []byte(instead))+bytes.Count(meant, []byte(`\ufffd`))
}

// step names the value that would come next in an array or object, "" for the name of a member.
func step(of *yaml.Node) func(path string) string {
	next := len(of.Content)
	return func(path string) string {
		switch {
		case of.Kind == yaml.SequenceNode:
			return fmt.Sprintf("[%d]", next)
		case next%2 == 1:
			return member(path, of.Content[next-1].Value)
		}
		return ""
	}
}

// node is a scalar at the place of the next token.
func (p *jsonParser) node() *yaml.Node {
	at := int(p.decoder.InputOffset())
	for at < len(p.text) && bytes.IndexByte([]byte(" \t\r\n,:"), p.text[at]) >= 0 {
		at++
	}
	skipped := p.text[p.seen:at]
	if newline := bytes.LastIndexByte(skipped, '\n'); newline >= 0 {
		p.line += bytes.Count(skipped, []byte("\n"))
		p.start = p.seen + newline + 1
	}
	p.seen = at
	return &yaml.Node{Kind: yaml.ScalarNode, Line: p.line, Column: at - p.start + 1}
}

// jsonValues counts the values of valid JSON, give or take the empty lists and objects.
func jsonValues(text []byte) int {
	n, quoted := 1, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ',' || c == '[' || c == '{'):
			n++
		}
	}
	return n
}
