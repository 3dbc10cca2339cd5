package cluster

import (
	"encoding/json"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// envelope is a message of the log: what is kept together. One that has nothing in it is the barrier of a new owner.
type envelope struct {
	ID    string `json:"id"`
	Epoch uint64 `json:"epoch"`          // of the owner: each one has a higher one
	Prev  uint64 `json:"prev,omitempty"` // the sequence of the message before
	Base  *base  `json:"base,omitempty"`
	Index uint64 `json:"index,omitempty"` // a text with all that the log has come to, but for the records
	From  uint64 `json:"from,omitempty"`  // where the first message is whose records the index still needs
	Lines []line `json:"lines,omitempty"`
	Room  []byte `json:"room,omitempty"` // nothing, which takes room: the first message after a time without any
	Far   uint64 `json:"far,omitempty"`  // a text with the lines, where they are too large for a message
}

// base is a text that worlds are made of.
type base struct {
	Sum  []byte `json:"sum"`
	Text uint64 `json:"text"`
}

// line is a [world.Entry] as it is written down.
type line struct {
	World    uint64          `json:"world,omitempty"`
	After    uint64          `json:"after,omitempty"`
	Record   json.RawMessage `json:"record,omitempty"`
	Begin    *world.Head     `json:"begin,omitempty"`
	Snapshot uint64          `json:"snapshot,omitempty"`
	Drop     bool            `json:"drop,omitempty"`
	Evict    string          `json:"evict,omitempty"`
	Forget   string          `json:"forget,omitempty"`
}

func lineOf(e world.Entry) (l line, err error) {
	l = line{World: e.World, After: e.After, Begin: e.Begin, Snapshot: e.Snapshot, Drop: e.Drop, Evict: e.Evict, Forget: e.Forget}
	if e.Record != nil {
		l.Record, err = json.Marshal(e.Record)
	}
	return l, err
}

// size is about what a line takes in a message.
func (l line) size() int { return len(l.Record) + len(l.Evict) + len(l.Forget) + 256 }

func sizeOf(unit []line) (size int) {
	for _, l := range unit {
		size += l.size()
	}
	return size
}

// What a message holds. A server takes a megabyte unless it is told otherwise.
const (
	most    = 512 << 10 // about, of lines
	chunk   = 256 << 10 // of a text
	payload = 1 << 20   // that a server has to take
)
