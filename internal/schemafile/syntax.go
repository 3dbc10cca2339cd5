package schemafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// JSON refuses a text that is no JSON, and names the member in which it ceases to be. YAML reads much that looks like JSON and is
// none: NaN and 'x' are texts to it, and # begins a comment. A text that holds nothing is left to [Schema.Read].
func JSON(name string, text []byte) error {
	if len(bytes.TrimSpace(text)) == 0 || json.Valid(text) {
		return nil
	}
	wrong := jsonSyntax(text)
	wrong.Name = name
	return wrong
}

// jsonSyntax says what is wrong with a text that is no JSON.
func jsonSyntax(text []byte) *Error {
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return &Error{Line: 1, Column: 1, Message: "not JSON: it begins with a byte order mark; leave it out"}
	}
	var value any
	err := json.Unmarshal(text, &value)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return &Error{Message: fmt.Sprintf("not JSON: %v", err)}
	}
	offset := max(0, int(syntax.Offset)-1)
	line, column := place(text, offset)
	p := newJSONParser(text)
	_, _ = p.value() // it fails at the same place, and knows in which member that is
	return &Error{Line: line, Column: column, Field: p.field(), Message: "not JSON: " + describeSyntax(text, offset, syntax)}
}

// describeSyntax names a word that stands where a value should.
func describeSyntax(text []byte, offset int, syntax *json.SyntaxError) string {
	start, end := offset, offset
	for start > 0 && inWord(text[start-1]) {
		start--
	}
	for end < len(text) && inWord(text[end]) {
		end++
	}
	if said := syntax.Error(); start == end || strings.Contains(said, "object key string") || strings.Contains(said, "end of JSON") || strings.Contains(said, "string literal") {
		return said
	}
	return beginning(text[start:end]) + " is no value that JSON has"
}

func inWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z' || strings.IndexByte("+-._$", c) >= 0
}

func notUTF8(text []byte) *Error {
	offset := 0
	for r, n := utf8.DecodeRune(text); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(text[offset:]) {
		offset += n
	}
	line, column := place(text, offset)
	return &Error{Line: line, Column: column, Message: fmt.Sprintf("not JSON: the byte %#x is not UTF-8", text[offset])}
}

// beginning is at most so much of a word as a message quotes.
func beginning(word []byte) string {
	const most = 40
	if len(word) > most {
		return string(word[:most]) + "…"
	}
	return string(word)
}
