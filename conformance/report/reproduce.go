package report

import (
	"cmp"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/internal/shown"
)

// Reproduce is a script of POSIX shell and curl that shows a failure again: states, calls and what was taken back. At the end
// it prints what was wanted and what the run got.
func (r *Report) Reproduce(id string) (string, error) {
	i := slices.IndexFunc(r.Results, func(result Result) bool { return result.Requirement == id })
	switch {
	case i < 0:
		return "", fmt.Errorf("the report has no requirement %q; %s", id, cmp.Or(near.Remedy(id, r.failures()), "it has those of "+r.API))
	case len(r.Results[i].Findings) == 0:
		return "", fmt.Errorf("%s has nothing to reproduce: it is %s", id, r.Results[i].Outcome)
	case len(r.sentFor(&r.Results[i])) == 0:
		return "", fmt.Errorf("the report does not hold what was sent for %s", id)
	}
	result := &r.Results[i]
	var b strings.Builder
	b.WriteString(Script(r.Target, r.sentFor(result)))
	b.WriteString("\ncat <<'END_OF_FINDINGS'\n")
	fmt.Fprintf(&b, "%s: %s\n", shown.Line(result.Requirement), shown.Line(result.Text))
	for j := range result.Findings {
		f := &result.Findings[j]
		fmt.Fprintf(&b, "wanted %s\ngot    %s\n", indented(f.Want), indented(f.Got))
		if f.Exchange != nil {
			fmt.Fprintf(&b, "       from %s %s, above\n", shown.Line(f.Exchange.Method), shown.Line(f.Exchange.URL))
		}
	}
	b.WriteString("END_OF_FINDINGS\n")
	return b.String(), nil
}

// sentFor is what shows the findings of a requirement: what its check sent, or where they came of open questions alone what the first of
// them sent.
func (r *Report) sentFor(result *Result) []Exchange {
	if slices.ContainsFunc(result.Findings, func(f Finding) bool { return f.Question == "" }) {
		return result.Exchanges
	}
	i := slices.IndexFunc(r.Questions, func(q Question) bool { return q.ID == result.Findings[0].Question })
	if i < 0 {
		return nil
	}
	return r.Questions[i].Exchanges
}

// failures are the requirements that a script can be had of.
func (r *Report) failures() (ids []string) {
	for i := range r.Results {
		if len(r.Results[i].Findings) > 0 {
			ids = append(ids, r.Results[i].Requirement)
		}
	}
	return ids
}

// indented is text none of whose lines ends the document that it stands in.
func indented(text string) string { return strings.ReplaceAll(shown.Text(text), "\n", "\n       ") }

// plain are characters that mean nothing to a shell.
const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-"

// again is the command that shows a failure again, and what it needs. The report may lie elsewhere by then, such as in an artifact.
func (r *Report) again(id string) (intro, command string) {
	if r.JSONFile == "" {
		return "To show it again, verify with --report json=report.json first, then", "understudy reproduce report.json " + id + " | sh"
	}
	file := filepath.Base(r.JSONFile)
	if strings.Trim(file, plain) != "" {
		file = shown.Shell(file)
	}
	return "To show it again, with the JSON report of this run", "understudy reproduce " + file + " " + id + " | sh"
}

// needsReproducing reports whether anything in the report can be shown again.
func (r *Report) needsReproducing() string {
	for i := range r.Results {
		if len(r.Results[i].Findings) > 0 && r.Results[i].Known == nil {
			return r.Results[i].Requirement
		}
	}
	return ""
}
