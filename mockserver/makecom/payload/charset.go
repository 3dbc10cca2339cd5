package payload

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// charset turns bytes into text. The zero charset is UTF-8.
type charset struct {
	name     string
	encoding encoding.Encoding // nil for UTF-8
	ascii    bool              // US-ASCII, which is UTF-8 without anything beyond 0x7f
	marks    []byteOrder       // that the text must begin with one of, which tells the encoding
}

// byteOrder is an encoding, and the byte order mark that announces it.
type byteOrder struct {
	mark     string
	encoding encoding.Encoding
}

var (
	utf16BE = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)    //nolint:gochecknoglobals // a constant
	utf16LE = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM) //nolint:gochecknoglobals // a constant
	utf32BE = utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)          //nolint:gochecknoglobals // a constant
	utf32LE = utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)       //nolint:gochecknoglobals // a constant
)

// charsetNamed finds a charset by the names that browsers and IANA know. The empty name is that of UTF-8.
func charsetNamed(name string) (charset, error) {
	switch strings.ToLower(name) {
	case "", "utf-8", "utf8":
		return charset{}, nil
	case "us-ascii", "ascii":
		return charset{name: name, ascii: true}, nil
	case "utf-16":
		return charset{name: name, marks: []byteOrder{{"\xfe\xff", utf16BE}, {"\xff\xfe", utf16LE}}}, nil
	case "utf-32":
		return charset{name: name, marks: []byteOrder{{"\x00\x00\xfe\xff", utf32BE}, {"\xff\xfe\x00\x00", utf32LE}}}, nil
	case "utf-32be":
		return charset{name: name, encoding: utf32BE}, nil
	case "utf-32le":
		return charset{name: name, encoding: utf32LE}, nil
	}
	found, err := htmlindex.Get(name)
	if err != nil {
		found, err = ianaindex.IANA.Encoding(name)
	}
	if err != nil || found == nil || found == encoding.Replacement {
		return charset{}, unsupported("The charset %q is not known here; send UTF-8.", name)
	}
	if found == unicode.UTF8 {
		return charset{}, nil
	}
	return charset{name: name, encoding: found}, nil
}

// errUndecodable is returned for bytes that mean nothing in their charset.
var errUndecodable = errors.New("the bytes mean nothing in this charset")

// decode turns bytes into UTF-8. Bytes that mean nothing in the charset are an error, together with the text in which U+FFFD
// stands for them.
func (c charset) decode(b []byte) ([]byte, error) {
	if len(c.marks) > 0 {
		return c.decodeMarked(b)
	}
	if c.encoding == nil {
		return decodeUTF8(b, c.ascii)
	}
	decoded, err := c.encoding.NewDecoder().Bytes(b)
	if err != nil || bytes.ContainsRune(decoded, utf8.RuneError) && !c.encodes(decoded, b) {
		return decoded, errUndecodable
	}
	return decoded, nil
}

// decodeMarked reads the byte order from the mark at the beginning.
func (c charset) decodeMarked(b []byte) ([]byte, error) {
	for _, order := range c.marks {
		if rest, marked := bytes.CutPrefix(b, []byte(order.mark)); marked {
			return charset{name: c.name, encoding: order.encoding}.decode(rest)
		}
	}
	if len(b) == 0 {
		return b, nil
	}
	return nil, unreadable("The charset %[1]s says nothing of the order of bytes: begin with a byte order mark, or declare %[1]sLE or %[1]sBE.", c.name)
}

// encodes reports whether the text is written as these bytes.
func (c charset) encodes(text, b []byte) bool {
	again, err := c.encoding.NewEncoder().Bytes(text)
	return err == nil && bytes.Equal(again, b)
}

func decodeUTF8(b []byte, ascii bool) ([]byte, error) {
	if ascii {
		if bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			return bytes.ToValidUTF8(b, []byte("\ufffd")), errUndecodable
		}
		return b, nil
	}
	if utf8.Valid(b) {
		return b, nil
	}
	return []byte(string([]rune(string(b)))), errUndecodable
}

// writesASCII reports whether the charset writes what forms are made of as ASCII does.
func (c charset) writesASCII() bool {
	if len(c.marks) > 0 {
		return false
	}
	if c.encoding == nil {
		return true
	}
	const marks = "%&+=09AFaf"
	b, err := c.encoding.NewEncoder().Bytes([]byte(marks))
	return err == nil && string(b) == marks
}

func (c charset) String() string {
	if c.name == "" {
		return "UTF-8"
	}
	return c.name
}
