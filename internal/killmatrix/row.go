package killmatrix

import (
	"regexp"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi"
)

// row sums a report on a mutant up.
func row(m *mutant.Mutant, r *report.Report) Row {
	out := Row{Mutant: m.ID, Requirement: m.Breaks.ID, Text: m.Text, Needs: string(m.Needs)}
	var own *report.Result
	for i := range r.Results {
		result := &r.Results[i]
		switch {
		case result.Requirement == m.Breaks.ID:
			own = result
		case noticed(result):
			out.Also = append(out.Also, result.Requirement)
		case unsure(result):
			out.Unsure = append(out.Unsure, result.Requirement)
		}
	}
	out.Fate = fate(own, out.Also)
	if own != nil && noticed(own) {
		out.Want, out.Got = plain(own.Findings[0].Want), plain(own.Findings[0].Got)
	}
	if own != nil && unsure(own) {
		out.Got = plain(own.Reason)
	}
	return out
}

// noticed reports whether a check found the target wrong, and said why.
func noticed(r *report.Result) bool {
	return (r.Outcome == report.Fail || r.Outcome == report.Warn) && len(r.Findings) > 0
}

// unsure reports whether a check could not find out.
func unsure(r *report.Result) bool {
	return r.Outcome == report.Unverified || r.Outcome == report.Error
}

func fate(own *report.Result, others []string) Fate {
	switch {
	case own != nil && noticed(own):
		return Killed
	case len(others) > 0:
		return KilledByOthers
	case own == nil || unsure(own):
		return NoVerdict
	}
	return Survived
}

// changing is what differs from run to run: ids, ports, times.
var changing = regexp.MustCompile(`[0-9a-fA-F]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[0-9:.]+Z?`)

// longest is how much of a text is worth reading in a table.
const longest = 160

func plain(text string) string {
	text = changing.ReplaceAllString(text, "…")
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// idle lists the requirements whose check noticed none of the mutants that break it.
func idle(rows []Row) []string {
	var none []string
	for _, a := range openapi.APIs() {
		if !slices.ContainsFunc(rows, func(r Row) bool { return apiOf(r.Mutant) == a.Name }) {
			continue
		}
		for _, requirement := range a.Requirements {
			if !slices.ContainsFunc(rows, func(r Row) bool { return r.Requirement == requirement.ID && r.Fate == Killed }) {
				none = append(none, requirement.ID)
			}
		}
	}
	return none
}

func apiOf(id string) string {
	api, _, _ := strings.Cut(id, "/")
	return api
}
