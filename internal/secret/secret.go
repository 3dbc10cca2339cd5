// Package secret finds the places in HTTP messages where credentials stand: some headers, and parameters and members of some names.
//
// It knows no credential. What stands elsewhere in a text, a secret or not, is left to whoever knows the secrets.
package secret

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Hidden stands where a secret was.
const Hidden = "REDACTED"

// Mask is what stands in the place of a secret.
type Mask func(secret string) string

// Hide is the mask of everything that leaves the process.
func Hide(string) string { return Hidden }

// names are those of the members and parameters that hold credentials; - and nothing may stand for _, in any case of letters.
var names = []string{"token", "password", "passwd", "secret_key", "client_secret", "access_token", "refresh_token", "id_token", "api_key"} //nolint:gochecknoglobals // a constant

// isName reports whether a member or parameter of that name is hidden, however the name is escaped.
func isName(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	return wholeName().MatchString(name)
}

var wholeName = lazyregexp.New(`(?i)^(?:` + alternatives(literally) + `)$`)

// alternatives is an expression that matches every name; letter says how a letter may be written.
func alternatives(letter func(byte) string) string {
	patterns := make([]string, len(names))
	for i, name := range names {
		for _, c := range []byte(name) {
			patterns[i] += letter(c)
		}
	}
	return strings.Join(patterns, "|")
}

func literally(letter byte) string {
	if letter == '_' {
		return `[-_]?`
	}
	return string(letter)
}

// Path hides what stands in the query of a path or of a URL, and the password in a URL.
func (hide Mask) Path(path string) string {
	plain, query, has := strings.Cut(hide.user(path), "?")
	if !has {
		return plain
	}
	return plain + "?" + hide.form(query)
}

func (hide Mask) user(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return userinfo().ReplaceAllStringFunc(text, func(found string) string {
		return "://" + hide(strings.Trim(found, ":/@")) + "@"
	})
}

// userinfo is the name and the password in a URL.
var userinfo = lazyregexp.New(`://[^/?#\s"'@]+@`)

// Text hides what stands in any text, such as a body, or a message that quotes a URL.
func (hide Mask) Text(text string) string {
	if text = hide.user(text); !mentions(text) {
		return text
	}
	text = string(hide.Body("", []byte(text)))
	return parameter().ReplaceAllStringFunc(text, func(found string) string {
		name, value, _ := strings.Cut(found, "=")
		return name + "=" + hide(value)
	})
}

// parameter is one in the midst of a text.
var parameter = lazyregexp.New(`(?i)[?&;](?:` + alternatives(literally) + `)=[^&;\s"']+`)

func (hide Mask) form(form string) string {
	var safe strings.Builder
	for form != "" {
		end, next := len(form), len(form)
		if at := separator().FindStringIndex(form); at != nil {
			end, next = at[0], at[1]
		}
		pair := form[:end]
		if name, value, _ := strings.Cut(pair, "="); value != "" && isName(name) {
			pair = name + "=" + hide(value)
		}
		safe.WriteString(pair + form[end:next])
		form = form[next:]
	}
	return safe.String()
}

// separator stands between the pairs of a form. Some servers take a semicolon for one, however it is spelled.
var separator = lazyregexp.New(`&|;|%3[Bb]`)

// Header hides the values of the headers that carry credentials.
func (hide Mask) Header(header http.Header) http.Header {
	safe := make(http.Header, len(header))
	for name, values := range header {
		safe[name] = values
		if IsHeader(name) {
			safe[name] = make([]string, len(values))
			for i, value := range values {
				safe[name][i] = hide.Value(name, value)
			}
		}
	}
	return safe
}

// Value hides the value of one header, if it carries a credential. The scheme of an authorization stays.
func (hide Mask) Value(name, value string) string {
	if !IsHeader(name) {
		return value
	}
	if scheme, credential, has := strings.Cut(value, " "); has && hasScheme(name) {
		return scheme + " " + hide(credential)
	}
	return hide(value)
}

func hasScheme(name string) bool {
	return strings.EqualFold(name, "Authorization") || strings.EqualFold(name, "Proxy-Authorization")
}

// IsHeader reports whether a header carries a credential: those of the standards, and X-Api-Key, X-Auth-Token and their like.
func IsHeader(name string) bool {
	switch name = strings.ToLower(name); name {
	case "authorization", "proxy-authorization", "cookie", "set-cookie":
		return true
	case "idempotency-key":
		return false
	}
	for _, end := range []string{"key", "token", "secret", "password", "auth", "authorization", "session", "session-id", "apikey"} {
		if name == end || strings.HasSuffix(name, "-"+end) {
			return true
		}
	}
	return false
}
