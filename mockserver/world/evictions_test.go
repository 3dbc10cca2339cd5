package world

import "testing"

func TestEvictionsKeepTheLatestOfAName(t *testing.T) {
	const limit = 3
	var e evictions
	e.note("a", limit)
	e.forget("a") // made anew
	e.note("b", limit)
	e.note("a", limit)
	e.note("c", limit) // the first eviction of a goes, the second one stays
	for _, name := range []string{"a", "b", "c"} {
		if !e.has(name) {
			t.Errorf("%q is forgotten", name)
		}
	}
	e.note("d", limit)
	if e.has("b") {
		t.Errorf("b is remembered beyond the limit of %d", limit)
	}
	if len(e.names) != limit || len(e.order) != limit {
		t.Errorf("%d names and %d evictions are kept, want %d of each", len(e.names), len(e.order), limit)
	}
}

func TestEvictionsForgetWhatWasForgotten(t *testing.T) {
	var e evictions
	e.note("a", 1)
	e.forget("a")
	e.note("b", 1)
	if e.has("a") || !e.has("b") {
		t.Errorf("a remembered: %v, b remembered: %v; want only b", e.has("a"), e.has("b"))
	}
}
