package requestlog

import (
	"iter"

	"github.com/understudy-mock/understudy/mockserver/world"
)

// recallBytes is about how large the data of one Recall is.
const recallBytes = 256 << 10

// Recall puts things into the log as they were. Only what was kept of a world has it: unlike [Load], it makes nothing up, looks nothing
// up and refuses nothing.
type Recall struct {
	Definitions []Definition    `json:",omitempty"`
	Rules       []Rule          `json:",omitempty"`
	Requests    []Request       `json:",omitempty"`
	Entities    []RecalledEntry `json:",omitempty"`
	Fired       uint64          `json:",omitempty"` // firings so far
	Next        uint64          `json:",omitempty"` // number of the next request
}

// RecalledEntry is what is known of an entity.
type RecalledEntry struct {
	Key   string
	Data  []byte
	Fired uint64 // the firing that brought the data
}

// Kind implements world.Command.
func (Recall) Kind() string { return PartName + "/recall" }

func (s *State) recall(c Recall) {
	for _, d := range c.Definitions {
		s.definitions.set(d)
	}
	for _, r := range c.Rules {
		s.rules.set(r)
	}
	for _, r := range c.Requests {
		s.put(&r)
	}
	for _, e := range c.Entities {
		s.entities.Set(e.Key, latest{e.Data, e.Fired})
	}
	s.fired, s.next = max(s.fired, c.Fired), max(s.next, c.Next)
}

// Rebuild implements world.Rebuilder.
func (s *State) Rebuild() iter.Seq[world.Command] {
	return func(yield func(world.Command) bool) {
		if yield(Recall{Definitions: s.Definitions(), Rules: s.Rules(), Fired: s.fired, Next: s.next}) && s.recallRequests(yield) {
			s.recallEntities(yield)
		}
	}
}

func (s *State) recallRequests(yield func(world.Command) bool) bool {
	var part []Request
	bytes := 0
	for _, r := range s.Requests() {
		const head = 1 << 10 // ids, names, URL
		part, bytes = append(part, *r), bytes+head+len(r.Data)+len(r.Sent.Body)
		if r.Received != nil {
			bytes += len(r.Received.Body)
		}
		if bytes >= recallBytes {
			if !yield(Recall{Requests: part}) {
				return false
			}
			part, bytes = nil, 0
		}
	}
	return part == nil || yield(Recall{Requests: part})
}

func (s *State) recallEntities(yield func(world.Command) bool) {
	var part []RecalledEntry
	bytes, wanted := 0, true
	s.entities.Scan(func(key string, known latest) bool {
		part, bytes = append(part, RecalledEntry{key, known.data, known.fired}), bytes+len(key)+len(known.data)
		if bytes >= recallBytes {
			wanted = yield(Recall{Entities: part})
			part, bytes = nil, 0
		}
		return wanted
	})
	if wanted && part != nil {
		yield(Recall{Entities: part})
	}
}
