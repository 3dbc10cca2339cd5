package filecheck

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"iter"
)

// Long is a JSON object whose last member is a list that may be long. It is written element by element, so that it needs no more memory
// than one element does.
type Long struct {
	Head  any // a struct or map of the other members
	Name  string
	Items iter.Seq2[any, error] // values, which may be Long themselves
}

// List is a JSON list that may be long. Its values may be List, Object or Long themselves.
type List iter.Seq2[any, error]

// Object is a JSON object that may be long, as List is.
type Object iter.Seq2[string, any]

// MarshalJSON implements json.Marshaler, for those who want all of it at once.
func (l Long) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	err := Write(&text, l)
	return text.Bytes(), err
}

var errNoObject = errors.New("the head of a long object is no object")

// Write writes a value as compact JSON.
func Write(w io.Writer, value any) error {
	switch value := value.(type) {
	case Long:
		return value.write(w)
	case List:
		return value.write(w)
	case Object:
		return value.write(w)
	}
	text, err := JSON(value)
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

func (l Long) write(w io.Writer) error {
	head, err := JSON(l.Head)
	if err != nil {
		return err
	}
	head, ok := bytes.CutSuffix(head, []byte("}"))
	if !ok {
		return errNoObject
	}
	if len(head) > 1 {
		head = append(head, ',')
	}
	name, err := json.Marshal(l.Name)
	if err != nil {
		return err
	}
	if _, err := w.Write(append(append(head, name...), ':')); err != nil {
		return err
	}
	if err := List(l.Items).write(w); err != nil {
		return err
	}
	_, err = io.WriteString(w, "}")
	return err
}

func (l List) write(w io.Writer) error {
	before := "["
	for item, err := range l {
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, before); err != nil {
			return err
		}
		before = ","
		if err := Write(w, item); err != nil {
			return err
		}
	}
	return end(w, before, "[", "]")
}

func (o Object) write(w io.Writer) error {
	before := "{"
	for name, value := range o {
		text, err := JSON(name)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(w, before+string(text)+":"); err != nil {
			return err
		}
		before = ","
		if err := Write(w, value); err != nil {
			return err
		}
	}
	return end(w, before, "{", "}")
}

// end writes the last character of a list or an object, and the first where nothing stands in it.
func end(w io.Writer, before, first, last string) error {
	if before == first {
		last = first + last
	}
	_, err := io.WriteString(w, last)
	return err
}

// Indenter indents the compact JSON that is written to it as [json.Indent] does with two spaces, and hands it on.
type Indenter struct {
	to     io.Writer
	out    []byte
	depth  int
	opened bool // the last character opened an object or a list, which may be empty
	quoted bool // within a text
	escape bool // after a backslash
}

// indentPiece bounds what is indented at a time.
const indentPiece = 16 << 10

// Indented returns an Indenter.
func Indented(w io.Writer) *Indenter { return &Indenter{to: w} }

// Write implements io.Writer.
func (i *Indenter) Write(text []byte) (int, error) {
	for rest := text; len(rest) > 0; {
		n := min(len(rest), indentPiece)
		i.out = i.out[:0]
		for _, c := range rest[:n] {
			i.next(c)
		}
		if _, err := i.to.Write(i.out); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(text), nil
}

func (i *Indenter) next(c byte) {
	if i.quoted {
		i.out = append(i.out, c)
		i.quoted, i.escape = i.escape || c != '"', !i.escape && c == '\\'
		return
	}
	if i.opened && c != '}' && c != ']' {
		i.depth++
		i.line()
	}
	opened := i.opened
	i.opened = false
	switch c {
	case '{', '[':
		i.opened = true
		i.out = append(i.out, c)
	case '}', ']':
		if !opened {
			i.depth--
			i.line()
		}
		i.out = append(i.out, c)
	case ',':
		i.out = append(i.out, c)
		i.line()
	case ':':
		i.out = append(i.out, c, ' ')
	default:
		i.quoted = c == '"'
		i.out = append(i.out, c)
	}
}

func (i *Indenter) line() {
	i.out = append(i.out, '\n')
	for range i.depth {
		i.out = append(i.out, "  "...)
	}
}
