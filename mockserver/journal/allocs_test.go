//go:build !race

// The race detector takes from pools at random, so that nothing can be said there of what recording allocates.

package journal_test

import (
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
)

func TestRecordingAllocatesNothing(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 1000, Bytes: 1 << 20})
	e := list(200)
	for range 3000 {
		j.Record(e)
	}
	least := 1.0
	for range 20 { // the collector empties pools now and then
		least = min(least, testing.AllocsPerRun(20, func() { j.Record(e) }))
	}
	if least > 0 {
		t.Errorf("%.0f allocations, want none", least)
	}
}
