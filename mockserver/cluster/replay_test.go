package cluster

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// testLog is a stream as tests write it: the messages and the texts.
type testLog struct {
	messages []stored
	indexes  map[uint64][]byte
}

func (l *testLog) add(t *testing.T, sequence uint64, e envelope) {
	t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	l.messages = append(l.messages, stored{sequence, text})
}

func (l *testLog) read() (*state, int, error) {
	c := new(chain)
	for _, m := range l.messages {
		if err := c.take(m); err != nil {
			return nil, c.ignored, err
		}
	}
	s, err := c.state(func(text uint64) ([]byte, error) { return l.indexes[text], nil })
	return s, c.ignored, err
}

func recordLine(id, after uint64) line {
	return line{World: id, After: after, Record: json.RawMessage(fmt.Sprintf(`{"n":%d}`, after+1))}
}

func beginLine(id uint64) line {
	return line{World: id, Begin: &world.Head{ID: id, Name: fmt.Sprint("w", id), Fresh: true, Origin: 7}}
}

func numbers(p *progress) (all []uint64) {
	for _, r := range p.records {
		all = append(all, r.number)
	}
	return all
}

// What an owner appended that was none any more is nothing, for everybody who reads.
func TestOlderOwnersAreIgnored(t *testing.T) {
	l := new(testLog)
	l.add(t, 1, envelope{Epoch: 1})
	l.add(t, 4, envelope{Epoch: 1, Prev: 1, Lines: []line{beginLine(1), recordLine(1, 0)}})
	l.add(t, 5, envelope{Epoch: 2, Prev: 4})
	l.add(t, 6, envelope{Epoch: 1, Prev: 4, Lines: []line{recordLine(1, 1)}}) // no server should take it
	l.add(t, 7, envelope{Epoch: 2, Prev: 5, Lines: []line{recordLine(1, 1), recordLine(1, 2)}})
	s, ignored, err := l.read()
	if err != nil {
		t.Fatal(err)
	}
	if got := numbers(s.worlds[1]); ignored != 1 || !slices.Equal(got, []uint64{1, 2, 3}) {
		t.Errorf("records %v, %d ignored", got, ignored)
	}
}

// A log of which something is missing is refused, and never read as a shorter one.
func TestHolesAreRefused(t *testing.T) {
	whole := func(t *testing.T) *testLog {
		t.Helper()
		l := new(testLog)
		l.add(t, 1, envelope{Epoch: 1})
		l.add(t, 3, envelope{Epoch: 1, Prev: 1, Lines: []line{beginLine(1), recordLine(1, 0)}})
		l.add(t, 4, envelope{Epoch: 1, Prev: 3, Lines: []line{recordLine(1, 1)}})
		l.add(t, 9, envelope{Epoch: 1, Prev: 4, Lines: []line{recordLine(1, 2)}})
		return l
	}
	if _, _, err := whole(t).read(); err != nil {
		t.Fatal(err)
	}
	for missing := range 3 { // that the end is missing tells the barrier
		l := whole(t)
		l.messages = slices.Delete(l.messages, missing, missing+1)
		if _, _, err := l.read(); !errors.Is(err, errHole) {
			t.Errorf("without message %d: %v", missing, err)
		}
	}
}

// After a trim, what was removed is not missed, and what is left is read in the same way whether the removal came far or not.
func TestAnIndexStandsForWhatWasBefore(t *testing.T) {
	l := new(testLog)
	l.add(t, 1, envelope{Epoch: 1})
	l.add(t, 2, envelope{Epoch: 1, Prev: 1, Lines: []line{beginLine(1), recordLine(1, 0), beginLine(2), recordLine(2, 0), {Evict: "gone"}}})
	l.add(t, 3, envelope{Epoch: 1, Prev: 2, Lines: []line{recordLine(1, 1), {World: 1, After: 2, Snapshot: 50}}})
	l.add(t, 4, envelope{Epoch: 1, Prev: 3, Lines: []line{recordLine(1, 2), {World: 2, Drop: true}}})
	before, _, err := l.read()
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(before.index())
	if err != nil {
		t.Fatal(err)
	}
	l.indexes = map[uint64][]byte{99: text}
	l.add(t, 6, envelope{Epoch: 1, Prev: 4, Index: 99, From: 4})
	l.add(t, 7, envelope{Epoch: 1, Prev: 6, Lines: []line{recordLine(1, 3)}})
	for removed := range 4 {
		part := &testLog{l.messages[removed:], l.indexes}
		s, _, err := part.read()
		if err != nil {
			t.Errorf("%d messages removed: %v", removed, err)
			continue
		}
		p := s.worlds[1]
		if len(s.worlds) != 1 || p.head.Snapshot != 50 || p.last != 4 || !slices.Equal(numbers(p), []uint64{3, 4}) || !slices.Equal(s.evicted, []string{"gone"}) {
			t.Errorf("%d messages removed: %+v %+v", removed, s, p)
		}
	}
	part := &testLog{l.messages[4:], l.indexes}
	if _, _, err := part.read(); !errors.Is(err, errHole) {
		t.Errorf("a message was removed that the index needs: %v", err)
	}
}

// Texts that stand for nothing any more are named, those that are needed are not.
func TestRubbish(t *testing.T) {
	s := newState()
	apply := func(l line) []uint64 {
		t.Helper()
		rubbish, err := s.apply(l)
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(rubbish, func(n uint64) bool { return n == 0 })
	}
	apply(line{World: 1, Begin: &world.Head{ID: 1, Origin: 10}})
	apply(recordLine(1, 0))
	apply(recordLine(1, 1))
	if got := apply(line{World: 1, After: 1, Snapshot: 20}); len(got) != 0 {
		t.Errorf("after the first snapshot: %v", got)
	}
	if needed := s.needed(); !needed[10] || !needed[20] {
		t.Errorf("needed: %v", needed)
	}
	if got := apply(line{World: 1, After: 2, Snapshot: 21}); !slices.Equal(got, []uint64{20}) {
		t.Errorf("after the second snapshot: %v", got)
	}
	if got := apply(line{World: 1, Drop: true}); !slices.Equal(got, []uint64{10, 21}) {
		t.Errorf("after the world: %v", got)
	}
	if got := apply(line{World: 1, After: 2, Snapshot: 22}); !slices.Equal(got, []uint64{22}) {
		t.Errorf("a snapshot of a world that is no more: %v", got)
	}
	tr := new(trim)
	tr.add(5, 30, 0)
	tr.add(6, 0, 0)
	tr.add(7, 31, 0)
	if got := tr.before(7); !slices.Equal(got, []uint64{30}) || len(tr.far) != 1 {
		t.Errorf("before message 7: %v, left %v", got, tr.far)
	}
}

// Lines that are too many for a message are read from where they are, unless an index makes up for them.
func TestFarLines(t *testing.T) {
	text, err := json.Marshal([]line{beginLine(1), recordLine(1, 0)})
	if err != nil {
		t.Fatal(err)
	}
	l := &testLog{indexes: map[uint64][]byte{40: text}}
	l.add(t, 1, envelope{Epoch: 1})
	l.add(t, 2, envelope{Epoch: 1, Prev: 1, Far: 40})
	s, _, err := l.read()
	if err != nil || s.worlds[1].last != 1 {
		t.Fatal(s, err)
	}
	covered, err := json.Marshal(index{Heads: []world.Head{{ID: 1, Name: "w1", Snapshot: 50, At: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	l.indexes = map[uint64][]byte{99: covered} // and the text is gone, but not its message
	l.add(t, 3, envelope{Epoch: 1, Prev: 2, Index: 99, From: 3})
	if s, _, err = l.read(); err != nil || s.worlds[1].last != 1 || s.worlds[1].head.Snapshot != 50 {
		t.Error(s, err)
	}
}

// textMessages are those of a text with these parts, in small pieces.
func textMessages(parts ...string) (messages [][]byte) {
	var all []byte
	for _, part := range parts {
		all = append(binary.BigEndian.AppendUint32(all, uint32(len(part))), part...) //nolint:gosec // it is short
	}
	for at := 0; at < len(all); at += 3 {
		messages = append(messages, append(binary.BigEndian.AppendUint64(nil, uint64(at)), all[at:min(at+3, len(all))]...)) //nolint:gosec // it is short
	}
	end := binary.BigEndian.AppendUint64(nil, uint64(len(all))|endBit)
	return append(messages, binary.BigEndian.AppendUint32(end, crc32.Checksum(all, castagnoli)))
}

func readMessages(messages [][]byte) (parts []string, whole bool, err error) {
	r := textReader{each: func(part []byte) error {
		parts = append(parts, string(part))
		return nil
	}}
	for n, m := range messages {
		if err := r.message(stored{uint64(n + 1), m}); err != nil { //nolint:gosec // there are few
			return nil, false, err
		}
	}
	return parts, r.whole, nil
}

// A text is read as it was written, whichever of its messages were taken twice; one of which something is missing or another one is not
// read at all.
func TestTexts(t *testing.T) {
	want := []string{"one", "", "a longer one"}
	all := textMessages(want...)
	for twice := range all {
		parts, whole, err := readMessages(slices.Insert(slices.Clone(all), twice, all[twice]))
		if err != nil || !whole || !slices.Equal(parts, want) {
			t.Errorf("message %d twice: %q %v %v", twice, parts, whole, err)
		}
	}
	for missing := range all {
		if _, whole, err := readMessages(slices.Delete(slices.Clone(all), missing, missing+1)); whole && err == nil {
			t.Errorf("without message %d it is whole", missing)
		}
	}
	for wrong := range all {
		other := slices.Clone(all)
		other[wrong] = slices.Clone(other[wrong])
		other[wrong][len(other[wrong])-1] ^= 1
		if _, whole, err := readMessages(other); whole && err == nil {
			t.Errorf("with message %d another one it is whole", wrong)
		}
	}
}

// An answer leaves while the replica has the worlds, and not any more: what was read is not what they are.
func TestGate(t *testing.T) {
	may := false
	answer := func(handle http.HandlerFunc) *http.Response {
		w := httptest.NewRecorder()
		g := &gate{ResponseWriter: w, may: func() bool { return may }, full: func() bool { return false }}
		handle(g, nil)
		g.decide(http.StatusOK)
		return w.Result()
	}
	for name, handle := range map[string]http.HandlerFunc{
		"text": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Items", "3")
			_, _ = w.Write([]byte("three items"))
		},
		"status": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Items", "3")
			w.WriteHeader(http.StatusCreated)
		},
		"flush": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X-Items", "3")
			_ = http.NewResponseController(w).Flush()
		},
		"none": func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("X-Items", "3") },
	} {
		may = false
		if a := answer(handle); a.StatusCode != http.StatusServiceUnavailable || a.Header.Get("X-Items") != "" || a.Header.Get(doubtHeader) == "" {
			t.Errorf("%s: %d %v, want a 503 that knows nothing", name, a.StatusCode, a.Header)
		}
		may = true
		if a := answer(handle); a.StatusCode >= http.StatusMultipleChoices || a.Header.Get("X-Items") != "3" {
			t.Errorf("%s: %d %v, want the answer", name, a.StatusCode, a.Header)
		}
	}
}

// Where nothing was kept for want of room, a vendor's own failure is what happened, and nothing else is.
func TestGateOfAFullStream(t *testing.T) {
	for status, want := range map[int]int{http.StatusOK: http.StatusServiceUnavailable, http.StatusNotFound: http.StatusServiceUnavailable, http.StatusInternalServerError: http.StatusInternalServerError} {
		w := httptest.NewRecorder()
		g := &gate{ResponseWriter: w, may: func() bool { return false }, full: func() bool { return true }}
		if g.WriteHeader(status); w.Code != want {
			t.Errorf("%d came out as %d, want %d", status, w.Code, want)
		}
	}
}

// A lease is believed in for its time, and not by a clock that stood still or was set.
func TestBelief(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		name        string
		from, until time.Time
		want        bool
	}{
		{"now", now, now.Add(time.Minute), true},
		{"over", now.Add(-2 * time.Minute), now.Add(-time.Minute), false},
		{"the clock on the wall says it is over", now.Round(0).Add(-time.Hour), now.Round(0).Add(-time.Hour).Add(time.Minute), false},
		{"the clock on the wall was set back", now.Round(0).Add(time.Hour), now.Round(0).Add(time.Hour + time.Minute), false},
	} {
		if got := (&belief{c.from, c.until}).holds(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if (*belief)(nil).holds() {
		t.Error("no lease holds")
	}
}

// A log that is being closed refuses from the first moment on, also while it keeps what came before: otherwise worlds that it refused
// something, which are taken out of service, would answer that they do not exist.
func TestALogThatIsBeingClosedRefuses(t *testing.T) {
	l := newLog(nil, Options{}.complete(), newState(), 1, 1)
	l.writing.Add(1) // a message is on its way
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = l.Close() // it says nothing
	}()
	<-l.wake // which Close sends
	if err := l.Refuses(); !errors.Is(err, errEnded) {
		t.Errorf("while it is being closed: %v", err)
	}
	if err := l.Append(world.Entry{Forget: "a"}).Wait(); !errors.Is(err, errEnded) {
		t.Errorf("an append: %v", err)
	}
	l.writing.Done()
	<-closed
}
