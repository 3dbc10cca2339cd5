package shown

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestWhatDiffersIsSeen shows pairs that a plain print shows alike.
func TestWhatDiffersIsSeen(t *testing.T) {
	t.Parallel()
	list := make([]string, 200)
	for i := range list {
		list[i] = "0123456789abcdef"
	}
	other := append([]string(nil), list...)
	other[190] = "fedcba9876543210"
	for name, pair := range map[string]struct {
		want, got         any
		inWanted, inFound string
	}{
		"one letter or two":         {"caf\u00e9", "cafe\u0301", `\u00e9`, `\u0301`},
		"the end of a long list":    {list, other, "0123456789abcdef", "fedcba9876543210"},
		"a number and a text":       {[]any{json.Number("7")}, []any{"7"}, `[7]`, `["7"]`},
		"one that ends early":       {strings.Repeat("x", 1000), strings.Repeat("x", 999), `x"`, `x"`},
		"what differs in the midst": {strings.Repeat("ä", 1000) + "b", strings.Repeat("ä", 1000) + "c", `b"`, `c"`},
	} {
		wanted, had := Unlike(pair.want, pair.got)
		if wanted == had || !strings.Contains(wanted, pair.inWanted) || !strings.Contains(had, pair.inFound) {
			t.Errorf("%s: want %s, got %s", name, wanted, had)
		}
		if len(wanted) > 2*mostShown || strings.ContainsRune(wanted+had, '\ufffd') {
			t.Errorf("%s: %d bytes, or half a character: %s", name, len(wanted), wanted)
		}
	}
}
