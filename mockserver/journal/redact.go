package journal

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Hidden stands where a secret was.
const Hidden = "REDACTED"

// Redacted is the entry without credentials: the Authorization header (its scheme stays), token and password in query and
// body, and secret keys. Everything that leaves the process goes through it; what it does not hide it does not change.
func (e *Entry) Redacted() *Entry {
	hide := mask(func(string) string { return Hidden })
	safe := e.masked(hide)
	safe.Response.Header = hide.header(e.Response.Header)
	safe.Response.Body.Bytes = hide.body(e.Response.Header, e.Response.Body.Bytes)
	return safe
}

// mask is what stands in the place of a secret.
type mask func(secret string) string

// masked is the entry with another request.
func (e *Entry) masked(hide mask) *Entry {
	safe := *e
	safe.Request.Path = hide.query(e.Request.Path)
	safe.Request.Header = hide.header(e.Request.Header)
	safe.Request.Body.Bytes = hide.body(e.Request.Header, e.Request.Body.Bytes)
	return &safe
}

// isSecret says which members and parameters are hidden, however they are escaped.
func isSecret(name string) bool {
	if plain, err := url.QueryUnescape(name); err == nil {
		name = plain
	}
	switch strings.ToLower(name) {
	case "token", "password", "secret_key", "access_token", "api_key":
		return true
	}
	return false
}

func (hide mask) query(path string) string {
	plain, query, has := strings.Cut(path, "?")
	if !has {
		return path
	}
	return plain + "?" + hide.form(query)
}

func (hide mask) form(form string) string {
	pairs := strings.Split(form, "&")
	for i, pair := range pairs {
		if name, value, _ := strings.Cut(pair, "="); value != "" && isSecret(name) {
			pairs[i] = name + "=" + hide(value)
		}
	}
	return strings.Join(pairs, "&")
}

func (hide mask) header(header http.Header) http.Header {
	safe := make(http.Header, len(header))
	for name, values := range header {
		switch name {
		case "Authorization", "Proxy-Authorization":
			safe[name] = hide.credentials(values)
		case "Cookie", "Set-Cookie":
			safe[name] = []string{hide("")}
		default:
			safe[name] = values
		}
	}
	return safe
}

func (hide mask) credentials(values []string) []string {
	safe := make([]string, len(values))
	for i, v := range values {
		scheme, secret, has := strings.Cut(v, " ")
		if has {
			safe[i] = scheme + " " + hide(secret)
		} else {
			safe[i] = hide(v)
		}
	}
	return safe
}

// secretMember finds a member of JSON with its value, also when the JSON is a string in other JSON, or is cut off.
var secretMember = lazyregexp.New(
	`(?i)((?:\\*)"(?:` + spellings("token", "password", "secret_key", "access_token", "api_key") + `)\\*"\s*:\s*)(?:\\+"(?:[^"\\]|\\{2,}[^"\\])*(?:\\+"|$)|"(?:[^"\\]|\\.)*(?:"|\\?$)|-?[0-9][0-9.eE+-]*)`)

// spellings matches names whose letters may be escaped as JSON has it.
func spellings(names ...string) string {
	patterns := make([]string, len(names))
	for i, name := range names {
		for _, letter := range []byte(name) {
			lower, upper := letter, bytes.ToUpper([]byte{letter})[0]
			patterns[i] += fmt.Sprintf(`(?:%c|\\+u00(?:%02x|%02x))`, letter, lower, upper)
		}
	}
	return strings.Join(patterns, "|")
}

func (hide mask) body(header http.Header, body []byte) []byte {
	if strings.HasPrefix(header.Get("Content-Type"), "application/x-www-form-urlencoded") || secretForm().Match(body) {
		return []byte(hide.form(string(body)))
	}
	return secretMember().ReplaceAllFunc(body, func(found []byte) []byte {
		prefix := secretMember().FindSubmatch(found)[1]
		quote := `"`
		if strings.HasPrefix(string(prefix), `\`) {
			quote = `\"`
		}
		secret := strings.Trim(string(found[len(prefix):]), `\"`)
		return append(append([]byte(nil), prefix...), quote+hide(secret)+quote...)
	})
}

// secretForm recognises a form, which begins with a name and has a secret in it.
var secretForm = lazyregexp.New(
	`(?i)^(?:[^{}"\[\]\s]*&)?(?:token|password|secret_key|access_token|api_key)=`)
