package queue

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestIDsThatShareANumber holds a hook against a map, with numbers that hardly tell ids apart, and ids that are odd.
func TestIDsThatShareANumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h, want := newHook(Settings{}), map[string]uint64{}
		h.byID.number = func(id string) uint32 { return uint32(len(id)) } //nolint:gosec // a short one
		h.next = rapid.SampledFrom([]uint64{0, math.MaxUint32 - 3, 1<<40 - 2}).Draw(t, "next")
		copied, was := h.fork(), map[string]uint64{}
		id := rapid.SampledFrom(sampleIDs())
		t.Repeat(map[string]func(*rapid.T){
			"add": func(t *rapid.T) {
				id := id.Draw(t, "id")
				if _, there := want[id]; !there {
					want[id] = h.add(id, time.Time{}, nil).arrival
				}
			},
			"remove": func(t *rapid.T) {
				id := id.Draw(t, "id")
				if arrival, there := want[id]; there {
					item, _ := h.arrived.Get(arrival)
					h.remove(entry{arrival, item}, id)
					delete(want, id)
				}
			},
			"four thousand million come and go": func(*rapid.T) { h.next += 1 << half },
			"copy":                              func(*rapid.T) { copied, was = h.fork(), maps.Clone(want) },
			"": func(t *rapid.T) {
				agrees(t, "hook", h, want)
				agrees(t, "copy", copied, was)
			},
		})
	})
}

func agrees(t *rapid.T, what string, h *hook, want map[string]uint64) {
	t.Helper()
	for _, id := range sampleIDs() {
		arrival, there := want[id]
		e, held := h.find(id)
		if held != there || there && (e.arrival != arrival || h.texts(1).id(e) != id) {
			t.Fatalf("%s: %q: got %v, %v, want %v, %v", what, id, e.arrival, held, arrival, there)
		}
	}
	left := slices.Sorted(maps.Values(want))
	if got := h.arrived.Keys(); !slices.Equal(got, left) {
		t.Fatalf("%s: got arrivals %v, want %v", what, got, left)
	}
}

// ids are plain ones, and odd ones that are almost plain.
func sampleIDs() []string {
	all := []string{"", "a", "b", fmt.Sprintf("%031d", 1), fmt.Sprintf("%032X", 0xab), fmt.Sprintf("%033x", 1)}
	for i := range 5 {
		all = append(all, fmt.Sprintf("%032x", i*0xab))
	}
	return all
}
