package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// Curl is the exchange's request as a command line. The credential is taken from the environment: it is not in the report.
func (e *Exchange) Curl() string { return e.curl(token) }

// curl lets words say how the texts are written as words of a shell.
func (e *Exchange) curl(word func(string) string) string {
	words := []string{"curl", "-sS", "-i"}
	if e.Method != http.MethodGet {
		words = append(words, "-X", method(e.Method))
	}
	words = append(words, "--globoff", word(e.URL))
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		words = append(words, "-H", word(name+": "+e.Header[name]))
	}
	if e.Body != "" {
		words = append(words, "--data-binary", word(e.Body))
	}
	return strings.Join(words, " ")
}

// method is a method as it is where it can be one.
func method(m string) string {
	if strings.Trim(m, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" {
		return m
	}
	return shown.Shell(m)
}

// token makes one word of a POSIX shell; a blotted out secret becomes a variable.
func token(text string) string { return shown.ShellParts(withToken(text)) }

func withToken(text string) (parts []shown.Part) {
	for i, piece := range strings.Split(text, "REDACTED") {
		if i > 0 {
			parts = append(parts, shown.Part{Variable: "UNDERSTUDY_TOKEN"})
		}
		parts = append(parts, shown.Part{Text: piece})
	}
	return parts
}
