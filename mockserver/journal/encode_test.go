package journal_test

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// What a journal gives back is what was recorded.
func TestWhatIsRecordedComesBack(t *testing.T) {
	text := rapid.StringN(0, 40, 200)
	count := rapid.IntRange(0, 1<<20)
	header := rapid.MapOfN(text, rapid.SliceOfN(text, 1, 3), 0, 4)
	body := rapid.Custom(func(t *rapid.T) journal.Body {
		return journal.Body{Bytes: rapid.SliceOfN(rapid.Byte(), 1, 300).Draw(t, "body"), Size: count.Draw(t, "size")}
	})
	entry := rapid.Custom(func(t *rapid.T) *journal.Entry {
		e := &journal.Entry{
			At:   time.Unix(rapid.Int64Range(-1e10, 1e10).Draw(t, "at"), rapid.Int64Range(0, 1e9-1).Draw(t, "ns")).UTC(),
			Took: time.Duration(rapid.Int64().Draw(t, "took")), API: text.Draw(t, "api"), Operation: text.Draw(t, "operation"),
			Requirements: []*contract.Requirement{makecom.ListShape}, Fault: text.Draw(t, "fault"), Mutant: text.Draw(t, "mutant"),
			Request: journal.Request{
				Method: text.Draw(t, "method"), Host: text.Draw(t, "host"), Path: text.Draw(t, "path"),
				Header: http.Header(header.Draw(t, "header")), Body: body.Draw(t, "request"),
			},
			Response: journal.Response{Status: count.Draw(t, "status"), Header: http.Header(header.Draw(t, "header")), Body: body.Draw(t, "answer")},
		}
		if rapid.Bool().Draw(t, "east") {
			e.At = e.At.In(time.FixedZone("", 2*60*60))
		}
		if rapid.Bool().Draw(t, "changed") {
			e.Transition = journal.Several("item", rapid.SliceOfN(text, 1, 12).Draw(t, "ids"), text.Draw(t, "from"), text.Draw(t, "to"))
		}
		return e
	})
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(entry, 1, 20).Draw(t, "entries")
		j := filled(journal.DefaultLimits(), want...)
		if diff := cmp.Diff(want, j.Entries()); diff != "" {
			t.Fatalf("entries (-want +got):\n%s", diff)
		}
		if got, at := j.Entries()[0].At.Format(time.RFC3339Nano), want[0].At.Format(time.RFC3339Nano); got != at {
			t.Fatalf("the first was at %s, want %s", got, at)
		}
	})
}

// The caller uses its buffers again as soon as Record returns, and the journal its own when an exchange is dropped.
func TestEntriesOutliveTheJournalsMemory(t *testing.T) {
	body := []byte(strings.Repeat("a", 1000))
	e := list(200)
	e.Request.Body = journal.Cut(body)
	j := filled(journal.Limits{Entries: 10, Bytes: 1 << 20}, e)
	kept := j.Entries()
	for range 1000 {
		copy(body, strings.Repeat("b", len(body)))
		j.Record(e)
	}
	if got := string(kept[0].Request.Body.Bytes); strings.Trim(got, "a") != "" || len(got) != len(body) {
		t.Errorf("an entry that somebody has became %.20q…", got)
	}
}

// A journal holds what its limit says and not a multiple of it, however many exchanges pass through.
func TestAJournalHoldsWhatItsLimitSays(t *testing.T) {
	const journals, limit = 8, 1 << 20
	all := make([]*journal.Journal, journals)
	before := inUse()
	e := list(200)
	e.Request.Body = journal.Cut([]byte(strings.Repeat("x", 300)))
	for i := range all {
		all[i] = journal.New(journal.Limits{Entries: 1 << 30, Bytes: limit})
		for range 5000 {
			all[i].Record(e)
		}
	}
	held := inUse() - before
	if most := journals * limit * 5 / 4; held > most {
		t.Errorf("%d journals of %d KiB hold %d KiB, want at most %d KiB", journals, limit>>10, held>>10, most>>10)
	}
	runtime.KeepAlive(all)
}

// A chunk that somebody reads is not filled anew meanwhile.
func TestReadersSeeWholeEntries(t *testing.T) {
	j := journal.New(journal.Limits{Entries: 1 << 30, Bytes: 200 << 10})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 3000 {
			e := list(200)
			e.Request.Body = journal.Cut([]byte(strings.Repeat(string(rune('a'+i%26)), 1000)))
			j.Record(e)
		}
	}()
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		for _, e := range j.Entries() {
			if body := string(e.Request.Body.Bytes); len(body) != 1000 || strings.Trim(body, body[:1]) != "" {
				t.Fatalf("exchange %d became %.40q…", e.Number, body)
			}
		}
	}
}

func inUse() int {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one only makes ready what pools hold
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}
