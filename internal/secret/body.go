package secret

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Body hides what stands in a body, or in any other text: a form, a multipart form, JSON, JSON in a string of JSON, or the beginning of
// one of them. The media type tells a form that could be something else.
func (hide Mask) Body(mediaType string, body []byte) []byte {
	if !mentions(body) {
		return body
	}
	if strings.HasPrefix(mediaType, "application/x-www-form-urlencoded") || beginsForm().Match(body) {
		return []byte(hide.form(string(body)))
	}
	if bytes.IndexByte(body, '\n') >= 0 { // no part has none
		body = hide.parts(body)
	}
	if bytes.IndexByte(body, '"') < 0 { // no member has none
		return body
	}
	body = hide.groups(body)
	return member().ReplaceAllFunc(body, func(found []byte) []byte {
		prefix := member().FindSubmatch(found)[1]
		quote := `"`
		if strings.HasPrefix(string(prefix), `\`) {
			quote = `\"`
		}
		secret := strings.Trim(string(found[len(prefix):]), `\"`)
		return slices.Concat(prefix, []byte(quote+hide(secret)+quote))
	})
}

// mentions spares most texts the search: each name holds one of these words, or is written with an escape of JSON or of a URL. Beyond ASCII
// there are letters that expressions take for those of a name.
func mentions[T string | []byte](text T) bool {
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return true
		case c == '%' && i+1 < len(text) && text[i+1] >= '4' && text[i+1] <= '7':
			return true
		case c == '\\', c|' ' == 't', c|' ' == 'p', c|' ' == 's', c|' ' == 'a':
			for _, word := range [...]string{"token", "passw", "secret", "apikey", "api-key", "api_key", `\u00`} {
				if begins(text[i:], word) {
					return true
				}
			}
		}
	}
	return false
}

// begins reports whether a text begins with a word, in any case of letters.
func begins[T string | []byte](text T, word string) bool {
	return len(text) >= len(word) && strings.EqualFold(string(text[:len(word)]), word)
}

// member finds a member of JSON with its value, also when the JSON is a string in other JSON, or is cut off.
var member = lazyregexp.New(
	`(?i)((?:\\*)"(?:` + alternatives(escaped) + `)\\*"\s*:\s*)(?:\\+"(?:[^"\\]|\\{2,}[^"\\])*(?:\\+"|$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|-?[0-9][0-9.eE+-]*)`)

// escaped matches a letter that may be escaped as JSON has it.
func escaped(letter byte) string {
	if letter == '_' {
		return `(?:[-_]|\\+u00(?:2d|5f))?`
	}
	return fmt.Sprintf(`(?:%c|\\+u00(?:%02x|%02x))`, letter, letter, bytes.ToUpper([]byte{letter})[0])
}

// part finds a part of a multipart form, its head, and what stands in it.
var part = lazyregexp.New(
	`(?is)(\bname="?(?:` + alternatives(literally) + `)"?[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(\r?\n--|$)`)

func (hide Mask) parts(body []byte) []byte {
	return part().ReplaceAllFunc(body, func(found []byte) []byte {
		of := part().FindSubmatch(found)
		return slices.Concat(of[1], []byte(hide(string(of[2]))), of[3])
	})
}

// group finds the beginning of a member of JSON that is an array or an object.
var group = lazyregexp.New(`(?i)(\\*)"(?:` + alternatives(escaped) + `)\\*"\s*:\s*[\[{]`)

// groups hides arrays and objects as a whole.
func (hide Mask) groups(body []byte) []byte {
	var safe []byte
	for {
		at := group().FindSubmatchIndex(body)
		if at == nil {
			return append(safe, body...)
		}
		quote := string(body[at[2]:at[3]]) + `"`
		end := at[1] - 1 + groupEnd(body[at[1]-1:], quote)
		safe = append(safe, body[:at[1]-1]...)
		safe = append(safe, quote+hide(string(body[at[1]-1:end]))+quote...)
		body = body[end:]
	}
}

// groupEnd is where the array or object ends that a text begins with, at its end when it is cut off.
func groupEnd(text []byte, quote string) int {
	depth, inText := 0, false
	for i := 0; i < len(text); {
		switch rest := text[i:]; {
		case bytes.HasPrefix(rest, []byte(quote)):
			inText = !inText
			i += len(quote)
			continue
		case inText && rest[0] == '\\':
			i += 2
			continue
		case inText:
		case rest[0] == '[' || rest[0] == '{':
			depth++
		case rest[0] == ']' || rest[0] == '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(text)
}

// beginsForm recognises a form, which begins with a name and has a secret in it.
var beginsForm = lazyregexp.New(`(?i)^(?:[^{}"\[\]\s]*[&;])?(?:` + alternatives(literally) + `)=`)
