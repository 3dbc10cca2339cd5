package makecom

import (
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

func deletionDeviations() []deviation {
	return []deviation{
		byID(makecom.DeleteIDs, undone),
		byID(makecom.DeleteGone, undone),
		byID(makecom.DeleteIDsResponse, misnamed),
		byID(makecom.DeletePartial, restKept),
		byID(makecom.DeletePartialError, silent),
		byID(makecom.DeleteNoErrorOnSuccess, complaining),
		byID(makecom.DeleteProcessingRefused, busyDeleted),
		everything(makecom.DeleteAll, namedOnly),
		everything(makecom.DeleteAll, kept),
		everything(makecom.DeleteGone, kept),
		everything(makecom.DeleteIDsResponse, unnamed),
		everything(makecom.ProcessOnce, unnamed),
	}
}

// removal is a deletion that was answered as a success.
type removal struct {
	state  State
	hook   int
	queue  queue
	found  sorting // of the ids
	answer *Answer
}

func (d removal) left(names []string) State { return d.state.left(d.hook, names, deleted) }

// asExpected reports whether the answer is the right one, whatever became of the items.
func (d removal) asExpected(c explore.Command) bool {
	_, err := d.state.stepDelete(d.hook, c, d.answer)
	return err == nil
}

func byID(r *contract.Requirement, next func(d removal, c explore.Command) []State) deviation {
	return history.Succeeding(verbDelete, r, func(s State, c explore.Command, a *Answer) []State {
		if c.Arg("ids") == "" || c.Arg("all") != "" {
			return nil
		}
		q := s.queues[hookOf(c)]
		return next(removal{s, hookOf(c), q, sort(q, c.List("ids")), a}, c)
	})
}

func everything(r *contract.Requirement, next func(d removal) []State) deviation {
	return history.Succeeding(verbDelete, r, func(s State, c explore.Command, a *Answer) []State {
		if c.Arg("all") == "" || c.Arg("except") != "" {
			return nil
		}
		return next(removal{state: s, hook: hookOf(c), queue: s.queues[hookOf(c)], answer: a})
	})
}

// undone answers as it should, and leaves all items in the queue or one of them.
func undone(d removal, c explore.Command) []State {
	if len(d.found.leaving) == 0 || !d.asExpected(c) {
		return nil
	}
	next := []State{d.state}
	for i := range d.found.leaving {
		if len(d.found.leaving) > 1 {
			next = append(next, d.left(slices.Delete(slices.Clone(d.found.leaving), i, i+1)))
		}
	}
	return next
}

// restKept leaves items in the queue because others are being processed.
func restKept(d removal, c explore.Command) []State {
	if len(d.found.processing) == 0 {
		return nil
	}
	return undone(d, c)
}

// misnamed deletes what it should, and names too many of the ids or too few.
func misnamed(d removal, c explore.Command) []State {
	strange := func(name string) bool { return !slices.Contains(c.List("ids"), name) }
	return history.Unless(d.left(d.found.leaving), slices.ContainsFunc(d.answer.Items, strange))
}

// silent does not say that an item is being processed.
func silent(d removal, _ explore.Command) []State {
	return history.Unless(d.left(d.found.leaving), len(d.found.processing) == 0 || d.answer.Partial)
}

// complaining says that an item is being processed, though none is.
func complaining(d removal, _ explore.Command) []State {
	return history.Unless(d.left(d.found.leaving), len(d.found.processing) > 0 || !d.answer.Partial)
}

// busyDeleted deletes items that are being processed.
func busyDeleted(d removal, _ explore.Command) []State {
	return history.Unless(d.left(slices.Concat(d.found.leaving, d.found.processing)), len(d.found.processing) == 0)
}

// waiting reports which of the items that wait the answer names, and which not. It names no others where ok is true.
func (d removal) waiting() (named, others []string, ok bool) {
	for _, name := range d.queue.names(waits) {
		if slices.Contains(d.answer.Items, name) {
			named = append(named, name)
		} else {
			others = append(others, name)
		}
	}
	return named, others, len(named) == len(d.answer.Items)
}

// namedOnly deletes no more than it names.
func namedOnly(d removal) []State {
	named, others, ok := d.waiting()
	return history.Unless(d.left(named), !ok || len(others) == 0)
}

// unnamed deletes more than it names.
func unnamed(d removal) []State {
	_, others, ok := d.waiting()
	return history.Unless(d.left(d.queue.names(waits)), !ok || len(others) == 0)
}

// kept deletes nothing, and says that it did.
func kept(d removal) []State {
	named, others, ok := d.waiting()
	return history.Unless(d.state, !ok || len(named) == 0 || len(others) > 0)
}
