package shown

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Shell is text as one word of a POSIX shell. What could speak to a terminal stands there in octal digits, so that the script can be
// looked at. A byte of zero cannot be in a word; the shell leaves it out.
func Shell(text string) string { return ShellParts([]Part{{Text: text}}) }

// Part is a piece of a word of a shell: text, or a variable.
type Part struct {
	Text     string
	Variable string // its name; "" for text
}

// ShellParts is one word made of parts: text in single quotes, and what is none between them.
func ShellParts(parts []Part) string {
	var b strings.Builder
	b.WriteByte('\'')
	for _, p := range parts {
		if p.Variable != "" {
			b.WriteString(`'"$` + p.Variable + `"'`)
		}
		for text := p.Text; text != ""; {
			piece := next(text)
			b.WriteString(within(piece))
			text = text[len(piece):]
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// next is the first character of a text, or what is no character.
func next(text string) string {
	_, size := utf8.DecodeRuneInString(text)
	return text[:size]
}

// within is a character between single quotes.
func within(character string) string {
	r, size := utf8.DecodeRuneInString(character)
	switch {
	case r == '\'':
		return `'\''`
	case isHarmless(r, "\n\t") || r == utf8.RuneError && size > 1:
		return character
	}
	digits := ""
	for _, b := range []byte(character) {
		digits += fmt.Sprintf(`\%03o`, b)
	}
	return `'"$(printf '` + digits + `')"'`
}

// Go is text as a literal of Go, as it is where it can be read better.
func Go(text string) string {
	if strings.ContainsAny(text, "\"\\\n") && !strings.ContainsAny(text, "`\r\ufeff") && Text(text) == text && utf8.ValidString(text) {
		return "`" + text + "`"
	}
	return strconv.Quote(text)
}
