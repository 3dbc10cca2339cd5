package mockserver

import (
	"net/http"
	"strings"
)

// plain is a request whose URL is spelled in the usual way. RFC 3986 says that a percent-encoded letter, digit, hyphen, period,
// underscore or tilde is the same as the character itself. A semicolon in a query is a character like any other, as browsers have
// it; net/url takes the whole parameter for broken.
func plain(r *http.Request) *http.Request {
	path, query := r.URL.EscapedPath(), r.URL.RawQuery
	if strings.IndexByte(path, '%') < 0 && strings.IndexByte(query, ';') < 0 {
		return r
	}
	copied, u := *r, *r.URL
	u.RawPath = unreserved(path) // net/url looks at it only where it says the same as the path
	u.RawQuery = plainQuery(query)
	copied.URL = &u
	return &copied
}

func plainQuery(query string) string { return strings.ReplaceAll(query, ";", "%3B") }

// unreserved decodes the characters of a path that need no encoding, and writes the digits of all others in capitals.
func unreserved(path string) string {
	var b strings.Builder
	b.Grow(len(path))
	for i := 0; i < len(path); i++ {
		if path[i] != '%' || i+2 >= len(path) {
			b.WriteByte(path[i])
			continue
		}
		if c := nibble(path[i+1])<<4 | nibble(path[i+2]); needsNoEscape(c) {
			b.WriteByte(c)
		} else {
			b.WriteString(strings.ToUpper(path[i : i+3]))
		}
		i += 2
	}
	return b.String()
}

// nibble is the value of a hexadecimal digit.
func nibble(digit byte) byte {
	switch {
	case digit >= 'a':
		return digit - 'a' + 10
	case digit >= 'A':
		return digit - 'A' + 10
	}
	return digit - '0'
}

func needsNoEscape(c byte) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		return true
	}
	return c == '-' || c == '.' || c == '_' || c == '~'
}
