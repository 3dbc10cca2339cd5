package journal_test

import (
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/journal"
)

func long(body string) *journal.Entry {
	return &journal.Entry{Request: journal.Request{Method: "POST", Path: "/", Header: http.Header{}, Body: journal.Cut([]byte(body))}}
}

// 200 journals that could hold 4 MiB each stay within what they have together, and the one that was used last keeps what it has.
func TestJournalsShareABudget(t *testing.T) {
	const most = 16 << 20
	budget := journal.NewBudget(most)
	all := make([]*journal.Journal, 200)
	for i := range all {
		all[i] = journal.New(journal.DefaultLimits())
		all[i].Share(budget)
	}
	body := strings.Repeat("x", 16<<10)
	var filling sync.WaitGroup
	for part := range 4 {
		filling.Go(func() {
			for i := part; i < len(all); i += 4 {
				for range 250 {
					all[i].Record(long(body))
				}
			}
		})
	}
	filling.Wait()
	all[0].Record(long("the last"))
	kept, dropped := 0, uint64(0)
	for _, j := range all {
		for _, e := range j.Entries() {
			kept += len(e.Request.Body.Bytes)
		}
		dropped += j.Dropped()
	}
	if kept > most+8<<20 {
		t.Errorf("%d MiB are kept", kept>>20)
	}
	if kept < most/2 || dropped == 0 {
		t.Errorf("%d bytes are kept, %d exchanges dropped", kept, dropped)
	}
	if got := all[0].Entries(); len(got) == 0 || string(got[len(got)-1].Request.Body.Bytes) != "the last" {
		t.Errorf("the journal that was used last has %d exchanges", len(got))
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	if m.HeapInuse > 4*most {
		t.Errorf("%d MiB in use", m.HeapInuse>>20)
	}
}

func TestAJournalThatLeavesGivesItsShareBack(t *testing.T) {
	budget := journal.NewBudget(1 << 20)
	gone, stays := journal.New(journal.DefaultLimits()), journal.New(journal.DefaultLimits())
	gone.Share(budget)
	stays.Share(budget)
	for range 40 {
		gone.Record(long(strings.Repeat("x", 16<<10)))
	}
	gone.Leave()
	for range 40 {
		stays.Record(long(strings.Repeat("x", 16<<10)))
	}
	if stays.Dropped() > 0 || len(stays.Entries()) != 40 {
		t.Errorf("%d are kept, %d dropped", len(stays.Entries()), stays.Dropped())
	}
}

// A budget counts what journals take of the machine, whatever the size of what they keep: a chunk that is half full counts as a whole.
func TestABudgetHoldsWhatItSays(t *testing.T) {
	const most = 1 << 20
	for _, size := range []int{20, 300, 600, 3000, 9000, 16<<10 + 1, 33 << 10} {
		budget := journal.NewBudget(most)
		all := make([]*journal.Journal, 2000)
		for i := range all {
			all[i] = journal.New(journal.DefaultLimits())
			all[i].Share(budget)
		}
		e := long(strings.Repeat("x", size))
		before := inUse()
		for _, j := range all {
			for range 3 {
				j.Record(e)
			}
		}
		if held := inUse() - before; held > most*3/2 {
			t.Errorf("journals of bodies of %d bytes hold %d KiB, and were given %d", size, held>>10, most>>10)
		}
		runtime.KeepAlive(all)
	}
}
