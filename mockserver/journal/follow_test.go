package journal_test

import (
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
)

func numbers(entries []*journal.Entry) (list []uint64) {
	for _, e := range entries {
		list = append(list, e.Number)
	}
	return list
}

func same(got []uint64, want ...uint64) bool {
	if len(got) != len(want) {
		return false
	}
	for i := range got {
		if got[i] != want[i] {
			return false
		}
	}
	return true
}

func TestAFollowerHearsEverythingOnce(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 3, Bytes: 1 << 20})
	f := j.Follow(0)
	heard, more := f.Next(10)
	if !heard.Empty() {
		t.Fatalf("heard %+v of an empty journal", heard)
	}
	j.Record(&journal.Entry{})
	j.RecordCommand(&journal.Entry{})
	<-more
	heard, more = f.Next(10)
	if !same(numbers(heard.Exchanges), 1) || len(heard.Commands) != 1 || heard.Skipped != 0 {
		t.Fatalf("heard %+v, want exchange 1 and one command", heard)
	}
	for range 5 {
		j.Record(&journal.Entry{})
	}
	<-more
	if heard, _ = f.Next(2); !same(numbers(heard.Exchanges), 5, 6) || heard.Skipped != 3 {
		t.Fatalf("heard %v, skipped %d; want the latest 2 and 3 skipped", numbers(heard.Exchanges), heard.Skipped)
	}
	if heard, more = f.Next(2); !heard.Empty() {
		t.Fatalf("heard %+v twice", heard)
	}
	j.Clear()
	<-more
	if heard, _ = f.Next(2); !heard.Cleared || heard.Skipped != 0 || len(heard.Exchanges) != 0 {
		t.Fatalf("heard %+v, want that it was cleared", heard)
	}
}

func TestAFollowerResumesBehindANumber(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 100, Bytes: 1 << 20})
	for range 4 {
		j.Record(&journal.Entry{})
	}
	if heard, _ := j.Follow(2).Next(10); !same(numbers(heard.Exchanges), 3, 4) {
		t.Errorf("heard %v, want 3 and 4", numbers(heard.Exchanges))
	}
	if heard, _ := j.Follow(99).Next(10); !heard.Cleared || !same(numbers(heard.Exchanges), 1, 2, 3, 4) { // a number of a journal that is lost
		t.Errorf("heard %+v behind a number that was never given, want that what was shown is gone, and all there is", heard)
	}
}

// Whoever looks for the first time when the world is gone already would wait for a word that nobody says any more.
func TestAFollowerDoesNotWaitForAJournalThatLeft(t *testing.T) {
	j := journal.New(journal.DefaultLimits())
	f := j.Follow(0)
	j.Leave()
	j.Leave() // as often as somebody likes
	for range 2 {
		_, more := f.Next(10)
		select {
		case <-more:
		default:
			t.Fatal("it waits")
		}
		j.Record(&journal.Entry{})
	}
}
