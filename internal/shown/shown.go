// Package shown turns what others say into output that says nothing by itself: text for people without control characters, and
// words of a shell or of Go that read back as what they were.
package shown

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Text shows control characters, marks of direction and bytes that are no UTF-8 escaped, as Go writes them. Line breaks and tabs
// stay.
func Text(text string) string { return escaped(text, "\n\t") }

// Line is Text for something that has one line: line breaks are escaped, too.
func Line(text string) string { return escaped(text, "") }

func escaped(text, stays string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !isHarmless(r, stays) }) < 0 {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if isHarmless(r, stays) || r == utf8.RuneError && size > 1 {
			b.WriteString(text[:size])
		} else {
			b.WriteString(escape(r, text[:size]))
		}
		text = text[size:]
	}
	return b.String()
}

func isHarmless(r rune, stays string) bool {
	return r != utf8.RuneError && (unicode.IsPrint(r) || strings.ContainsRune(stays, r) || isSpace(r))
}

// isSpace reports whether a character is white space that stays within its line.
func isSpace(r rune) bool { return unicode.Is(unicode.Zs, r) }

func escape(r rune, bytes string) string {
	if r == utf8.RuneError {
		return fmt.Sprintf(`\x%02x`, bytes[0])
	}
	return strings.Trim(fmt.Sprintf("%+q", r), "'")
}

// Writer passes on what is written to it as Text. Whoever has written all of it calls Flush, because a character may be cut in two
// between calls.
type Writer struct {
	to   io.Writer
	show func(string) string
	rest []byte
}

// NewWriter returns a Writer to w.
func NewWriter(w io.Writer) *Writer { return &Writer{to: w, show: Text} }

// NewJSONWriter returns a Writer that escapes within JSON as JSON does, so that it says the same.
func NewJSONWriter(w io.Writer) *Writer { return &Writer{to: w, show: JSON} }

// JSON is JSON whose texts hold no control character and no mark of direction that is not escaped.
func JSON(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return !isHarmless(r, "\n\r\t") }) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case isHarmless(r, "\n\r\t"):
			b.WriteRune(r)
		case r > 0xFFFF:
			high, low := surrogates(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func surrogates(r rune) (high, low rune) {
	r -= 0x10000
	return 0xD800 + r>>10, 0xDC00 + r&0x3FF
}

// Write implements io.Writer.
func (w *Writer) Write(p []byte) (int, error) {
	text := append(w.rest, p...)
	end := len(text)
	for cut := 1; cut < utf8.UTFMax && cut <= len(text); cut++ {
		if at := len(text) - cut; utf8.RuneStart(text[at]) {
			if !utf8.FullRune(text[at:]) {
				end = at
			}
			break
		}
	}
	w.rest = append([]byte(nil), text[end:]...)
	_, err := io.WriteString(w.to, w.show(string(text[:end])))
	return len(p), err
}

// Flush writes what is left of a character that was cut off.
func (w *Writer) Flush() error {
	_, err := io.WriteString(w.to, w.show(string(w.rest)))
	w.rest = nil
	return err
}
