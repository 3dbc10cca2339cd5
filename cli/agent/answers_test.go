package agent

import "testing"

// What is kept to be read on is bounded in number and in bytes: the oldest goes first, the latest stays.
func TestWhatIsKeptIsBounded(t *testing.T) {
	for size, want := range map[int]int{1 << 10: mostKept, 20 << 20: 3, 2 * mostKeptBytes: 1} {
		var a answers
		text := make([]byte, size)
		names := make([]string, 30)
		for i := range names {
			names[i] = a.keep(text)
		}
		for i, name := range names {
			if _, err := a.from(name, 0); (err == nil) != (i >= len(names)-want) {
				t.Errorf("of texts of %d bytes, %s: %v; want the latest %d", size, name, err, want)
			}
		}
	}
}
