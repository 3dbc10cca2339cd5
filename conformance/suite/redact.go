package suite

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/understudy-mock/understudy/internal/secret"
)

// Redacted stands where a secret stood.
const Redacted = secret.Hidden

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

func (r *Redactor) hide(found string) {
	if len(found) < shortest || slices.Contains(r.secrets, found) {
		return
	}
	r.secrets = append(r.secrets, found)
	// The longest goes first, so that a secret inside another one does not leave the rest of it standing.
	slices.SortStableFunc(r.secrets, func(a, b string) int { return len(b) - len(a) })
}

// Text blots secrets out of any text: a URL, a body, a message.
func (r *Redactor) Text(text string) string {
	text = secret.Mask(secret.Hide).Text(text)
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, known := range r.secrets {
		if len(known) < word {
			text = replaceWord(text, known)
			continue
		}
		text = strings.ReplaceAll(text, known, Redacted)
		text = strings.ReplaceAll(text, url.QueryEscape(known), Redacted)
		text = strings.ReplaceAll(text, jsonEscape(known), Redacted)
	}
	return text
}

// replaceWord blots a short secret out where no letter or digit stands beside it.
func replaceWord(text, known string) string {
	var b strings.Builder
	for from := 0; ; {
		at := strings.Index(text[from:], known)
		if at < 0 {
			b.WriteString(text[from:])
			return b.String()
		}
		start, end := from+at, from+at+len(known)
		b.WriteString(text[from:start])
		if start > 0 && isWord(text[start-1]) || end < len(text) && isWord(text[end]) {
			b.WriteString(known)
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
	return r.Text(secret.Mask(secret.Hide).Value(name, value))
}

func jsonEscape(s string) string {
	quoted, err := json.Marshal(s)
	if err != nil {
		return s
	}
	return strings.Trim(string(quoted), `"`)
}
