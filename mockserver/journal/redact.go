package journal

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
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
	var safe strings.Builder
	for form != "" {
		end, next := len(form), len(form)
		if at := separator().FindStringIndex(form); at != nil {
			end, next = at[0], at[1]
		}
		pair := form[:end]
		if name, value, _ := strings.Cut(pair, "="); value != "" && isSecret(name) {
			pair = name + "=" + hide(value)
		}
		safe.WriteString(pair + form[end:next])
		form = form[next:]
	}
	return safe.String()
}

// separator stands between the pairs of a form. Some servers take a semicolon for one, however it is spelled.
var separator = lazyregexp.New(`&|;|%3[Bb]`)

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
			if isSecretHeader(name) {
				safe[name] = hide.each(values)
			}
		}
	}
	return safe
}

// isSecretHeader says which headers of no standard carry a credential: X-Api-Key, X-Auth-Token and their like.
func isSecretHeader(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{"key", "token", "secret", "password"} {
		if name == end || strings.HasSuffix(name, "-"+end) {
			return name != "idempotency-key"
		}
	}
	return false
}

func (hide mask) each(values []string) []string {
	safe := make([]string, len(values))
	for i, v := range values {
		safe[i] = hide(v)
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
	body = hide.parts(hide.groups(body))
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

// secretPart finds a part of a multipart form, its head, and what stands in it.
var secretPart = lazyregexp.New(
	`(?is)(\bname="?(?:token|password|secret_key|access_token|api_key)"?[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n)(.*?)(\r?\n--|$)`)

func (hide mask) parts(body []byte) []byte {
	return secretPart().ReplaceAllFunc(body, func(found []byte) []byte {
		part := secretPart().FindSubmatch(found)
		return slices.Concat(part[1], []byte(hide(string(part[2]))), part[3])
	})
}

// secretGroup finds the beginning of a member of JSON that is an array or an object.
var secretGroup = lazyregexp.New(
	`(?i)(\\*)"(?:` + spellings("token", "password", "secret_key", "access_token", "api_key") + `)\\*"\s*:\s*[\[{]`)

// groups hides arrays and objects as a whole.
func (hide mask) groups(body []byte) []byte {
	var safe []byte
	for {
		at := secretGroup().FindSubmatchIndex(body)
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

// secretForm recognises a form, which begins with a name and has a secret in it.
var secretForm = lazyregexp.New(
	`(?i)^(?:[^{}"\[\]\s]*[&;])?(?:token|password|secret_key|access_token|api_key)=`)
