// Package coverage reports which requirements of the contract a test suite's traffic has reached, and which it never did.
//
// A requirement is reached when it decided an honest answer. That says what the tests touched, not that they would have
// noticed a fault there; for that, let them run against mutants.
package coverage

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Report is one line per requirement, in the order of the contracts.
type Report struct {
	APIs []API
}

// API is what was reached of one contract.
type API struct {
	Name    string
	Title   string
	Reached []*contract.Requirement
	Never   []*contract.Requirement
}

// Total is how many requirements the contract has.
func (a API) Total() int { return len(a.Reached) + len(a.Never) }

// Of asks about every requirement of some APIs; without any, of those of this module.
func Of(reached func(*contract.Requirement) bool, apis ...*contract.API) Report {
	if len(apis) == 0 {
		apis = openapi.APIs()
	}
	var report Report
	for _, known := range apis {
		api := API{Name: known.Name, Title: known.Title}
		for _, r := range known.Requirements {
			if reached(r) {
				api.Reached = append(api.Reached, r)
			} else {
				api.Never = append(api.Never, r)
			}
		}
		report.APIs = append(report.APIs, api)
	}
	return report
}

// Write writes the report as "text", "json" or "html".
func (r Report) Write(w io.Writer, format string) error {
	switch format {
	case "text":
		return r.WriteText(w)
	case "json":
		return r.WriteJSON(w)
	case "html":
		return r.WriteHTML(w)
	}
	return fmt.Errorf("coverage as %q: take text, json or html", format)
}

// WriteText writes a line of numbers per API and the requirements that were never reached, for people.
func (r Report) WriteText(w io.Writer) error {
	var b strings.Builder
	for _, api := range r.APIs {
		fmt.Fprintf(&b, "%s: %d of %d requirements reached\n", api.Name, len(api.Reached), api.Total())
		for _, never := range api.Never {
			fmt.Fprintf(&b, "  never %-6s %s\n", never.Level, never.ID)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// WriteJSON writes {"reached":[ids],"never":[ids],"apis":[{"api","reached","total"}]}, ids sorted.
func (r Report) WriteJSON(w io.Writer) error {
	type count struct {
		API     string `json:"api"`
		Reached int    `json:"reached"`
		Total   int    `json:"total"`
	}
	form := struct {
		Reached []string `json:"reached"`
		Never   []string `json:"never"`
		APIs    []count  `json:"apis"`
	}{r.ReachedIDs(), r.NeverIDs(), nil}
	for _, api := range r.APIs {
		form.APIs = append(form.APIs, count{api.Name, len(api.Reached), api.Total()})
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(form)
}

// ReachedIDs are the ids of what was reached, sorted.
func (r Report) ReachedIDs() []string {
	return r.ids(func(a API) []*contract.Requirement { return a.Reached })
}

// NeverIDs are the ids of what was never reached, sorted.
func (r Report) NeverIDs() []string {
	return r.ids(func(a API) []*contract.Requirement { return a.Never })
}

func (r Report) ids(of func(API) []*contract.Requirement) []string {
	ids := []string{}
	for _, api := range r.APIs {
		for _, requirement := range of(api) {
			ids = append(ids, requirement.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

//go:embed coverage.html.tmpl
var page string

// WriteHTML writes one page that needs nothing else.
func (r Report) WriteHTML(w io.Writer) error {
	t, err := template.New("coverage").Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, r)
}
