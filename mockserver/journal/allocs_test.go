//go:build !race

// The race detector takes from pools at random, so that nothing can be said there of what recording allocates.

package journal_test

import (
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
)

func TestRecordingAllocatesNothing(t *testing.T) {
	if least := recording(journal.New(journal.Limits{Entries: 1000, Bytes: 1 << 20})); least > 0 {
		t.Errorf("%.0f allocations, want none", least)
	}
}

// A page that is asleep, or that was closed, costs an exchange nothing: only whoever looks pays for it.
func TestFollowersWhoDoNotLookCostNothing(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 1000, Bytes: 1 << 20})
	for range 100 {
		j.Follow(0).Next(10)
	}
	if least := recording(j); least > 0 {
		t.Errorf("%.0f allocations, want none", least)
	}
}

// recording is how many allocations a record takes.
func recording(j *journal.Journal) float64 {
	e := list(200)
	for range 3000 {
		j.Record(e)
	}
	least := 1.0
	for range 20 { // the collector empties pools now and then
		least = min(least, testing.AllocsPerRun(20, func() { j.Record(e) }))
	}
	return least
}
