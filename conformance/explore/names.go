package explore

import (
	"strconv"
	"sync"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Names gives the things of a world short names: their ids are other ones each time. V is what is known of a thing. It is safe
// for concurrent use.
type Names[V any] struct {
	// Same reports whether two things are the same though their ids differ; nil for never.
	Same func(a, b V) bool

	mu     sync.Mutex
	things map[string]V      // by name
	names  map[string]string // by id
}

// Bind gives a thing a name, and returns the name that it has from then on: its first one.
func (n *Names[V]) Bind(id, name string, thing V) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if first, ok := n.names[id]; ok {
		return first
	}
	for first, other := range n.things {
		if n.Same != nil && n.Same(thing, other) {
			return first
		}
	}
	if n.names == nil {
		n.names, n.things = map[string]string{}, map[string]V{}
	}
	n.names[id], n.things[name] = name, thing
	return name
}

// Of is the name of an id, or the id itself where it has none.
func (n *Names[V]) Of(id string) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	if name, ok := n.names[id]; ok {
		return name
	}
	return id
}

// All are the names of these ids.
func (n *Names[V]) All(ids []string) []string {
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, n.Of(id))
	}
	return names
}

// Thing is what a name stands for; ok is false for a name that nobody was given.
func (n *Names[V]) Thing(name string) (thing V, ok bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	thing, ok = n.things[name]
	return thing, ok
}

// Name is the n-th name, from 0: a … z, a1 … z1 and so on.
func Name(n int) string {
	name := string(rune('a' + n%26))
	if n >= 26 {
		name += strconv.Itoa(n / 26)
	}
	return name
}

// Observed are the answers that the target was seen to give to open questions.
type Observed contract.Dialect

// Is reports whether the target gives this answer, as far as was observed.
func (o Observed) Is(q *contract.Question, answer string) bool { return o[q.ID] == answer }

// Knows reports whether the target's answer was observed.
func (o Observed) Knows(q *contract.Question) bool { return o[q.ID] != "" }

// Gaps says which of the questions were not answered, so that what depends on them is left out.
func (o Observed) Gaps(asked []*contract.Question) []string {
	var gaps []string
	for _, q := range asked {
		if !o.Knows(q) {
			gaps = append(gaps, "what depends on "+q.ID+": the answer was not observed")
		}
	}
	return gaps
}
