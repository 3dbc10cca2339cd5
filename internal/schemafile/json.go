package schemafile

import (
	"bytes"
	"encoding/json"
	"fmt"

	"go.yaml.in/yaml/v3"
)

// parseJSON reads valid JSON into the same tree as YAML.
func parseJSON(text []byte) (*yaml.Node, *Error) {
	if jsonValues(text) > MaxValues {
		return nil, &Error{Message: fmt.Sprintf("it has more than %d values; divide it", MaxValues)}
	}
	p := jsonParser{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1}
	p.decoder.UseNumber()
	root, err := p.value()
	if err != nil {
		return nil, &Error{Message: fmt.Sprintf("not JSON: %v", err)}
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
	for p.decoder.More() {
		member, err := p.value()
		if err != nil {
			return err
		}
		node.Content = append(node.Content, member)
	}
	_, err := p.decoder.Token()
	return err
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
