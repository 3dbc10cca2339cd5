// Package jsonobject reads a JSON object as it stands: members by their exact names, in their order, none twice, and
// every value by its own bytes. encoding/json takes names in another case for the same, and the last of two for the one
// that is meant; a mock that did so would hide a client's mistakes.
package jsonobject

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"slices"
	"unicode/utf8"
)

// Object is a JSON object.
type Object []Member

// Member is one member of an object. Its value is compact.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Why a text is no object. The messages continue a sentence that begins with the name of the text.
var (
	ErrSyntax   = errors.New("it is not JSON")
	ErrNoObject = errors.New("it is not a JSON object")
)

// DuplicateError names a member that stands in an object twice.
type DuplicateError struct{ Name string }

func (e *DuplicateError) Error() string { return fmt.Sprintf("it has the member %q twice", e.Name) }

// Parse reads the one object that text holds.
func Parse(text []byte) (Object, error) {
	compact := bytes.NewBuffer(make([]byte, 0, len(text)))
	if err := json.Compact(compact, text); err != nil {
		return nil, ErrSyntax
	}
	decoder := json.NewDecoder(compact)
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, ErrNoObject
	}
	o := Object{}
	for decoder.More() {
		m, err := member(decoder)
		if err != nil {
			return nil, err
		}
		if o.Has(m.Name) {
			return nil, &DuplicateError{m.Name}
		}
		o = append(o, m)
	}
	return o, nil
}

func member(decoder *json.Decoder) (m Member, err error) {
	name, err := decoder.Token()
	if err != nil {
		return m, ErrSyntax
	}
	m.Name, _ = name.(string) // the name of a member is a string
	if err := decoder.Decode(&m.Value); err != nil {
		return m, ErrSyntax
	}
	return m, nil
}

// ParseBody reads the one object that a request's body holds, and wants it to be declared as JSON.
func ParseBody(contentType string, body []byte) (Object, error) {
	if media, _, err := mime.ParseMediaType(contentType); err != nil || media != "application/json" {
		return nil, fmt.Errorf("it is declared as %q, send Content-Type: application/json", contentType)
	}
	return Parse(body)
}

// Has reports whether the object has a member of that name.
func (o Object) Has(name string) bool { return o.Get(name) != nil }

// Get returns the value of a member, nil when there is none.
func (o Object) Get(name string) json.RawMessage {
	for _, m := range o {
		if m.Name == name {
			return m.Value
		}
	}
	return nil
}

// Only returns the members with the given names, in the order in which they stand.
func (o Object) Only(names ...string) Object {
	kept := Object{}
	for _, m := range o {
		if slices.Contains(names, m.Name) {
			kept = append(kept, m)
		}
	}
	return kept
}

// JSON writes the object. The values keep their bytes.
func (o Object) JSON() []byte {
	text := []byte{'{'}
	for i, m := range o {
		if i > 0 {
			text = append(text, ',')
		}
		text = AppendString(text, m.Name)
		text = append(text, ':')
		text = append(text, m.Value...)
	}
	return append(text, '}')
}

// AppendString appends s as a JSON string. Plain text is copied; the rest is left to encoding/json.
func AppendString(to []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			quoted, _ := json.Marshal(s) // a string has no error
			return append(to, quoted...)
		}
	}
	to = append(to, '"')
	to = append(to, s...)
	return append(to, '"')
}

// String reads a value that has to be a string.
func String(value json.RawMessage) (text string, ok bool) {
	if len(value) == 0 || value[0] != '"' {
		return "", false
	}
	return text, json.Unmarshal(value, &text) == nil
}
