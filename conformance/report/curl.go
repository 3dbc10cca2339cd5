package report

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

// Curl is the exchange's request as a command line. The credential is taken from the environment: it is not in the report.
func (e *Exchange) Curl() string {
	words := []string{"curl", "-sS", "-i"}
	if e.Method != http.MethodGet {
		words = append(words, "-X", e.Method)
	}
	words = append(words, "--globoff", quote(e.URL))
	for _, name := range slices.Sorted(maps.Keys(e.Header)) {
		words = append(words, "-H", quote(name+": "+e.Header[name]))
	}
	if e.Body != "" {
		words = append(words, "--data-binary", quote(e.Body))
	}
	return strings.Join(words, " ")
}

// quote makes one word of a POSIX shell; a blotted out secret becomes a variable.
func quote(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	return strings.ReplaceAll(quoted, "REDACTED", `'"$UNDERSTUDY_TOKEN"'`)
}
