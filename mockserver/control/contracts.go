package control

import (
	"context"
	"net/http"
	"strings"

	controlapi "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/page"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// GetContracts shows what is known of every API that is played.
func (s *server) GetContracts(ctx context.Context, _ controlapi.GetContractsRequestObject) (controlapi.GetContractsResponseObject, error) {
	x := exchange.From(ctx)
	shown := controlapi.GetContracts200JSONResponse{URL: x.BaseURL, Apis: []controlapi.Contract{}}
	for _, played := range s.played {
		shown.Apis = append(shown.Apis, shownContract(played, addresses{x.BaseURL, ownURL(ctx), s.stateHeader()}))
	}
	return shown, nil
}

// addresses are where the vendors' APIs are, and the control API, and what a command gives the latter.
type addresses struct{ vendors, control, credential string }

func (s *server) stateHeader() string {
	if s.guarded {
		return " --state-header " + page.ControlCredential
	}
	return ""
}

func shownContract(played *mockapi.API, at addresses) controlapi.Contract {
	shown := controlapi.Contract{
		Name: played.Contract.Name, Title: played.Contract.Title, BasePath: played.Contract.BasePath, Operations: played.Contract.Operations,
		Requirements: []controlapi.Requirement{}, Questions: []controlapi.Question{}, Mutants: []string{},
	}
	breaking := map[*contract.Requirement][]string{}
	if played.Mutants != nil {
		for _, m := range played.Mutants() {
			shown.Mutants = append(shown.Mutants, m.ID)
			breaking[m.Breaks] = append(breaking[m.Breaks], m.ID)
		}
	}
	for _, r := range played.Contract.Requirements {
		shown.Requirements = append(shown.Requirements, controlapi.Requirement{
			ID: r.ID, Operation: r.Operation, Level: string(r.Level), Basis: string(r.Basis), Text: r.Text, Source: r.Source,
			Check: shownCheck(played, r, at), Mutants: breaking[r],
		})
	}
	for _, q := range played.Contract.Questions {
		shown.Questions = append(shown.Questions, shownQuestion(q))
	}
	return shown
}

// shownCheck is the check of a requirement, which has its id.
func shownCheck(played *mockapi.API, r *contract.Requirement, at addresses) controlapi.Check {
	shown := controlapi.Check{ID: r.ID}
	if played.Check != nil {
		known := played.Check(r)
		here := strings.NewReplacer("{base}", at.vendors+played.Contract.BasePath, "{states}", at.control+basePath+"/provider-states", "{credential}", at.credential)
		shown.Command, shown.Untestable = here.Replace(known.Command), known.Untestable
	}
	return shown
}

func shownQuestion(q *contract.Question) controlapi.Question {
	shown := controlapi.Question{ID: q.ID, Text: q.Text, Default: q.Default(), Durations: q.Durations}
	for _, a := range q.Answers {
		shown.Answers = append(shown.Answers, controlapi.Answer{Name: a.Name, Meaning: a.Meaning})
	}
	return shown
}

// shown is what the page tells of the server.
func (s *server) shown(o Options) page.Options {
	told := page.Options{BaseURL: o.BaseURL, ControlToken: s.guarded, DeclaredTokens: s.worlds.DeclaredOnly(), Promise: s.worlds.Promise(), Worlds: func(r *http.Request) []page.World {
		if o.admit(r) != nil {
			return nil // the start page is for anybody, and the worlds are not
		}
		return s.shownWorlds()
	}}
	for _, played := range o.APIs {
		told.APIs = append(told.APIs, page.API{Contract: played.Contract, Try: played.Try})
	}
	return told
}

func (s *server) shownWorlds() []page.World {
	var list []page.World
	for _, w := range s.worlds.Worlds() {
		list = append(list, page.World{Name: w.Name, Exchanges: w.Journal.Len()})
	}
	return list
}
