package history

import (
	"fmt"
	"slices"

	"github.com/anishathalye/porcupine"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// explainer tries out which broken sentences explain a history. A command breaks one only where it meets another: that one
// client alone is answered as it should was made sure of before. States are numbered, and what can become of one is worked
// out once: the same questions come again for every suspect.
type explainer[S, A any] struct {
	subject     Subject[S, A]
	deviations  []Deviation[S, A]
	suspects    []*contract.Requirement // that the deviations break, each once
	events      []Event[A]
	overlapping []bool                // whether another event was under way at the same time
	history     []porcupine.Operation // whose input is the index of the event

	states  []S
	numbers map[string]int // of states, by their text
	moves   map[move][]int
	late    bool // one explanation at least was given up
}

// move is an event that finds the target in a state, and breaks a sentence or, where that is nil, none.
type move struct {
	state, event int
	breaks       *contract.Requirement
}

func newExplainer[S, A any](subject Subject[S, A], start S, events []Event[A]) *explainer[S, A] {
	e := &explainer[S, A]{
		subject: subject, deviations: subject.Deviations(), events: events, history: operations(events),
		numbers: map[string]int{}, moves: map[move][]int{},
	}
	for _, l := range e.deviations {
		if !slices.Contains(e.suspects, l.Breaks) {
			e.suspects = append(e.suspects, l.Breaks)
		}
	}
	for i := range e.history {
		e.history[i].Input = i
	}
	e.number(start)
	for i := range events {
		e.overlapping = append(e.overlapping, slices.ContainsFunc(events, events[i].meets))
	}
	return e
}

// meets reports whether two events of different clients were under way at the same time. One without an answer may still be.
func (e Event[A]) meets(other Event[A]) bool {
	return e.Client != other.Client && (other.Answer == nil || e.Call < other.Return) && (e.Answer == nil || other.Call < e.Return)
}

// number is the number of a state. States with the same text are the same.
func (e *explainer[S, A]) number(s S) int {
	text := fmt.Sprint(s)
	n, known := e.numbers[text]
	if !known {
		n = len(e.states)
		e.states, e.numbers[text] = append(e.states, s), n
	}
	return n
}

// next are the states that a move may lead to.
func (e *explainer[S, A]) next(m move) []int {
	known, ok := e.moves[m]
	if ok {
		return known
	}
	s, event := e.states[m.state], &e.events[m.event]
	var all []int
	if m.breaks == nil {
		if next, err := e.subject.Step(s, event.Command, event.Answer); err == nil {
			all = append(all, e.number(next))
		}
	}
	for i := range e.deviations {
		if e.deviations[i].Breaks != m.breaks || event.Answer == nil || !e.overlapping[m.event] {
			continue
		}
		for _, next := range e.deviations[i].Next(s, event.Command, event.Answer) {
			all = append(all, e.number(next))
		}
	}
	e.moves[m] = all
	return all
}

// mostSteps bounds the work for one explanation. It is counted, not timed, so that the same history always points at the same.
const mostSteps = 50_000

// explained reports whether a target that breaks this sentence, as often as it likes, and no other could have answered so.
func (e *explainer[S, A]) explained(broken *contract.Requirement) bool {
	steps := 0
	return porcupine.CheckOperations(porcupine.Model{
		Init: func() any { return []int{0} },
		Step: func(state, input, _ any) (bool, any) {
			var next []int
			for _, s := range state.([]int) { //nolint:errcheck,forcetypeassert // Init and Step make it
				event := input.(int) //nolint:errcheck,forcetypeassert // newExplainer makes it
				next = append(next, e.next(move{s, event, nil})...)
				next = append(next, e.next(move{s, event, broken})...)
				steps++
			}
			e.late = e.late || steps > mostSteps
			slices.Sort(next)
			return len(next) > 0 && steps <= mostSteps, slices.Compact(next)
		},
		Equal: func(a, b any) bool { return slices.Equal(a.([]int), b.([]int)) }, //nolint:errcheck,forcetypeassert // Init and Step make them
	}, e.history)
}
