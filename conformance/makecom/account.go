package makecom

import (
	"slices"

	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// Account counts deliveries that were accepted, and what became of them.
func (Subject) Account(start State, events []history.Event[Answer]) history.Account {
	b := &books{start: start, taken: map[string]int{}, at: map[string]history.Event[Answer]{}}
	for _, e := range events {
		if e.Answer != nil && e.Answer.Succeeded() {
			b.enter(e)
		}
	}
	return b.balance(events)
}

// books are an account in the making.
type books struct {
	start     State
	accepted  []string
	anonymous int                              // accepted, and nobody knows the id
	taken     map[string]int                   // times that an item was answered as deleted or begun, by name
	at        map[string]history.Event[Answer] // the event that took it first
	begunTwo  bool                             // an item began twice
}

func (b *books) enter(e history.Event[Answer]) {
	a, c := e.Answer, e.Command
	switch c.Verb {
	case verbDeliver:
		if len(a.Items) == 0 {
			b.anonymous++
		}
		b.accepted = append(b.accepted, a.Items...)
	case verbBegin:
		b.take(e, a.Items)
	case verbDelete:
		if !b.echoes() && !a.Partial {
			b.take(e, a.Items)
		}
	}
}

// echoes reports whether a deletion answers with ids that it did not delete.
func (b *books) echoes() bool {
	return b.start.rules.Is(makecom.DeleteUnknownID, makecom.AnswerEchoed)
}

func (b *books) take(e history.Event[Answer], names []string) {
	for _, name := range names {
		if b.taken[name] == 0 {
			b.at[name] = e
		} else if e.Command.Verb == verbBegin && b.at[name].Command.Verb == verbBegin {
			b.begunTwo = true
		}
		b.taken[name]++
	}
}

// balance compares the acknowledged changes with the state afterwards.
func (b *books) balance(events []history.Event[Answer]) history.Account {
	out := history.Account{Acknowledged: len(b.accepted) + b.anonymous, Lost: b.anonymous}
	last := history.LastSuccess(events, verbList) // when the clients had gone
	for _, name := range b.accepted {
		if last != nil && b.taken[name] == 0 && !slices.Contains(last.Answer.Items, name) && !b.mayBeGone(name, events) {
			out.Lost++
		}
	}
	for name, times := range b.taken {
		if times > 1 {
			out.Duplicated++
		}
		if b.seenAfter(name, events) {
			out.Resurrected++
		}
	}
	switch {
	case out.Resurrected > 0:
		out.Breaks = []*contract.Requirement{makecom.DeleteGone}
	case b.begunTwo:
		out.Breaks = []*contract.Requirement{makecom.ProcessOnce}
	case out.Lost > 0: // or it is there, and hidden
		out.Breaks = []*contract.Requirement{makecom.ProcessOnce, makecom.ListArrived}
	}
	return out
}

// mayBeGone reports whether a command could have taken an item without saying so.
func (b *books) mayBeGone(name string, events []history.Event[Answer]) bool {
	return slices.ContainsFunc(events, func(e history.Event[Answer]) bool {
		silent := e.Answer == nil || e.Answer.Partial || b.echoes()
		return silent && e.Command.Verb == verbDelete && (e.Command.Arg("all") != "" || slices.Contains(e.Command.List("ids"), name))
	})
}

// seenAfter reports whether an item was seen by a look that began when its deletion was answered already.
func (b *books) seenAfter(name string, events []history.Event[Answer]) bool {
	taken := b.at[name]
	if taken.Command.Verb != verbDelete {
		return false
	}
	return slices.ContainsFunc(events, func(e history.Event[Answer]) bool {
		sees := e.Command.Verb == verbList || e.Command.Verb == verbDetail
		return sees && e.Call > taken.Return && e.Answer != nil && e.Answer.Succeeded() && slices.Contains(e.Answer.Items, name)
	})
}
