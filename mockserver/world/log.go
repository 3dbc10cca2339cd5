package world

import (
	"errors"
	"fmt"
	"iter"

	"github.com/understudy-mock/understudy/mockserver/refusal"
)

// Log keeps worlds beyond the life of the process. A [Registry] without one has them in memory alone, and does nothing for it.
//
// The log of a world is a row of records, numbered from 1, on top of a text that says what the world was made of, or of a later
// text that says what it was at one of the records: its snapshot. Text and records together are the world. A Log knows neither
// commands nor states, only their text. It is safe for concurrent use.
type Log interface {
	// Append takes entries that are kept together or not at all, in the order of the calls. It does not wait for that: the
	// receipt does. Entries that do not follow what the log has come to are refused with [ErrSequence].
	Append(entries ...Entry) Receipt
	// Read hands over the records of a world after a sequence, in order. A record that is missing or damaged is an error.
	Read(world, after uint64, each func(text []byte) error) error

	// Write keeps a text that comes in parts, to be named by an entry. Nobody waits for it but the caller.
	Write(parts iter.Seq2[[]byte, error]) (text uint64, err error)
	// Text reads the parts of a text, in order.
	Text(text uint64, each func(part []byte) error) error
	// Base is the text that worlds are made of unless they have one of their own. It is written when it is new.
	Base(parts iter.Seq2[[]byte, error]) (text uint64, err error)

	// Heads lists the worlds, the one that changed longest ago first.
	Heads() ([]Head, error)
	// Evicted lists the names of worlds that made room for others, oldest first.
	Evicted() ([]string, error)
	// Last is the sequence that the log of a world has come to, and whether it has one.
	Last(world uint64) (sequence uint64, known bool)
	// NextID numbers a new world.
	NextID() uint64
	// Start is how often the log was opened before: it tells the ids of requests of one life from those of another.
	Start() uint64

	// Refuses is why nothing can be kept at present, nil where it can. A log that failed finds out by itself when it can again.
	Refuses() error
	// Failures counts the receipts that told of a failure.
	Failures() uint64
	// Long names worlds whose records have grown longer than their snapshot, one after the other.
	Long() <-chan uint64

	// Journal keeps what a journal holds, which is written down when it is asked for, at some time after the call. JournalOf is what was
	// kept last, nil for nothing.
	Journal(world uint64, parts func() ([][]byte, error)) error
	JournalOf(world uint64) (parts [][]byte, err error)
	// JournalsWholeSince is the first [Log.Start] since which every journal was kept to the end of its life.
	JournalsWholeSince() uint64

	// Promise says what became of a change whose answer leaves, in words that go on from "a change is".
	Promise() string
}

// Receipt tells what became of entries.
type Receipt interface {
	// Wait returns when the entries are kept, or will never be.
	Wait() error
}

// Entry is one thing to be kept: what stands in it.
type Entry struct {
	World uint64 // its number in the log
	After uint64 // the sequence that its log has come to, where a record or a snapshot follows

	Record   *Record
	Begin    *Head  // the world is new
	Snapshot uint64 // the text of the world as it is after that sequence
	Drop     bool   // the world is no more
	Evict    string // the name of a world that made room
	Forget   string // the name of such a world, which there is again
}

// Head is what a log knows of a world.
type Head struct {
	ID     uint64 `json:"id"`
	Name   string `json:"name"`
	Put    bool   `json:"put,omitempty"`   // it was made of a base of its own
	Fresh  bool   `json:"fresh,omitempty"` // the text is that of the base; the seed follows from the name
	Origin uint64 `json:"origin"`          // the text that it was made of

	Snapshot uint64 `json:"snapshot,omitempty"` // a text, 0 for none
	At       uint64 `json:"at,omitempty"`       // the sequence of the snapshot
}

// Why something is not kept.
var (
	// ErrNotKept is what a command comes back with that the log could not keep. The world is as it was before.
	ErrNotKept  = refusal.New(refusal.Internal, "not-kept", "the change could not be kept, and was taken back", "see to the disk that --data names, or the NATS servers that --cluster names; the mock goes on by itself")
	ErrSequence = errors.New("the log has come to another sequence")
)

// Damage is what is wrong with a log that was read.
type Damage struct {
	World    string
	Sequence uint64 // of the record, 0 for none
	Err      error
}

func (e *Damage) Error() string {
	if e.Sequence == 0 {
		return fmt.Sprintf("world %q: %v", e.World, e.Err)
	}
	return fmt.Sprintf("world %q: record %d: %v", e.World, e.Sequence, e.Err)
}

// Unwrap is for errors.Is.
func (e *Damage) Unwrap() error { return e.Err }
