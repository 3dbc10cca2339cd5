package makecom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// The verbs of the model's commands. Each may have hook=2 for the second hook; items have names, and unknown is one that
// was never delivered.
const (
	verbDeliver = "deliver" // item=a
	verbList    = "list"    // offset=1 limit=2 sort=desc
	verbDetail  = "detail"  // item=a
	verbStats   = "stats"
	verbDelete  = "delete" // ids=a,b all=true except=a,b confirmed=true
	verbBegin   = "begin"
	verbFinish  = "finish" // item=a
	verbDisable = "disable"
	verbEnable  = "enable"

	unknown = "unknown"
)

// Model is two hooks and what waits on them, as far as the documents and the target's own answers to the open questions
// go. It is slow and simple.
type Model struct{}

// State is what the model knows of a target. It is never changed in place.
type State struct {
	rules  rules
	queues [2]queue
	gone   map[string]fate // of items that left
	next   int             // items delivered so far
}

// rules are what holds for the whole of an exploration.
type rules struct {
	explore.Observed
	can    map[string]bool // verbs, and "delete all"
	second bool            // there is a second hook
	ids    idSource
}

type queue struct {
	items    []item
	limit    int
	disabled bool
}

type item struct {
	name       string
	processing bool
}

// fate is how an item left its queue.
type fate string

const (
	deleted   fate = "deleted"
	processed fate = "processed"
)

func hookOf(c explore.Command) int { return c.Int("hook", 1) - 1 }

func (q queue) find(name string) (item, bool) {
	i := slices.IndexFunc(q.items, func(it item) bool { return it.name == name })
	if i < 0 {
		return item{}, false
	}
	return q.items[i], true
}

// names are the items for which the condition holds, in order of arrival.
func (q queue) names(condition func(item) bool) []string {
	found := []string{}
	for _, it := range q.items {
		if condition(it) {
			found = append(found, it.name)
		}
	}
	return found
}

func anyItem(item) bool  { return true }
func waits(it item) bool { return !it.processing }

// visible are the items that a list shows.
func (s State) visible(hook int) []string {
	if s.rules.Is(makecom.ListIncludesProcessing, makecom.AnswerNo) {
		return s.queues[hook].names(waits)
	}
	return s.queues[hook].names(anyItem)
}

// counted are the items that the stats count.
func (s State) counted(hook int) int {
	if s.rules.Is(makecom.StatsCountsProcessing, makecom.AnswerNo) {
		return len(s.queues[hook].names(waits))
	}
	return len(s.queues[hook].items)
}

// with is the state with another queue.
func (s State) with(hook int, q queue) State {
	s.queues[hook] = q
	return s
}

// arrived is the state after a delivery.
func (s State) arrived(hook int, name string) State {
	q := s.queues[hook]
	q.items = append(slices.Clone(q.items), item{name: name})
	s.next++
	return s.with(hook, q)
}

// left is the state after items left a queue.
func (s State) left(hook int, names []string, how fate) State {
	q := s.queues[hook]
	q.items = slices.DeleteFunc(slices.Clone(q.items), func(it item) bool { return slices.Contains(names, it.name) })
	gone := map[string]fate{}
	for name, was := range s.gone {
		gone[name] = was
	}
	for _, name := range names {
		gone[name] = how
	}
	s.gone = gone
	return s.with(hook, q)
}

// begun is the state after an item began to be processed.
func (s State) begun(hook int, name string) State {
	q := s.queues[hook]
	q.items = slices.Clone(q.items)
	for i := range q.items {
		q.items[i].processing = q.items[i].processing || q.items[i].name == name
	}
	return s.with(hook, q)
}

func (s State) switched(hook int, disabled bool) State {
	q := s.queues[hook]
	q.disabled = disabled
	return s.with(hook, q)
}

// known are the names of all items that ever were, on any hook.
func (s State) known() []string {
	names := slices.Concat(s.queues[0].names(anyItem), s.queues[1].names(anyItem))
	for name := range s.gone {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (s State) knows(name string) bool { return slices.Contains(s.known(), name) }

// elsewhere reports whether an item is in the queue of the other hook.
func (s State) elsewhere(hook int, name string) bool {
	_, there := s.queues[1-hook].find(name)
	return there
}

// String is the state as people write it down, and as good as the state for telling two apart.
func (s State) String() string {
	var b strings.Builder
	for i, q := range s.queues {
		fmt.Fprintf(&b, "hook %d:", i+1)
		for _, it := range q.items {
			b.WriteString(" " + it.name)
			if it.processing {
				b.WriteString("*")
			}
		}
		if q.disabled {
			b.WriteString(" disabled")
		}
		b.WriteString("; ")
	}
	return b.String()
}
