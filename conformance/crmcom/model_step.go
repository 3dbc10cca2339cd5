package crmcom

import (
	"fmt"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Step is the state after a command, and what is wrong with its answer.
func (Model) Step(s State, c explore.Command, a *Answer) (State, error) {
	switch c.Verb {
	case verbFire:
		return s.stepFire(c, a)
	case verbAccept, verbRefuse:
		s.refuses[defOf(c)] = c.Verb == verbRefuse
		return s, nil
	case verbShow:
		return s, a.wrong(func() error { return s.wrongShow(c, a) })
	case verbList:
		return s, a.wrong(func() error { return s.wrongList(c, a) })
	case verbResend:
		return s.stepResend(c, a)
	case verbDelete:
		return s.stepDelete(c.Arg("request"), a)
	default:
		return s, a.wrong(func() error { return s.wrongCount(defOf(c), a, crmcom.DeliveryLogged) })
	}
}

func (s State) stepFire(c explore.Command, a *Answer) (State, error) {
	e := entry{name: c.Arg("as"), def: defOf(c), about: aboutOf(c), rejected: s.refuses[defOf(c)]}
	next := s.with(e).sending(e.def)
	return next, a.wrong(func() error {
		switch {
		case len(a.Requests) != 1:
			return a.against(crmcom.DeliveryLogged, "the new webhook request "+e.name, show(a.names()))
		case a.Requests[0].Name != e.name:
			return a.against(crmcom.DeliveryIDsUnique, "an id and number of its own for "+e.name, "those of "+a.Requests[0].Name)
		}
		return next.wrongSent(e.def, a, crmcom.DeliveryLogged)
	})
}

// wrongSent compares the deliveries so far; r is the sentence that a wrong number breaks. Among several clients nobody can
// tell whose a delivery is, so that they are counted when all have gone.
func (s State) wrongSent(def int, a *Answer, r *contract.Requirement) error {
	if s.concurrent {
		return nil
	}
	return s.wrongCount(def, a, r)
}

func (s State) wrongCount(def int, a *Answer, r *contract.Requirement) error {
	if a.Sent == s.sent[def] {
		return nil
	}
	return a.against(r, fmt.Sprintf("%d deliveries to definition %d so far", s.sent[def], def+1), fmt.Sprint(a.Sent))
}

func (s State) wrongShow(c explore.Command, a *Answer) error {
	name, by := c.Arg("request"), crmcom.ShowByID
	if c.Arg("by") == "number" {
		by = crmcom.ShowByNumber
	}
	e, there := s.find(name)
	switch {
	case !there && s.gone[name]:
		return a.wantRefused(crmcom.DeleteGone)
	case !there:
		return a.wantRefused(crmcom.ShowUnknown)
	case a.Refused && s.last == verbDelete:
		return a.against(crmcom.DeleteOthers, "webhook request "+name, a.Code)
	}
	if err := a.wantOne(name, by, by); err != nil {
		return err
	}
	return a.wantRecord(e, a.Requests[0])
}

// wrongList compares the list, and each webhook request in it. Among several clients the order is no matter.
func (s State) wrongList(c explore.Command, a *Answer) error {
	if err := a.wantOK(crmcom.ListShape, crmcom.ListShape); err != nil {
		return err
	}
	want, got := names(s.listed(c)), a.names()
	if s.concurrent || !s.observed.Knows(crmcom.ListOrder) {
		slices.Sort(want)
		slices.Sort(got)
	}
	if !slices.Equal(want, got) {
		return a.against(s.blameList(c, got), "webhook requests "+show(want), "webhook requests "+show(got))
	}
	for _, seen := range a.Requests {
		e, _ := s.find(seen.Name) // the names are those of the model
		if err := a.wantRecord(e, seen); err != nil {
			return err
		}
	}
	return nil
}

func names(entries []entry) []string {
	all := []string{}
	for _, e := range entries {
		all = append(all, e.name)
	}
	return all
}

func (s State) stepResend(c explore.Command, a *Answer) (State, error) {
	name := c.Arg("request")
	e, there := s.find(name)
	switch {
	case s.refusable(a):
		return s, nil
	case !there && s.gone[name]:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.DeleteResendAfter) })
	case !there:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.ResendSingle) })
	case !e.rejected:
		return s, a.wrong(func() error { return s.wrongRefusal(e, a) })
	}
	next := s.resent(e, c.Arg("as"))
	return next, a.wrong(func() error { return next.wrongResend(e, c.Arg("as"), a) })
}

// refusable reports whether a refusal is nobody's mistake: no document says that one of several clients may not be refused while
// another one's call on the same webhook request is under way.
func (s State) refusable(a *Answer) bool { return s.concurrent && a != nil && a.Refused }

// wrongRefusal wants a refusal, and no delivery.
func (s State) wrongRefusal(e entry, a *Answer) error {
	r := crmcom.ResendRejectedOnly
	if e.resent {
		r = crmcom.ResendSucceeds
	}
	if err := a.wantRefused(r); err != nil {
		return err
	}
	return s.wrongSent(e.def, a, crmcom.ResendRejectedOnly)
}

// wrongResend compares the answer to a resend of what was REJECTED. What it says of the state is no matter: whether the
// record is shown as it was or as it is now is not documented.
func (s State) wrongResend(old entry, as string, a *Answer) error {
	name, r := old.name, crmcom.ResendSendsOnce
	switch {
	case s.refuses[old.def]:
		r = crmcom.ResendFailsAgain
	case s.replaces():
		name = as
	}
	if err := a.wantOne(name, r, crmcom.ResendResponse); err != nil {
		return err
	}
	return s.wrongSent(old.def, a, crmcom.ResendSendsOnce)
}

func (s State) stepDelete(name string, a *Answer) (State, error) {
	e, there := s.find(name)
	switch {
	case s.refusable(a):
		return s, nil
	case !there:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.DeleteIdentifier) })
	}
	return s.without(name), a.wrong(func() error { return a.wrongDeletion(e) })
}

// wrongDeletion wants the record that was deleted, as it was.
func (a *Answer) wrongDeletion(e entry) error {
	r := crmcom.DeleteSuccessful
	if e.rejected {
		r = crmcom.DeleteRejected
	}
	if err := a.wantOne(e.name, r, crmcom.DeleteResponse); err != nil {
		return err
	}
	if a.wantRecord(e, a.Requests[0]) != nil {
		return a.against(crmcom.DeleteResponse, "the record as it was: "+e.String(), fmt.Sprintf("%+v", a.Requests[0]))
	}
	return nil
}
