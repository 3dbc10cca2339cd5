package crmcom

import (
	"slices"

	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// happening is one command of a history.
type happening = history.Event[Answer]

// Account counts webhook requests that came to be, and what became of them.
func (Subject) Account(start State, events []happening) history.Account {
	b := &books{start: start, events: events, deleted: map[string]happening{}, resent: map[string]int{}}
	for _, e := range events {
		b.enter(e)
	}
	b.count()
	b.out.Breaks = b.breaks()
	return b.out
}

// books are an account in the making.
type books struct {
	start   State
	events  []happening
	accepts bool                 // the receiver, while the clients are at work
	fired   []string             // what came to be with a name of its own
	deleted map[string]happening // the first deletion of each
	resent  map[string]int       // resends that were answered OK

	shared, deletedTwice, resentTwice, resentAfter bool // what went wrong
	out                                            history.Account
}

func (b *books) enter(e happening) {
	request := e.Command.Arg("request")
	if e.Answer == nil || !e.Answer.OK {
		return
	}
	switch e.Command.Verb {
	case verbAccept, verbRefuse:
		b.accepts = e.Command.Verb == verbAccept
	case verbFire:
		b.enterFired(e)
	case verbResend:
		b.resent[request]++
		deletion, gone := b.deleted[request]
		b.resentAfter = b.resentAfter || gone && e.Call > deletion.Return
	case verbDelete:
		if _, twice := b.deleted[request]; twice {
			b.deletedTwice = true
			b.out.Duplicated++
			return
		}
		b.deleted[request] = e
	}
}

// enterFired notes a webhook request that came to be. One that has the name of another was given its id or number.
func (b *books) enterFired(e happening) {
	b.out.Acknowledged++
	name := e.Command.Arg("as")
	if got := e.Answer.names(); len(got) == 1 && got[0] != name {
		b.shared = true
		b.out.Duplicated++
		return
	}
	b.fired = append(b.fired, name)
}

// count compares the acknowledged changes with the state after the last client ended.
func (b *books) count() {
	last := history.LastSuccess(b.events, verbList)
	for _, name := range b.fired {
		if last != nil && !b.mayBeGone(name) && !slices.Contains(last.Answer.names(), name) {
			b.out.Lost++
		}
	}
	for name, times := range b.resent {
		if times > 1 && b.accepts && name != unknown {
			b.resentTwice = true
			b.out.Duplicated++
		}
	}
	for name := range b.deleted {
		if b.seenAfter(name) {
			b.out.Resurrected++
		}
	}
}

// mayBeGone reports whether a webhook request was deleted or replaced, or may have been by a call without an answer.
func (b *books) mayBeGone(name string) bool {
	return slices.ContainsFunc(b.events, func(e happening) bool {
		takes := e.Command.Verb == verbDelete || e.Command.Verb == verbResend && b.start.replaces()
		return takes && e.Command.Arg("request") == name && (e.Answer == nil || e.Answer.OK)
	})
}

// seenAfter reports whether a webhook request was seen by a look that began when its deletion had been answered.
func (b *books) seenAfter(name string) bool {
	return slices.ContainsFunc(b.events, func(e happening) bool {
		looks := e.Command.Verb == verbList || e.Command.Verb == verbShow
		return looks && e.Call > b.deleted[name].Return && e.Answer != nil && e.Answer.OK && slices.Contains(e.Answer.names(), name)
	})
}

// breaks are sentences, one of which was broken at least; none when the numbers do not show it.
func (b *books) breaks() []*contract.Requirement {
	switch {
	case b.shared:
		return []*contract.Requirement{crmcom.DeliveryIDsUnique}
	case b.out.Resurrected > 0:
		return []*contract.Requirement{crmcom.DeleteGone}
	case b.resentAfter:
		return []*contract.Requirement{crmcom.DeleteResendAfter}
	case b.resentTwice:
		return []*contract.Requirement{crmcom.ResendSucceeds}
	case b.deletedTwice: // or the first deletion was not carried out
		return []*contract.Requirement{crmcom.DeleteIdentifier, crmcom.DeleteGone}
	case b.out.Lost > 0: // or something took it later, or it is there and hidden
		return []*contract.Requirement{crmcom.DeliveryLogged, crmcom.DeleteOthers, crmcom.ResendFailsAgain, crmcom.ListByDefinition}
	}
	return nil
}
