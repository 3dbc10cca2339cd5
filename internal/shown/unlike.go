package shown

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mostShown is how much of a text is shown.
const mostShown = 300

// Unlike shows two values that differ so that a person sees where, as [Apart] does: those of unlike types are shown as JSON.
func Unlike(want, got any) (wanted, had string) {
	wanted, had = whole(want), whole(got)
	if wanted == had {
		wanted, had = asJSON(want), asJSON(got)
	}
	return Apart(wanted, had)
}

// Apart is two texts as they are shown beside each other: letters that look alike are written by their numbers, and of long texts there
// is the part round the first difference.
func Apart(wanted, had string) (string, string) {
	if norm.NFC.String(wanted) == norm.NFC.String(had) {
		wanted, had = ascii(wanted), ascii(had)
	}
	from := firstDifference(wanted, had) - mostShown/2
	if len(wanted) <= mostShown && len(had) <= mostShown {
		from = 0
	}
	return excerpt(wanted, from), excerpt(had, from)
}

func whole(v any) string {
	if s, ok := v.(string); ok {
		return fmt.Sprintf("%q", s)
	}
	return fmt.Sprint(v)
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%#v", v)
	}
	return string(text)
}

// ascii writes whatever is not in ASCII by its number.
func ascii(text string) string {
	var out []byte
	for _, r := range text {
		if r < utf8.RuneSelf {
			out = append(out, byte(r))
		} else {
			out = fmt.Appendf(out, "\\u%04x", r)
		}
	}
	return string(out)
}

func firstDifference(a, b string) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

// excerpt is a text from about a byte on, without a character that is cut in two.
func excerpt(text string, from int) string {
	before := ""
	if from > 0 {
		for from < len(text) && !utf8.RuneStart(text[from]) {
			from++
		}
		before, text = "…", text[min(from, len(text)):]
	}
	return before + Cut(text, mostShown)
}

// Cut is the beginning of a text that is longer than so many bytes, without a character that is cut in two.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}
