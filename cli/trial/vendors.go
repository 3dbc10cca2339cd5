package trial

import (
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Broken makes a vendor of each mutant.
func Broken(mutants []*mutant.Mutant) []Vendor {
	vendors := make([]Vendor, len(mutants))
	for i, m := range mutants {
		vendors[i] = Vendor{ID: m.ID, Breaks: m.Breaks, Text: m.Text, Options: []mockserver.Option{mockserver.WithMutant(m.ID)}}
	}
	return vendors
}

// Dialects makes an honest vendor of each answer that is not the default of its question.
func Dialects(api *contract.API) []Vendor {
	var vendors []Vendor
	for _, q := range api.Questions {
		for _, a := range q.Answers[1:] {
			vendors = append(vendors, Vendor{
				ID:      q.ID + "=" + a.Name,
				Text:    q.Text + " Here: " + a.Meaning,
				Options: []mockserver.Option{mockserver.WithDialect(contract.Dialect{q.ID: a.Name})},
			})
		}
	}
	return vendors
}
