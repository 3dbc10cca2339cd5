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
	rest := compact.Bytes()
	if rest[0] != '{' {
		return nil, ErrNoObject
	}
	o := Object{}
	var known names
	for rest = rest[1:]; rest[0] != '}'; {
		var m Member
		m, rest = member(rest)
		if known.note(o, m.Name) {
			return nil, &DuplicateError{m.Name}
		}
		o = append(o, m)
	}
	return o, nil
}

// names are those of an object's members, noted once they are too many to be looked through for each new one.
type names map[string]struct{}

// note reports whether the object has the name already.
func (n *names) note(o Object, name string) (known bool) {
	const few = 32
	if len(o) < few {
		return o.Has(name)
	}
	if *n == nil {
		*n = make(names, 2*len(o))
		for _, m := range o {
			(*n)[m.Name] = struct{}{}
		}
	}
	_, known = (*n)[name]
	(*n)[name] = struct{}{}
	return known
}

// member cuts the first member off what is left of an object, with the comma behind it. The text is known to be valid and
// compact, so that it is enough to look for its end: a decoder that made tokens of it took five times as long.
func member(text []byte) (m Member, rest []byte) {
	name := text[:stringEnd(text)]
	m.Name, _ = String(name) // it is a string
	rest = text[len(name)+len(":"):]
	n := valueEnd(rest)
	m.Value, rest = rest[:n:n], rest[n:]
	if rest[0] == ',' {
		rest = rest[1:]
	}
	return m, rest
}

// stringEnd is the index behind the string with which text begins.
func stringEnd(text []byte) int {
	i := 1
	for text[i] != '"' {
		if text[i] == '\\' {
			i++
		}
		i++
	}
	return i + 1
}

// valueEnd is the index behind the value with which text begins, the rest of an array or object.
func valueEnd(text []byte) int {
	depth := 0
	for i := 0; ; i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
		case ',':
			if depth == 0 {
				return i
			}
		}
	}
}

// IsStrings reports whether the value of a member is an array of nothing but strings.
func IsStrings(value json.RawMessage) bool {
	if len(value) == 0 || value[0] != '[' {
		return false
	}
	for rest := value[1:]; rest[0] != ']'; {
		if rest[0] != '"' {
			return false
		}
		if rest = rest[stringEnd(rest):]; rest[0] == ',' {
			rest = rest[1:]
		}
	}
	return true
}

// Strings are those of an array of nothing but strings, never nil.
func Strings(value json.RawMessage) []string {
	texts := make([]string, 0, 1+len(value)/48) // an id with quotes and comma is shorter
	for rest := value[1:]; rest[0] != ']'; {
		n := stringEnd(rest)
		text, _ := String(rest[:n]) // it is one
		texts = append(texts, text)
		if rest = rest[n:]; rest[0] == ',' {
			rest = rest[1:]
		}
	}
	return texts
}

// ParseBody reads the one object that a request's body holds, and wants it to be declared as JSON.
func ParseBody(contentType string, body []byte) (Object, error) {
	if !isJSON(contentType) {
		return nil, fmt.Errorf("it is declared as %q, send Content-Type: application/json", contentType)
	}
	return Parse(body)
}

func isJSON(contentType string) bool {
	if contentType == "application/json" { // nearly always
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && media == "application/json"
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
	if !isPlain(s) {
		quoted, _ := json.Marshal(s) // a string has no error
		return append(to, quoted...)
	}
	to = append(to, '"')
	to = append(to, s...)
	return append(to, '"')
}

// String reads a value that has to be a string.
func String(value json.RawMessage) (text string, ok bool) {
	if len(value) < len(`""`) || value[0] != '"' {
		return "", false
	}
	if inside := value[1 : len(value)-1]; isPlain(inside) {
		return string(inside), true
	}
	return text, json.Unmarshal(value, &text) == nil
}
