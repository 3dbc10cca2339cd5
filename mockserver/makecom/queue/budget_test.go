package queue

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// TestBytesPerItem bounds what a queued item takes beside its data.
func TestBytesPerItem(t *testing.T) {
	const items, size, most = 100_000, 112, 120 // 112 is a size that the allocator does not round up
	s := NewState()
	if err := s.CreateHook(CreateHook{Settings: Settings{ID: 1, Limit: items, Enabled: true}}); err != nil {
		t.Fatal(err)
	}
	before := heap()
	for i := range items {
		if _, err := s.Arrive(arrival{HookID: 1, ID: fmt.Sprintf("%032x", mix(uint64(i))), Data: make([]byte, size), At: time.Time{}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := (heap() - before) / items; got > size+most {
		t.Errorf("%d bytes for an item with %d bytes of data, want at most %d more", got, size, most)
	}
	runtime.KeepAlive(s)
}

// mix spreads ids as a world does.
func mix(n uint64) uint64 { return n * 0x9e3779b97f4a7c15 }

func heap() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
