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
// surrogate pairs. A text that holds nothing has no root.
func parse(text []byte) (*yaml.Node, *Error) {
	trimmed := bytes.TrimSpace(text)
	if len(trimmed) == 0 {
		return nil, nil
	}
	likeJSON := trimmed[0] == '{' || trimmed[0] == '['
	if likeJSON && json.Valid(text) {
		return parseJSON(text)
	}
	if marks(text) > maxMarks {
		return nil, &Error{Message: fmt.Sprintf("it may have more than %d values; divide it, or write it as JSON", maxMarks)}
	}
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var document yaml.Node
	switch err := decoder.Decode(&document); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil && likeJSON:
		return nil, jsonSyntax(text)
	case err != nil:
		return nil, yamlSyntax(text, err)
	}
	return document.Content[0], alone(decoder, text)
}

// alone refuses a second document.
func alone(decoder *yaml.Decoder, text []byte) *Error {
	var another yaml.Node
	switch err := decoder.Decode(&another); {
	case err == nil:
		return &Error{Line: another.Line, Column: another.Column, Message: "a second document begins; write one file for each"}
	case !errors.Is(err, io.EOF):
		return yamlSyntax(text, err)
	}
	return nil
}

// yamlLine is how the YAML reader puts the place of a syntax error.
var yamlLine = lazyregexp.New(`^yaml: (?:line (\d+): )?(.*)$`)

// yamlSyntax is an error of the YAML reader. Where a tab is what it stumbled over, that is said.
func yamlSyntax(text []byte, err error) *Error {
	if line := tabbed(text); line > 0 {
		return &Error{Line: line, Column: 1, Message: "the line is indented with a tab; YAML wants spaces"}
	}
	parts := yamlLine().FindStringSubmatch(err.Error())
	if parts == nil {
		return &Error{Message: err.Error()}
	}
	line, _ := strconv.Atoi(parts[1]) // 0 where there is none
	return &Error{Line: line, Column: min(line, 1), Message: "not YAML: " + parts[2]}
}

// tabbed is the first line that is indented with a tab, 0 for none.
func tabbed(text []byte) int {
	number := 0
	for line := range bytes.Lines(text) {
		number++
		if bytes.IndexByte(line[:len(line)-len(bytes.TrimLeft(line, " \t"))], '\t') >= 0 {
			return number
		}
	}
	return 0
}

// place is the line and column of an offset, both from 1.
func place(text []byte, offset int) (line, column int) {
	before := text[:min(offset, len(text))]
	return bytes.Count(before, []byte("\n")) + 1, len(before) - bytes.LastIndexByte(before, '\n')
}
