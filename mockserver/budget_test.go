package mockserver_test

import (
	"fmt"
	"math"
	"net/http"
	"runtime"
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
)

// Budgets count what does not depend on the machine. What they allow is a tenth above what was needed when they were set: a
// change that needs more says why, and moves them.

func TestAllocationsPerRequest(t *testing.T) {
	skipUnderRace(t)
	type budget struct{ allocations, bytes float64 }
	budgets := map[string]budget{
		"stats": {9, 2200}, "list-50-of-50": {17, 4950}, "list-50-of-1000": {17, 4950}, "detail": {18, 3050}, "delete-by-id": {31, 3600},
		"deliver": {25, 3050}, "crmcom-show": {29, 5600}, "crmcom-list": {24, 4300}, "crmcom-resend": {103, 9600},
	}
	for _, o := range operations() {
		most, counted := budgets[o.name]
		if !counted {
			continue
		}
		t.Run(o.name, func(t *testing.T) {
			server := newRepeater(t, o)
			do := func() { server.do(t) }
			if got := testing.AllocsPerRun(200, do); got > most.allocations {
				t.Errorf("%.0f allocations, want at most %.0f", got, most.allocations)
			}
			if got := bytesOf(200, do); got > most.bytes {
				t.Errorf("%.0f bytes, want at most %.0f", got, most.bytes)
			}
		})
	}
}

// bytesOf is what a call allocates, on average: the least of some rounds, because the collector empties the pools in others.
func bytesOf(calls int, do func()) float64 {
	least := math.Inf(1)
	for range 5 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for range calls {
			do()
		}
		runtime.ReadMemStats(&after)
		least = min(least, float64(after.TotalAlloc-before.TotalAlloc)/float64(calls))
	}
	return least
}

// TestPagesCostTheSame wants a page of a long queue to need what a page of a short one needs, wherever it lies.
func TestPagesCostTheSame(t *testing.T) {
	allocations := func(waits, offset int) float64 {
		server := newRepeater(t, operation{
			name: "list", method: http.MethodGet, path: fmt.Sprintf("%s?pg[limit]=50&pg[offset]=%06d", queuePath, offset), waits: waits,
		})
		return least(50, func() { server.do(t) })
	}
	want := allocations(1000, 500)
	for _, offset := range []int{0, 50_000, 99_950} {
		if got := allocations(100_000, offset); got > want {
			t.Errorf("offset %d of 100,000: %.0f allocations, %.0f in a queue of 1,000", offset, got, want)
		}
	}
}

// least is what a call allocates when pools have what it needs: the collector empties them now and then, and the race detector
// at random.
func least(calls int, do func()) float64 {
	all := make([]float64, calls)
	for i := range all {
		all[i] = testing.AllocsPerRun(1, do)
	}
	return slices.Min(all)
}

func TestBytesPerIdleWorld(t *testing.T) {
	const worlds, most = 1000, 16 << 10
	mock, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	before := heap()
	for i := range worlds {
		if _, err := mock.Worlds().Find(fmt.Sprint("idle-", i)); err != nil {
			t.Fatal(err)
		}
	}
	if got := (heap() - before) / worlds; got > most {
		t.Errorf("%d bytes, want at most %d", got, most)
	}
	runtime.KeepAlive(mock)
}

// heap is what is in use.
func heap() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one only makes ready what pools hold
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func TestAllocationsOfWorldsAndServers(t *testing.T) {
	skipUnderRace(t)
	mock, err := mockserver.New(mockserver.WithMaxWorlds(10_000))
	if err != nil {
		t.Fatal(err)
	}
	worlds := mock.Worlds()
	first, err := worlds.Find("first")
	if err != nil {
		t.Fatal(err)
	}
	made := 0
	name := func() string { made++; return fmt.Sprint("w", made) }
	for what, c := range map[string]struct {
		budget float64
		do     func() error
	}{
		"make a world":  {75, func() error { _, err := worlds.Find(name()); return err }},
		"fork a world":  {75, func() error { _, err := worlds.Fork(first, name()); return err }},
		"reset a world": {35, first.Reset},
		// The base world is made of commands, each of which is a value, and an API is a value that lists its surfaces and routes:
		// BenchmarkNew with -memprofilerate 1 shows 148 for the base world and 47 for the APIs, their surfaces and scopes.
		"make a server": {302, func() error { _, err := mockserver.New(); return err }},
	} {
		t.Run(what, func(t *testing.T) {
			got := testing.AllocsPerRun(20, func() {
				if err := c.do(); err != nil {
					t.Fatal(err)
				}
			})
			if got > c.budget {
				t.Errorf("%.0f allocations, want at most %.0f", got, c.budget)
			}
		})
	}
}

func skipUnderRace(t *testing.T) {
	t.Helper()
	if raceDetector {
		t.Skip("allocations are not counted under the race detector; the run without it counts them")
	}
}
