package crmcom

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Answer is what a target answered, with webhook requests by the names that the model gave them. An id that has no name
// stands for itself.
type Answer struct {
	OK       bool
	Told     string   // the status.code
	Requests []string // that the answer has, in its order
	State    string   // of the only one
	About    string   // the name of the thing that the only one is about
	Sent     int      // deliveries to the definition so far
	Exchange *suite.Exchange
}

// String is the answer for a reader of histories.
func (a *Answer) String() string {
	if !a.OK {
		return a.Told
	}
	return strings.TrimSpace(show(a.Requests) + " " + a.State)
}

// against is a violation of r, or of no sentence at all when r is nil.
func (a *Answer) against(r *contract.Requirement, want, got string) error {
	return &suite.Violation{Requirement: r, Want: want, Got: got, Exchange: a.Exchange}
}

// wrong runs a comparison unless the answer is unknown.
func (a *Answer) wrong(compare func() error) error {
	if a == nil {
		return nil
	}
	return compare()
}

func (a *Answer) wantOK(r *contract.Requirement) error {
	if a.OK {
		return nil
	}
	return a.against(r, "OK", a.Told)
}

func (a *Answer) wantRefused(r *contract.Requirement) error {
	if !a.OK {
		return nil
	}
	return a.against(r, "a refusal", a.Told)
}

// Step is the state after a command, and what is wrong with its answer.
func (Model) Step(s State, c explore.Command, a *Answer) (State, error) {
	switch c.Verb {
	case verbFire:
		return s.stepFire(c, a)
	case verbAccept, verbRefuse:
		s.refuses[defOf(c)] = c.Verb == verbRefuse
		return s, nil
	case verbShow:
		return s, a.wrong(func() error { return s.wrongShow(c.Arg("request"), a) })
	case verbList:
		return s, a.wrong(func() error { return s.wrongList(c, a) })
	case verbResend:
		return s.stepResend(c, a)
	case verbDelete:
		return s.stepDelete(c.Arg("request"), a)
	default:
		return s, a.wrong(func() error { return s.wrongSent(defOf(c), a, crmcom.DeliveryLogged) })
	}
}

func (s State) stepFire(c explore.Command, a *Answer) (State, error) {
	def, name := defOf(c), c.Arg("as")
	next := s.with(entry{name: name, def: def, about: aboutOf(c), rejected: s.refuses[def]}).sending(def)
	return next, a.wrong(func() error {
		switch {
		case len(a.Requests) != 1:
			return a.against(crmcom.DeliveryLogged, "the new webhook request "+name, show(a.Requests))
		case a.Requests[0] != name:
			return a.against(crmcom.DeliveryIDsUnique, "an id and number of its own for "+name, "those of "+a.Requests[0])
		}
		return next.wrongSent(def, a, crmcom.DeliveryLogged)
	})
}

// wrongSent compares the deliveries so far; r is the sentence that a wrong number breaks.
func (s State) wrongSent(def int, a *Answer, r *contract.Requirement) error {
	if s.crowded || !s.received || a.Sent == s.sent[def] {
		return nil
	}
	return a.against(r, fmt.Sprintf("%d deliveries to definition %d so far", s.sent[def], def+1), fmt.Sprint(a.Sent))
}

func (s State) wrongShow(name string, a *Answer) error {
	e, there := s.find(name)
	switch {
	case !there && s.gone[name]:
		return a.wantRefused(crmcom.DeleteGone)
	case !there:
		return a.wantRefused(crmcom.ShowUnknown)
	case !a.OK:
		return a.wantOK(crmcom.ShowByID)
	case !slices.Equal(a.Requests, []string{name}):
		return a.against(crmcom.ShowByID, name, show(a.Requests))
	case a.State != e.lifeCycle():
		return a.against(s.blameState(e), e.lifeCycle(), a.State)
	case a.About != e.about:
		return a.against(crmcom.DeleteOthers, "a webhook request about "+e.about, "one about "+a.About)
	}
	return nil
}

func (State) blameState(e entry) *contract.Requirement {
	if e.rejected {
		return crmcom.DeliveryRejected
	}
	return crmcom.DeliverySuccessful
}

func (s State) wrongList(c explore.Command, a *Answer) error {
	want := s.listed(c)
	switch {
	case !a.OK:
		return a.wantOK(crmcom.ListShape)
	case slices.Equal(want, a.Requests):
		return nil
	}
	return a.against(s.blameList(c, want, a.Requests), "webhook requests "+show(want), "webhook requests "+show(a.Requests))
}

// blameList finds the sentence that a wrong list breaks.
func (s State) blameList(c explore.Command, want, got []string) *contract.Requirement {
	for _, name := range got {
		e, there := s.find(name)
		switch {
		case s.gone[name]:
			return crmcom.DeleteGone
		case there && !matches(e, c):
			return blameFilter(e, c)
		}
	}
	paged := c.Arg("size") != "" || c.Arg("offset") != ""
	switch {
	case paged:
		return crmcom.ListPaging
	case slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))):
		return nil // the order is the target's own
	case c.Arg("def") == "" && c.Arg("about") != "":
		return crmcom.ListByEntityID
	default:
		return crmcom.ListByDefinition
	}
}

// blameFilter finds the filter that let a webhook request through.
func blameFilter(e entry, c explore.Command) *contract.Requirement {
	switch {
	case c.Arg("about") != "" && e.about != c.Arg("about"):
		return crmcom.ListByEntityID
	case c.Arg("state") != "" && e.lifeCycle() != c.Arg("state"):
		return crmcom.ListByState
	default:
		return crmcom.ListByDefinition
	}
}

func (s State) stepResend(c explore.Command, a *Answer) (State, error) {
	name := c.Arg("request")
	e, there := s.find(name)
	switch {
	case a != nil && s.mayRefuse(a):
		return s, nil
	case !there && s.gone[name]:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.DeleteResendAfter) })
	case !there:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.ResendSingle) })
	case !e.rejected:
		return s, a.wrong(func() error { return a.wantNothingSent(s, e.def) })
	case s.refuses[e.def]:
		next := s.sending(e.def)
		return next, a.wrong(func() error { return next.wrongResend(name, crmcom.StateRejected, crmcom.ResendFailsAgain, e.def, a) })
	}
	as := name
	if s.replaces() {
		as = c.Arg("as")
	}
	next := s.sending(e.def).succeeded(name, as)
	return next, a.wrong(func() error {
		return next.wrongResend(as, crmcom.StateSuccessful, crmcom.ResendSucceeds, e.def, a)
	})
}

// mayRefuse reports whether a refusal is nobody's mistake: of several clients one may come while another is served.
func (s State) mayRefuse(a *Answer) bool { return s.crowded && !a.OK }

// wantNothingSent wants a refusal, and no delivery.
func (a *Answer) wantNothingSent(s State, def int) error {
	if err := a.wantRefused(crmcom.ResendRejectedOnly); err != nil {
		return err
	}
	return s.wrongSent(def, a, crmcom.ResendRejectedOnly)
}

func (s State) wrongResend(name, state string, r *contract.Requirement, def int, a *Answer) error {
	switch {
	case !a.OK:
		return a.wantOK(r)
	case !slices.Equal(a.Requests, []string{name}):
		return a.against(crmcom.ResendResponse, "webhook request "+name, show(a.Requests))
	case a.State != "" && a.State != state:
		return a.against(r, state, a.State)
	}
	return s.wrongSent(def, a, crmcom.ResendSendsOnce)
}

func (s State) stepDelete(name string, a *Answer) (State, error) {
	e, there := s.find(name)
	switch {
	case a != nil && s.mayRefuse(a):
		return s, nil
	case !there && s.gone[name]:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.DeleteGone) })
	case !there:
		return s, a.wrong(func() error { return a.wantRefused(crmcom.DeleteIdentifier) })
	}
	return s.without(name), a.wrong(func() error {
		switch {
		case !a.OK && e.rejected:
			return a.wantOK(crmcom.DeleteRejected)
		case !a.OK:
			return a.wantOK(crmcom.DeleteSuccessful)
		case !slices.Equal(a.Requests, []string{name}):
			return a.against(crmcom.DeleteResponse, "the record of "+name, show(a.Requests))
		}
		return nil
	})
}

// show lists names for a reader.
func show(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}
