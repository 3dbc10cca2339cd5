package world

import (
	"fmt"
	"testing"
)

func TestEvictionsKeepTheLatest(t *testing.T) {
	e := evictions{most: 3}
	for i := range 100 {
		e.note(fmt.Sprint(i))
		for latest := max(0, i-2); latest <= i; latest++ {
			if !e.has(fmt.Sprint(latest)) {
				t.Fatalf("after %d, %d is forgotten", i, latest)
			}
		}
		if kept := len(e.newer) + len(e.older); kept > 6 {
			t.Fatalf("%d names are kept", kept)
		}
	}
	if e.has("1") {
		t.Error("1 is remembered beyond the limit")
	}
}

func TestEvictionsForgetWhatWasMadeAnew(t *testing.T) {
	e := evictions{most: 1}
	if e.has("a") {
		t.Error("a is remembered before anything happened")
	}
	e.forget("a")
	e.note("a")
	e.note("b")
	e.forget("a")
	if e.has("a") || !e.has("b") {
		t.Errorf("a remembered: %v, b remembered: %v; want only b", e.has("a"), e.has("b"))
	}
}
