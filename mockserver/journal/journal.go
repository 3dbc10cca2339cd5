// Package journal keeps the exchanges of one world, and the commands between them that changed it: the newest ones, as many as its
// bounds allow.
package journal

import (
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Entry is one exchange, as it went over the wire, or a command. A journal keeps a copy of it, without its own.
type Entry struct {
	Number       uint64 // 1 for the first of the world, never given twice; of a command: of the exchange before it
	Command      bool   // it changed the world from outside and is no exchange, see [Journal.RecordCommand]
	World        string // of a command: the name of the world that it changed
	At           time.Time
	Took         time.Duration
	API          string
	Operation    string // "" where no operation was reached
	Requirements []*contract.Requirement
	Fault        string // what was injected, "" for nothing
	Mutant       string // the broken behaviour in force, "" for none
	Transition   Transition
	Moment       uint64 // how many changes the world had seen by then
	Request      Request
	Response     Response
}

// Request is the request of an exchange.
type Request struct {
	Method string
	Host   string
	Path   string // with the query
	Header http.Header
	Body   Body
}

// Response is the answer of an exchange.
type Response struct {
	Status int // 0 when the connection was cut
	Header http.Header
	Body   Body
}

// Body is the start of a body.
type Body struct {
	Bytes []byte
	Size  int // of the whole body
}

// Cut keeps as much of a body as a journal does. The bytes are shared, not copied.
func Cut(b []byte) Body { return Body{Bytes: b[:min(len(b), maxBody)], Size: len(b)} }

// maxBody bounds what is kept of one body.
const maxBody = 16 << 10

// Limits bound a journal.
type Limits struct {
	Entries int
	Bytes   int // of bodies, headers and what comes with them, about
}

// DefaultLimits keep a test's worth of exchanges: a thousand of the usual size.
func DefaultLimits() Limits { return Limits{Entries: 1000, Bytes: 4 << 20} }

// Journal is safe for concurrent use. Make one with New.
type Journal struct {
	limits Limits
	apis   []*contract.API // whose names there are; none for those of this module

	mu        sync.Mutex
	exchanges tail
	commands  tail
	next      uint64
	grown     chan struct{} // closed at the next record, made by whoever waits
	moved     chan struct{} // closed at the next record, command or clearing, made by a follower
	left      bool          // its world is no more
	noted     uint64        // commands ever recorded
	clears    uint64
	resumed   Resumed
	budget    *Budget // nil for none
	told      int64   // bytes that the budget knows of
	touched   atomic.Uint64
}

// New returns an empty journal.
func New(limits Limits, apis ...*contract.API) *Journal { return &Journal{limits: limits, apis: apis} }

// Record numbers the exchange and keeps it, dropping the oldest ones where the bounds ask for it. It keeps nothing of what the entry
// points to, but for the list of requirements.
func (j *Journal) Record(e *Entry) {
	encoded, _ := encodings.Get().(*[]byte) // nothing else is put there
	*encoded = e.encode((*encoded)[:0])
	budget, size := j.record(e, encoded)
	budget.tell(j, size)
}

func (j *Journal) record(e *Entry, encoded *[]byte) (*Budget, int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next++
	e.Number = j.next
	j.exchanges.add(e.Number, *encoded, e.Requirements, j.limits)
	release(encoded)
	j.move()
	if j.grown != nil {
		close(j.grown)
		j.grown = nil
	}
	return j.toTell()
}

// encodings are free memory to encode entries in, before a journal is locked.
var encodings = sync.Pool{New: func() any { return new([]byte) }} //nolint:gochecknoglobals // a pool is shared by design

func release(encoded *[]byte) {
	if cap(*encoded) <= largestChunk {
		encodings.Put(encoded)
	}
}

// Entries lists the exchanges that are kept, oldest first. Whoever has the list may do with it what they like.
func (j *Journal) Entries() []*Entry {
	return decoded(j.kept())
}

// Len counts the exchanges that are kept.
func (j *Journal) Len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.exchanges.records) - j.exchanges.first
}

func (j *Journal) kept() []record {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.exchanges.list()
}

// Dropped counts the exchanges that are no longer kept although nobody cleared the journal.
func (j *Journal) Dropped() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.exchanges.dropped
}

// Total counts the exchanges ever recorded, those dropped since included.
func (j *Journal) Total() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next
}

// Grown returns a channel that is closed when the next exchange is recorded.
func (j *Journal) Grown() <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.grown == nil {
		j.grown = make(chan struct{})
	}
	return j.grown
}

// Clear forgets every entry, commands too. Numbers go on.
func (j *Journal) Clear() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.exchanges, j.commands = tail{}, tail{}
	j.clears++
	j.resumed = Resumed{}
	j.move()
}
