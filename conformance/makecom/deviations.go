package makecom

import (
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

type deviation = history.Deviation[State, Answer]

// Deviations are the ways to break sentences that histories are explained by.
func (Subject) Deviations() []deviation {
	all := slices.Concat(arrivalDeviations(), listDeviations(), deletionDeviations(), processingDeviations())
	for _, r := range []*contract.Requirement{
		makecom.ListArrived, makecom.DeleteGone, makecom.ProcessLeaves, makecom.DetailUnknownItem, makecom.StatsQueue, makecom.StatsLimit,
	} {
		all = append(all, history.Excused(Subject{}, r))
	}
	return all
}

func arrivalDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbDeliver, makecom.IngestFull, overrun),
		history.Succeeding(verbDeliver, makecom.StatsLimit, overrun),
		history.Succeeding(verbDeliver, makecom.IngestAccepted, notStored),
		history.Succeeding(verbDeliver, makecom.ProcessOnce, notStored),
		history.Succeeding(verbDeliver, makecom.IngestIDsUnique, func(s State, c explore.Command, a *Answer) []State {
			if len(a.Items) == 1 && a.Items[0] != c.Arg("item") {
				return []State{s.refusing()}
			}
			return nil
		}),
	}
}

// refusing is the state after a delivery that stored nothing. No name is used twice.
func (s State) refusing() State {
	s.next++
	return s
}

func (s State) full(hook int) bool { return len(s.queues[hook].items) >= s.queues[hook].limit }

func names(a *Answer, name string) bool { return slices.Equal(a.Items, []string{name}) }

// overrun takes a delivery though the queue is full.
func overrun(s State, c explore.Command, a *Answer) []State {
	if name := c.Arg("item"); s.full(hookOf(c)) && names(a, name) {
		return []State{s.arrived(hookOf(c), name)}
	}
	return nil
}

// notStored answers a delivery for which there is room, and keeps nothing. It may not even tell an id.
func notStored(s State, c explore.Command, a *Answer) []State {
	if !s.full(hookOf(c)) && (len(a.Items) == 0 || names(a, c.Arg("item"))) {
		return []State{s.refusing()}
	}
	return nil
}

func listDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbList, makecom.ListArrived, func(s State, c explore.Command, a *Answer) []State {
			return history.Unless(s, !within(a.Items, s.visible(hookOf(c))))
		}),
		history.Succeeding(verbList, makecom.ListOffset, func(s State, c explore.Command, a *Answer) []State {
			return history.Unless(s, c.Arg("offset") == "" || !within(a.Items, s.visible(hookOf(c))))
		}),
		history.Succeeding(verbList, makecom.ListArrivalOrder, func(s State, c explore.Command, a *Answer) []State {
			return history.Unless(s, !slices.Equal(sorted(a.Items), sorted(pageOf(s.visible(hookOf(c)), c))))
		}),
		history.Succeeding(verbList, makecom.DeleteGone, stillListing(deleted)),
		history.Succeeding(verbList, makecom.ProcessLeaves, stillListing(processed)),
		history.Succeeding(verbStats, makecom.DeleteGone, func(s State, c explore.Command, a *Answer) []State {
			more := a.Queue - s.counted(hookOf(c))
			return history.Unless(s, more < 0 || more > s.went(deleted))
		}),
	}
}

// within reports whether names stand in all in the same order.
func within(names, all []string) bool {
	for _, name := range names {
		i := slices.Index(all, name)
		if i < 0 {
			return false
		}
		all = all[i+1:]
	}
	return true
}

// stillListing lists the items of the queue, and those that left it in one way.
func stillListing(how fate) func(s State, c explore.Command, a *Answer) []State {
	return func(s State, c explore.Command, a *Answer) []State {
		rest := slices.DeleteFunc(slices.Clone(a.Items), func(name string) bool { return s.gone[name] == how })
		return history.Unless(s, c.Arg("limit") != "" || !slices.Equal(rest, s.visible(hookOf(c))))
	}
}

// went counts the items that left in one way.
func (s State) went(how fate) int {
	n := 0
	for _, was := range s.gone {
		if was == how {
			n++
		}
	}
	return n
}

func processingDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbBegin, makecom.ProcessOnce, func(s State, c explore.Command, a *Answer) []State {
			return s.beginning(c, a, func(it item, there bool, how fate) bool { return there && it.processing || how == processed })
		}),
		history.Succeeding(verbBegin, makecom.ProcessDeletedIsNeverProcessed, func(s State, c explore.Command, a *Answer) []State {
			return s.beginning(c, a, func(_ item, _ bool, how fate) bool { return how == deleted })
		}),
		history.Succeeding(verbBegin, makecom.ProcessFIFO, func(s State, c explore.Command, a *Answer) []State {
			if len(a.Items) != 1 {
				return nil
			}
			it, there := s.queues[hookOf(c)].find(a.Items[0])
			return history.Unless(s.begun(hookOf(c), it.name), !there || it.processing)
		}),
		history.Succeeding(verbFinish, makecom.ProcessLeaves, func(s State, _ explore.Command, _ *Answer) []State { return []State{s} }),
	}
}

// beginning answers with an item that cannot begin. The one whose turn it is may begin all the same.
func (s State) beginning(c explore.Command, a *Answer, wrong func(it item, there bool, how fate) bool) []State {
	if len(a.Items) != 1 {
		return nil
	}
	q := s.queues[hookOf(c)]
	it, there := q.find(a.Items[0])
	if !wrong(it, there, s.gone[a.Items[0]]) {
		return nil
	}
	next := []State{s}
	if waiting := q.names(waits); len(waiting) > 0 {
		next = append(next, s.begun(hookOf(c), waiting[0]))
	}
	return next
}
