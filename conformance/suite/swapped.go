package suite

import "strings"

// Swapped has every letter in the other case: what is almost an id, an address or a credential.
func Swapped(text string) string {
	if upper := strings.ToUpper(text); upper != text {
		return upper
	}
	return strings.ToLower(text)
}
