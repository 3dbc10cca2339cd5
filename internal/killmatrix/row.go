package killmatrix

import (
	"regexp"
	"strings"

	"github.com/understudy-mock/understudy/conformance/report"
	"github.com/understudy-mock/understudy/mockserver/mutant"
)

// row sums up what the checks said of a mutant.
func row(m *mutant.Mutant, r *report.Report) Row {
	out := Row{Mutant: m.ID, Requirement: m.Breaks.ID, Text: m.Text, By: ByCheck}
	own := new(report.Result)
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
	if noticed(own) {
		out.Want, out.Got = plain(own.Findings[0].Want), plain(own.Findings[0].Got)
	}
	if unsure(own) {
		out.Got = plain(own.Reason)
	}
	return out
}

// noticed reports whether a check found the target wrong, and said why. An error of the suite is no notice.
func noticed(r *report.Result) bool {
	return wrong(r.Outcome) && len(r.Findings) > 0
}

// unsure reports whether a check could not find out.
func unsure(r *report.Result) bool {
	return r.Outcome == report.Unverified || r.Outcome == report.Error
}

func fate(own *report.Result, others []string) Fate {
	switch {
	case noticed(own):
		return Killed
	case len(others) > 0:
		return KilledByOthers
	case unsure(own):
		return NoVerdict
	}
	return Survived
}

// changing is what differs from run to run: ids, addresses, times, sizes of what was made up.
var changing = regexp.MustCompile(`[0-9a-fA-F]{16,64}` +
	`|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}` +
	`|https?://[^\s"]+` +
	`|"size":\d+|webhook request \d+` +
	`|\d{4}[-/]\d\d[-/]\d\d(T[0-9:.]+Z?)?`)

// longest is how much of a text is worth reading in a table.
const longest = 100

func plain(text string) string {
	text = changing.ReplaceAllString(strings.ReplaceAll(text, "\n", " "), "…")
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}
