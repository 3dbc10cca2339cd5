package durable_test

import (
	"fmt"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
)

// What may happen to an item.
type act int

const (
	deliver act = iota
	remove
	look
)

// input is an operation on one item.
type input struct {
	act    act
	client int
}

// item is what is known of a delivery, by the payload that nobody else sent.
type item struct {
	payload string
	id      string // "" as long as nobody knows
	history []porcupine.Operation
	gone    bool // and nobody works on it any longer
}

// ledger is what clients did to the queue and what they were told, across every restart.
type ledger struct {
	mu     sync.Mutex
	began  time.Time
	byName map[string]*item
	byID   map[string]*item
	live   []*item // whose id is known and that were not gone at the last look
	counts map[string]int
}

func newLedger() *ledger {
	return &ledger{began: time.Now(), byName: map[string]*item{}, byID: map[string]*item{}, counts: map[string]int{}}
}

func (l *ledger) now() int64 { return int64(time.Since(l.began)) }

// never is when an operation ends of which nobody knows whether it was done.
const never = math.MaxInt64 / 2

// note adds an operation that was answered, with what it said: for a removal whether the item was there, for a look the same.
func (l *ledger) note(i *item, in input, call int64, there bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i.history = append(i.history, porcupine.Operation{ClientId: in.client, Input: in, Call: call, Output: there, Return: l.now()})
}

// unknown adds an operation that nobody answered.
func (l *ledger) unknown(i *item, in input, call int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i.history = append(i.history, porcupine.Operation{ClientId: in.client, Input: in, Call: call, Output: nil, Return: never})
}

// add begins a delivery.
func (l *ledger) add(payload string) *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := &item{payload: payload}
	l.byName[payload] = i
	return i
}

// identify learns the id of an item.
func (l *ledger) identify(i *item, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if other := l.byID[id]; other != nil && other != i {
		return fmt.Errorf("the id %s was given to %s and to %s", id, other.payload, i.payload)
	}
	if i.id == "" {
		i.id = id
		l.byID[id] = i
		l.live = append(l.live, i)
	}
	return nil
}

// some is an item that may be in the queue, nil for none.
func (l *ledger) some(draw func(n int) int) *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.live) == 0 {
		return nil
	}
	return l.live[draw(len(l.live))]
}

// full reports whether there are as many items as the queue should have: it takes 10,000.
func (l *ledger) full() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.live) > 3000
}

func (l *ledger) count(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[what]++
}

// wantAll wants everything that clients do to have been acknowledged at least once: a test in which nothing works shows nothing.
func (l *ledger) wantAll(t *testing.T) {
	t.Helper()
	for _, what := range []string{"deliver", "list", "delete", "fire", "resend", "delete-request", "advance", "mint", "fork", "unfork"} {
		if l.counts[what] == 0 {
			t.Errorf("no %s was acknowledged", what)
		}
	}
}

// Where an item may be.
const (
	unsent = iota
	waiting
	removed
)

// model is the life of one item: it comes once, it goes once, and it never comes back.
var model = porcupine.Model{ //nolint:gochecknoglobals // porcupine wants a value
	Init: func() any { return unsent },
	Step: func(state, in, out any) (bool, any) {
		switch in.(input).act { //nolint:errcheck,forcetypeassert // note and unknown make it
		case deliver:
			return state == unsent, waiting
		case remove:
			if out == nil { // nobody knows, and nobody will ask
				if state == waiting {
					return true, removed
				}
				return true, state
			}
			if out == true {
				return state == waiting, removed
			}
			return state != waiting, state
		default: // look
			return out == (state == waiting), state
		}
	},
	DescribeOperation: func(in, out any) string { return fmt.Sprint(in, " → ", out) },
}

// judge reports the items whose history no order explains.
func (l *ledger) judge() (wrong []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, i := range l.byName {
		if !porcupine.CheckOperations(model, i.history) {
			wrong = append(wrong, fmt.Sprintf("item %s (%s): %v", i.payload, i.id, i.history))
		}
	}
	return wrong
}
