package crmcom

import (
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

type deviation = history.Deviation[State, Answer]

// Deviations are the ways to break sentences that histories are explained by.
func (Subject) Deviations() []deviation {
	all := slices.Concat(firingDeviations(), resendDeviations(), deletionDeviations(), []deviation{
		history.Succeeding(verbList, crmcom.ListByDefinition, torn),
		history.Succeeding(verbList, crmcom.DeleteGone, stillListed),
	})
	for _, r := range []*contract.Requirement{
		crmcom.ShowByID, crmcom.DeleteGone, crmcom.ResendSucceeds, crmcom.ResendFailsAgain,
		crmcom.DeliverySuccessful, crmcom.DeliveryRejected, crmcom.ShowErrorOnlyRejected,
	} {
		all = append(all, excusedShow(r))
	}
	return all
}

// excusedShow is the deviation of a show that tells what is not so. A list is excused by its own deviations.
func excusedShow(r *contract.Requirement) deviation {
	excused := history.Excused(Subject{}, r)
	return deviation{Breaks: r, Next: func(s State, c explore.Command, a *Answer) []State {
		if c.Verb != verbShow {
			return nil
		}
		return excused.Next(s, c, a)
	}}
}

func firingDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbFire, crmcom.DeliveryLogged, mislogged),
		history.Succeeding(verbFire, crmcom.DeliveryIDsUnique, takenOver),
	}
}

// fired is what a rule makes when it fires.
func (s State) fired(c explore.Command) entry {
	return entry{name: c.Arg("as"), def: defOf(c), about: aboutOf(c), rejected: s.refuses[defOf(c)]}
}

// mislogged logs nothing or calls the URL never or twice.
func mislogged(s State, c explore.Command, a *Answer) []State {
	e := s.fired(c)
	if len(a.Requests) != 1 || a.Requests[0].Name != e.name {
		return nil
	}
	logged := s.with(e)
	return []State{logged.without(e.name).sending(e.def), logged, logged.sending(e.def).sending(e.def)}
}

// takenOver gives the new webhook request the id of another one, which stays as it is or is replaced.
func takenOver(s State, c explore.Command, a *Answer) []State {
	e := s.fired(c)
	if len(a.Requests) != 1 || a.Requests[0].Name == e.name {
		return nil
	}
	s = s.sending(e.def)
	other, there := s.find(a.Requests[0].Name)
	if !there {
		return nil
	}
	e.name = other.name
	replaced := s.without(other.name)
	replaced.log = append(replaced.log, e)
	return []State{s, replaced}
}

func resendDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbResend, crmcom.ResendSendsOnce, unevenly),
		history.Succeeding(verbResend, crmcom.ResendSucceeds, staysRejected),
		history.Succeeding(verbResend, crmcom.ResendSucceeds, sentAgain),
		history.Succeeding(verbResend, crmcom.ResendRejectedOnly, sentAgain),
		history.Succeeding(verbResend, crmcom.ResendFailsAgain, lost),
		history.Succeeding(verbResend, crmcom.DeleteResendAfter, sentAfterwards),
		{Breaks: crmcom.ResendRejectedOnly, Next: refusedAndSent},
		{Breaks: crmcom.DeleteGone, Next: putBack},
	}
}

// resendable is the REJECTED webhook request that a resend names.
func (s State) resendable(c explore.Command) (entry, bool) {
	e, there := s.find(c.Arg("request"))
	return e, there && e.rejected
}

// unevenly sends never or twice.
func unevenly(s State, c explore.Command, a *Answer) []State {
	e, ok := s.resendable(c)
	if !ok {
		return nil
	}
	next := s.resent(e, c.Arg("as"))
	if next.wrongResend(e, c.Arg("as"), a) != nil {
		return nil
	}
	never := next
	never.sent[e.def]--
	return []State{never, next.sending(e.def)}
}

// staysRejected sends, is accepted and leaves the webhook request REJECTED.
func staysRejected(s State, c explore.Command, _ *Answer) []State {
	e, ok := s.resendable(c)
	return history.Unless(s.sending(e.def), !ok || s.refuses[e.def])
}

// sentAgain sends what is SUCCESSFUL.
func sentAgain(s State, c explore.Command, _ *Answer) []State {
	e, there := s.find(c.Arg("request"))
	return history.Unless(s.sending(e.def), !there || e.rejected)
}

// lost sends in vain, and forgets the webhook request.
func lost(s State, c explore.Command, _ *Answer) []State {
	e, ok := s.resendable(c)
	return history.Unless(s.sending(e.def).without(e.name), !ok || !s.refuses[e.def])
}

// sentAfterwards sends what was deleted, or replaced.
func sentAfterwards(s State, c explore.Command, _ *Answer) []State {
	return history.Unless(s.sending(defOf(c)), !s.gone[c.Arg("request")])
}

// refusedAndSent refuses to send what is SUCCESSFUL, and sends it.
func refusedAndSent(s State, c explore.Command, a *Answer) []State {
	if c.Verb != verbResend || !a.Refused {
		return nil
	}
	return sentAgain(s, c, a)
}

// putBack has a webhook request that was deleted in the log again after a resend of it.
func putBack(s State, c explore.Command, _ *Answer) []State {
	name := c.Arg("request")
	if c.Verb != verbResend || !s.gone[name] {
		return nil
	}
	s.log = append(slices.Clone(s.log), entry{name: name, def: defOf(c), about: aboutOf(c), rejected: true})
	return []State{s}
}

func deletionDeviations() []deviation {
	return []deviation{
		history.Succeeding(verbDelete, crmcom.DeleteGone, kept(anyEntry)),
		history.Succeeding(verbDelete, crmcom.DeleteRejected, kept(func(e entry) bool { return e.rejected })),
		history.Succeeding(verbDelete, crmcom.DeleteSuccessful, kept(func(e entry) bool { return !e.rejected })),
		history.Succeeding(verbDelete, crmcom.DeleteOthers, oneMore),
		history.Succeeding(verbDelete, crmcom.DeleteIdentifier, func(s State, c explore.Command, _ *Answer) []State {
			_, there := s.find(c.Arg("request"))
			return history.Unless(s, there)
		}),
	}
}

func anyEntry(entry) bool { return true }

// kept answers a deletion as it should, and deletes nothing.
func kept(which func(entry) bool) func(s State, c explore.Command, a *Answer) []State {
	return func(s State, c explore.Command, a *Answer) []State {
		e, there := s.find(c.Arg("request"))
		return history.Unless(s, !there || !which(e) || a.wrongDeletion(e) != nil)
	}
}

// oneMore deletes another webhook request as well.
func oneMore(s State, c explore.Command, a *Answer) []State {
	e, there := s.find(c.Arg("request"))
	if !there || a.wrongDeletion(e) != nil {
		return nil
	}
	var next []State
	for _, other := range s.log {
		if other != e {
			next = append(next, s.without(e.name).without(other.name))
		}
	}
	return next
}

// torn lists some of what there is, or some of it twice.
func torn(s State, _ explore.Command, a *Answer) []State {
	for _, seen := range a.Requests {
		e, there := s.find(seen.Name)
		if !there || a.wantRecord(e, seen) != nil {
			return nil
		}
	}
	return []State{s}
}

// stillListed lists deleted webhook requests, too.
func stillListed(s State, c explore.Command, a *Answer) []State {
	rest := *a
	rest.Requests = slices.DeleteFunc(slices.Clone(a.Requests), func(seen Seen) bool { return s.gone[seen.Name] })
	return history.Unless(s, s.wrongList(c, &rest) != nil)
}
