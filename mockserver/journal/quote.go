package journal

import (
	"github.com/understudy-mock/understudy/internal/lazyregexp"
	"github.com/understudy-mock/understudy/internal/shown"
)

// place is where something goes that is known only when the entries are replayed.
var place = lazyregexp.New(`\{\{(token|base|id[0-9]+)\}\}`)

// shellQuoted is a text as one word of a POSIX shell, with variables in its places.
func shellQuoted(text string) string {
	var parts []shown.Part
	from := 0
	for _, at := range place().FindAllStringSubmatchIndex(text, -1) {
		parts = append(parts, shown.Part{Text: text[from:at[0]]}, shown.Part{Variable: text[at[2]:at[3]]})
		from = at[1]
	}
	return shown.ShellParts(append(parts, shown.Part{Text: text[from:]}))
}
