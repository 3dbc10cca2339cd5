package crmcom

import (
	"fmt"
	"strings"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Answer is what a target answered.
type Answer struct {
	OK       bool
	Refused  bool
	Code     string // the status.code, or what there was instead of one
	Broken   string // what a success had instead of the data that it should have
	Requests []Seen // in the order of the answer
	Sent     int    // deliveries to the definition so far
	Exchange *suite.Exchange
}

// Succeeded reports whether the command was carried out.
func (a *Answer) Succeeded() bool { return a.OK }

// Seen is a webhook request as an answer shows it, by the names that the model gave. What has no name stands for itself.
type Seen struct {
	Name       string
	State      string
	Def, About string
	Failed     bool // its error says something

	id, number string
}

// String is the answer for a reader of histories.
func (a *Answer) String() string {
	switch {
	case !a.OK:
		return a.Code
	case a.Broken != "":
		return a.Broken
	case a.Requests == nil:
		return fmt.Sprintf("%d deliveries", a.Sent)
	}
	var all []string
	for _, seen := range a.Requests {
		all = append(all, seen.Name+" "+seen.State)
	}
	return show(all)
}

// names are the names of the webhook requests.
func (a *Answer) names() []string {
	names := []string{}
	for _, seen := range a.Requests {
		names = append(names, seen.Name)
	}
	return names
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

// wantOK wants a success that can be read; shape is the sentence that says what is in it.
func (a *Answer) wantOK(r, shape *contract.Requirement) error {
	switch {
	case !a.OK:
		return a.against(r, "status.code OK", a.Code)
	case a.Broken != "":
		return a.against(shape, "data as documented", a.Broken)
	}
	return nil
}

func (a *Answer) wantRefused(r *contract.Requirement) error {
	if a.Refused {
		return nil
	}
	return a.against(r, "a refusal (a status.code other than OK)", a.Code)
}

// wantOne wants one webhook request that can be read.
func (a *Answer) wantOne(name string, r, shape *contract.Requirement) error {
	if err := a.wantOK(r, shape); err != nil {
		return err
	}
	if len(a.Requests) == 1 && a.Requests[0].Name == name {
		return nil
	}
	return a.against(shape, "webhook request "+name, show(a.names()))
}

// wantRecord wants a webhook request as it is.
func (a *Answer) wantRecord(e entry, got Seen) error {
	switch {
	case got.State != e.lifeCycle():
		return a.against(e.blame(), e.name+" "+e.lifeCycle(), e.name+" "+got.State)
	case got.Def != definitionName(e.def) || got.About != e.about:
		return a.against(crmcom.DeliveryLogged,
			fmt.Sprintf("%s of definition %d about %s", e.name, e.def+1, e.about), fmt.Sprintf("of definition %q about %q", got.Def, got.About))
	case got.Failed && !e.rejected:
		return a.against(crmcom.ShowErrorOnlyRejected, e.name+" without an error", "an error")
	case !got.Failed && e.rejected:
		return a.against(e.blame(), e.name+" with an error", "none")
	}
	return nil
}

// blame is the sentence by which a webhook request has the state that it has.
func (e entry) blame() *contract.Requirement {
	switch {
	case e.resent && e.rejected:
		return crmcom.ResendFailsAgain
	case e.resent:
		return crmcom.ResendSucceeds
	case e.rejected:
		return crmcom.DeliveryRejected
	default:
		return crmcom.DeliverySuccessful
	}
}

// blameList finds the sentence that a list with the wrong webhook requests breaks.
func (s State) blameList(c explore.Command, got []string) *contract.Requirement {
	for _, name := range got {
		e, there := s.find(name)
		switch {
		case s.gone[name]:
			return crmcom.DeleteGone
		case there && !e.matches(c):
			return e.blameFilter(c)
		}
	}
	paged := c.Arg("size") != "" || c.Arg("offset") != ""
	switch {
	case !paged && c.Arg("state") == "" && s.last == verbDelete:
		return crmcom.DeleteOthers
	case paged:
		return crmcom.ListPaging
	case c.Arg("state") != "":
		return crmcom.ListByState
	case c.Arg("about") != "" && c.Arg("def") != "":
		return crmcom.ListCombined
	case c.Arg("about") != "":
		return crmcom.ListByEntityID
	default:
		return crmcom.ListByDefinition
	}
}

// blameFilter finds the filter that let a webhook request through.
func (e entry) blameFilter(c explore.Command) *contract.Requirement {
	switch {
	case c.Arg("about") != "" && e.about != c.Arg("about"):
		return crmcom.ListByEntityID
	case c.Arg("state") != "" && e.lifeCycle() != c.Arg("state"):
		return crmcom.ListByState
	default:
		return crmcom.ListByDefinition
	}
}

// show lists names for a reader.
func show(names []string) string {
	if len(names) == 0 {
		return "(none)"
	}
	return strings.Join(names, ", ")
}
