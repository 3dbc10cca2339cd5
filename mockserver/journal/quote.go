package journal

import (
	"fmt"
	"strings"

	"github.com/understudy-mock/understudy/internal/lazyregexp"
)

// place is where something goes that is known only when the entries are replayed.
var place = lazyregexp.New(`\{\{(token|base|id[0-9]+)\}\}`)

// shellQuoted is a text as one word of a POSIX shell, with variables in its places.
func shellQuoted(text string) string {
	quoted := "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	return place().ReplaceAllString(quoted, `'"$$$1"'`)
}

// goQuoted is a text as a Go literal, readable where it can be.
func goQuoted(text string) string {
	if strings.ContainsAny(text, "\"\\\n") && !strings.ContainsAny(text, "`\r\x00\ufeff") && isPrintable(text) {
		return "`" + text + "`"
	}
	return fmt.Sprintf("%q", text)
}

func isPrintable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r == '\uFFFD' || r < ' ' && r != '\n' && r != '\t' })
}
