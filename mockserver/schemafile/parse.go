package schemafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// parse reads one JSON value or one YAML document. JSON is not left to the YAML reader, which stumbles over tabs and
// surrogate pairs.
func parse(text []byte) (*yaml.Node, *Error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return nil, &Error{Message: "it is empty; write {} for nothing"}
	}
	likeJSON := trimmed[0] == '{' || trimmed[0] == '['
	if likeJSON && json.Valid(text) {
		return parseJSON(text)
	}
	root, err := parseYAML(text)
	if err != nil && likeJSON {
		return nil, jsonSyntax(text)
	}
	return root, err
}

func parseYAML(text []byte) (*yaml.Node, *Error) {
	var document, another yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&document); errors.Is(err, io.EOF) {
		return nil, &Error{Message: "it is empty; write {} for nothing"}
	} else if err != nil {
		return nil, yamlSyntax(err)
	}
	if err := decoder.Decode(&another); err == nil {
		return nil, &Error{Line: another.Line, Column: another.Column, Message: "a second document begins; only one is read"}
	} else if !errors.Is(err, io.EOF) {
		return nil, yamlSyntax(err)
	}
	return document.Content[0], nil
}

// yamlLine is how the YAML reader puts the place of a syntax error.
var yamlLine = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)$`)

func yamlSyntax(err error) *Error {
	parts := yamlLine().FindStringSubmatch(err.Error())
	if parts == nil {
		return &Error{Message: err.Error()}
	}
	line, _ := strconv.Atoi(parts[1]) // 0 where there is none
	return &Error{Line: line, Column: min(line, 1), Message: "not YAML: " + parts[2]}
}

func jsonSyntax(text []byte) *Error {
	var value any
	err := json.Unmarshal(text, &value)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return &Error{Message: fmt.Sprintf("not JSON: %v", err)}
	}
	line, column := place(text, max(0, int(syntax.Offset)-1))
	return &Error{Line: line, Column: column, Message: "not JSON: " + syntax.Error()}
}

// place is the line and column of an offset, both from 1.
func place(text []byte, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
