package journal

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// keptForm is the form in which entries are written down. It changes with the encoding of entries; a journal of another form is
// begun anew.
const keptForm = 1

// keptBytes is about how large a part of a written journal is.
const keptBytes = 64 << 10

// keptHead is the first part of a written journal. Entries stand in the others: exchanges, and then commands.
type keptHead struct {
	Form      int    `json:"form"`
	Next      uint64 `json:"next"`
	Noted     uint64 `json:"noted"`
	Clears    uint64 `json:"clears"`
	Dropped   uint64 `json:"dropped"`         // exchanges
	Lost      uint64 `json:"droppedCommands"` // commands
	Exchanges int    `json:"exchanges"`       // how many of the entries are some
	Life      uint64 `json:"life"`            // in which it was written
	Gap       bool   `json:"gap,omitempty"`   // something was lost in a life before that one
}

func (h keptHead) moves() uint64 { return h.Next + h.Noted + h.Clears }

// Moves is a number that grows with everything that happens to the journal.
func (j *Journal) Moves() uint64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.next + j.noted + j.clears
}

// Written is the journal in parts, from which [Journal.Resume] goes on, and its [Journal.Moves]. A life is the time between two
// resumptions; later ones have higher numbers.
func (j *Journal) Written(life uint64) (parts [][]byte, moves uint64, err error) {
	j.mu.Lock()
	head := keptHead{
		Form: keptForm, Next: j.next, Noted: j.noted, Clears: j.clears, Dropped: j.exchanges.dropped, Lost: j.commands.dropped,
		Exchanges: len(j.exchanges.records) - j.exchanges.first, Life: life, Gap: j.resumed.gap(),
	}
	records := append(j.exchanges.list(), j.commands.list()...)
	j.mu.Unlock()
	first, err := json.Marshal(head)
	parts = [][]byte{first}
	var part []byte
	for i := range records {
		part = records[i].appendTo(part)
		if len(part) >= keptBytes {
			parts, part = append(parts, part), nil
		}
	}
	if part != nil {
		parts = append(parts, part)
	}
	return parts, head.moves(), err
}

// appendTo writes the ids of the requirements and the bytes, each behind its length.
func (r *record) appendTo(to []byte) []byte {
	ids := make([]string, len(r.requirements))
	for i, requirement := range r.requirements {
		ids[i] = requirement.ID
	}
	list := strings.Join(ids, " ")
	to = append(binary.BigEndian.AppendUint32(to, uint32(len(list))), list...)
	return append(binary.BigEndian.AppendUint32(to, uint32(len(r.bytes))), r.bytes...)
}

// Resumed says where a journal goes on from one that was written down. What was recorded after it was written is missing there, unless it is
// known to be whole.
type Resumed struct {
	At    time.Time // on the machine's clock, zero for a journal that was not
	After uint64    // number of the last exchange that was written down, 0 for none
	Whole bool      // nothing is missing, there or where it was resumed before
}

// gap reports whether exchanges may be missing.
func (r Resumed) gap() bool { return !r.At.IsZero() && !r.Whole }

// String says what may be missing, "" where nothing is.
func (r Resumed) String() string {
	switch {
	case !r.gap():
		return ""
	case r.After == 0:
		return fmt.Sprintf("the world was read again at %s, and no exchange before that is here", r.At.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("the world was read again at %s, and exchanges before that may be missing: #%d is the last that was written down", r.At.UTC().Format(time.RFC3339), r.After)
}

// Resumed is where the journal goes on from one that was written down.
func (j *Journal) Resumed() Resumed {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.resumed
}

var errKept = errors.New("the written journal is cut")

// Resume makes an empty journal, at a time, what another one was when it was written; no parts are one that never was. Since a life, every
// journal was written to its end. A requirement that find does not know is left out.
func (j *Journal) Resume(at time.Time, parts [][]byte, since uint64, find func(id string) *contract.Requirement) error {
	if len(parts) == 0 {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.resumed = Resumed{At: at, Whole: since == 0}
		return nil
	}
	var head keptHead
	if err := json.Unmarshal(parts[0], &head); err != nil {
		return fmt.Errorf("the written journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.next, j.noted, j.clears = head.Next, head.Noted, head.Clears
	j.resumed = Resumed{at, head.Next, head.Life >= since && !head.Gap && head.Form == keptForm}
	if head.Form != keptForm {
		return nil
	}
	j.exchanges.dropped, j.commands.dropped = head.Dropped, head.Lost
	n := 0
	for _, part := range parts[1:] {
		for len(part) > 0 {
			ids, rest, whole := next(part)
			kept, rest, also := next(rest)
			if !whole || !also || len(kept) < numbered {
				return errKept
			}
			to, limits := &j.exchanges, j.limits
			if n >= head.Exchanges {
				to, limits = &j.commands, j.commandLimits()
			}
			to.add(binary.LittleEndian.Uint64(kept), kept[numbered:], requirements(string(ids), find), limits)
			part, n = rest, n+1
		}
	}
	return nil
}

// next takes bytes off that stand behind their length.
func next(part []byte) (taken, rest []byte, whole bool) {
	if len(part) < 4 {
		return nil, nil, false
	}
	n, rest := int(binary.BigEndian.Uint32(part)), part[4:]
	if n > len(rest) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

func requirements(ids string, find func(id string) *contract.Requirement) []*contract.Requirement {
	var all []*contract.Requirement
	for id := range strings.FieldsSeq(ids) {
		all = append(all, find(id))
	}
	return slices.DeleteFunc(all, func(r *contract.Requirement) bool { return r == nil })
}
