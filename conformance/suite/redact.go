package suite

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// Redacted stands where a secret stood.
const Redacted = "REDACTED"

// shortest is the length from which a secret is blotted out wherever it occurs. A shorter one ("demo") is no secret, and
// blotting it out everywhere would garble payloads; it still goes from the places where credentials stand.
const shortest = 6

// word is the length below which a secret counts where it stands for itself, and not within a longer word.
const word = 8

// Redactor blots out credentials. It is safe for concurrent use, and learns secrets as the run meets them.
type Redactor struct {
	mu      sync.Mutex
	secrets []string
}

// Hide adds secrets.
func (r *Redactor) Hide(secrets ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range secrets {
		r.hide(s)
	}
}

func (r *Redactor) hide(secret string) {
	if len(secret) < shortest || slices.Contains(r.secrets, secret) {
		return
	}
	r.secrets = append(r.secrets, secret)
	// The longest goes first, so that a secret inside another one does not leave the rest of it standing.
	slices.SortStableFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
}

// places are where credentials stand whatever they look like.
var places = []func() *regexp.Regexp{
	lazyregexp.New(`(?i)("(?:token|password|secret_key)"\s*:\s*")(?:[^"\\]|\\.)*(")`),
	lazyregexp.New(`(?i)([?&](?:token|password)=)[^&\s"']*()`),
}

// mentions spares most texts the search for places.
var mentions = lazyregexp.New(`(?i)token|password|secret_key`)

// Text blots secrets out of any text: a URL, a header, a body, a message.
func (r *Redactor) Text(text string) string {
	if mentions().MatchString(text) {
		for _, place := range places {
			text = place().ReplaceAllString(text, "${1}"+Redacted+"${2}")
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, secret := range r.secrets {
		if len(secret) < word {
			text = replaceWord(text, secret)
			continue
		}
		text = strings.ReplaceAll(text, secret, Redacted)
		text = strings.ReplaceAll(text, url.QueryEscape(secret), Redacted)
		text = strings.ReplaceAll(text, jsonEscape(secret), Redacted)
	}
	return text
}

// replaceWord blots a short secret out where no letter or digit stands beside it.
func replaceWord(text, secret string) string {
	var b strings.Builder
	for from := 0; ; {
		at := strings.Index(text[from:], secret)
		if at < 0 {
			b.WriteString(text[from:])
			return b.String()
		}
		start, end := from+at, from+at+len(secret)
		b.WriteString(text[from:start])
		if start > 0 && isWord(text[start-1]) || end < len(text) && isWord(text[end]) {
			b.WriteString(secret)
		} else {
			b.WriteString(Redacted)
		}
		from = end
	}
}

func isWord(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_'
}

// Header blots out the value of one header, and leaves the scheme of a credential to be seen.
func (r *Redactor) Header(name, value string) string {
	if !strings.EqualFold(name, "Authorization") {
		return r.Text(value)
	}
	scheme, credential, _ := strings.Cut(value, " ")
	if credential == "" {
		return r.Text(value)
	}
	return scheme + " " + Redacted
}

func jsonEscape(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return strings.Trim(string(quoted), `"`)
}
