package report

import (
	_ "embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

//go:embed page.gohtml
var page string

// count is how often an outcome occurred.
type count struct {
	Outcome Outcome
	N       int
}

// WriteHTML writes the report as one page that needs nothing else: no font, no network, and no script but its own filter and that
// of porcupine's pictures, each shut into a frame. Without scripts everything is shown.
func (r *Report) WriteHTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"counts":       counts,
		"violations":   violations,
		"distinct":     distinct,
		"groups":       func(r *Report) []string { return groupNames(r.Results) },
		"group":        func(r Result) string { return groupOf(r.Requirement) },
		"prose":        prose,
		"verdictClass": verdictClass,
		"percent":      func(p float64) string { return fmt.Sprintf("%.0f %%", 100*p) },
		"milliseconds": func(seconds float64) float64 { return seconds * 1000 },
	}).Parse(page)
	if err != nil {
		return fmt.Errorf("html report: %w", err)
	}
	harmless := shown.NewWriter(w)
	if err := errors.Join(t.Execute(harmless, r), harmless.Flush()); err != nil {
		return fmt.Errorf("html report: %w", err)
	}
	return nil
}

func counts(r *Report) []count {
	var all []count
	for _, o := range Outcomes() {
		if n := r.Count(o); n > 0 {
			all = append(all, count{o, n})
		}
	}
	return all
}

// violations are the results with findings, MUST before SHOULD.
func violations(r *Report) []Result {
	var must, should []Result
	for i := range r.Results {
		switch result := r.Results[i]; {
		case len(result.Findings) == 0:
		case result.Outcome == Fail:
			must = append(must, result)
		default:
			should = append(should, result)
		}
	}
	return append(must, should...)
}

// groupNames lists the groups of the results in their order.
func groupNames(results []Result) []string {
	var all []string
	for _, group := range groups(results) {
		all = append(all, groupOf(group[0].Requirement))
	}
	return all
}

// prose is text in which code stands between backticks.
func prose(text string) template.HTML {
	pieces := strings.Split(text, "`")
	var b strings.Builder
	for i, piece := range pieces {
		switch escaped := template.HTMLEscapeString(piece); {
		case i%2 == 1 && i < len(pieces)-1:
			b.WriteString("<code>" + escaped + "</code>")
		case i%2 == 1:
			b.WriteString("`" + escaped) // it begins and does not end
		default:
			b.WriteString(escaped)
		}
	}
	return template.HTML(b.String()) //nolint:gosec // every piece is escaped
}

// verdictClass is the colour of a verdict, as that of an outcome.
func verdictClass(v Verdict) Outcome {
	if v == Conforms {
		return Pass
	}
	return Fail
}
