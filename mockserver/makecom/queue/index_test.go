package queue

import (
	"fmt"
	"maps"
	"testing"

	"pgregory.net/rapid"
)

// TestIDsThatShareANumber holds the index against a map, with numbers that hardly tell ids apart.
func TestIDsThatShareANumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		found, want := newIndex(), map[string]*Item{}
		found.number = func(id string) uint64 { return uint64(len(id)) }
		copied, was := found.copy(), map[string]*Item{}
		id := rapid.StringMatching(`[ab]{1,3}`)
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				item := &Item{ID: id.Draw(t, "id")}
				if want[item.ID] == nil {
					found.add(item)
					want[item.ID] = item
				}
			},
			"remove": func(t *rapid.T) {
				if item := want[id.Draw(t, "id")]; item != nil {
					found.remove(item)
					delete(want, item.ID)
				}
			},
			"copy": func(*rapid.T) {
				copied, was = found.copy(), maps.Clone(want)
			},
			"": func(t *rapid.T) {
				for _, c := range []struct {
					what string
					got  index
					want map[string]*Item
				}{{"index", found, want}, {"copy", copied, was}} {
					for n := range 14 {
						id := letters(fmt.Sprintf("%b", n+2)[1:])
						if item, held := c.got.get(id); held != (c.want[id] != nil) || item != c.want[id] {
							t.Fatalf("%s: %q: got %v, want %v", c.what, id, item, c.want[id])
						}
					}
				}
			},
		})
	})
}

// letters writes a binary number with a and b, so that all ids of a test are looked at.
func letters(binary string) string {
	text := []byte(binary)
	for i := range text {
		text[i] += 'a' - '0'
	}
	return string(text)
}
