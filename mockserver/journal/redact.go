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
	safe := *e
	safe.Request.Path = redactQuery(e.Request.Path)
	safe.Request.Header = redactHeader(e.Request.Header)
	safe.Request.Body.Bytes = redactBody(e.Request.Header, e.Request.Body.Bytes)
	safe.Response.Header = redactHeader(e.Response.Header)
	safe.Response.Body.Bytes = redactBody(e.Response.Header, e.Response.Body.Bytes)
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

func redactQuery(path string) string {
	plain, query, has := strings.Cut(path, "?")
	if !has {
		return path
	}
	return plain + "?" + redactForm(query)
}

func redactForm(form string) string {
	pairs := strings.Split(form, "&")
	for i, pair := range pairs {
		if name, value, _ := strings.Cut(pair, "="); value != "" && isSecret(name) {
			pairs[i] = name + "=" + Hidden
		}
	}
	return strings.Join(pairs, "&")
}

func redactHeader(header http.Header) http.Header {
	safe := make(http.Header, len(header))
	for name, values := range header {
		switch name {
		case "Authorization", "Proxy-Authorization":
			safe[name] = redactCredentials(values)
		case "Cookie", "Set-Cookie":
			safe[name] = []string{Hidden}
		default:
			safe[name] = values
		}
	}
	return safe
}

func redactCredentials(values []string) []string {
	safe := make([]string, len(values))
	for i, v := range values {
		scheme, _, has := strings.Cut(v, " ")
		safe[i] = Hidden
		if has {
			safe[i] = scheme + " " + Hidden
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

func redactBody(header http.Header, body []byte) []byte {
	if strings.HasPrefix(header.Get("Content-Type"), "application/x-www-form-urlencoded") || secretForm().Match(body) {
		return []byte(redactForm(string(body)))
	}
	return secretMember().ReplaceAllFunc(body, func(found []byte) []byte {
		prefix := secretMember().FindSubmatch(found)[1]
		quote := `"`
		if strings.HasPrefix(string(prefix), `\`) {
			quote = `\"`
		}
		return append(append([]byte(nil), prefix...), quote+Hidden+quote...)
	})
}

// secretForm recognises a form, which begins with a name and has a secret in it.
var secretForm = lazyregexp.New(
	`(?i)^(?:[^{}"\[\]\s]*&)?(?:token|password|secret_key|access_token|api_key)=`)
