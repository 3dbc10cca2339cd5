package openapi

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/openapi/contract"
)

const preamble = `# Requirements

Every sentence that a target must or should keep, and every point that the documents leave open. A requirement is asserted: breaking a MUST is a
failure, breaking a SHOULD a warning. An open question is never asserted, only answered: by a dialect for the mock, by a probe for a target.
The basis of a sentence is one of: documented (in the vendor's document of this very API), reference (in the vendor's wider public reference or manual),
sibling (by the vendor for a sibling endpoint), recorded (in public recordings of the live API), seen (in public client code).
`

// bases are the kinds of evidence in the order of the summary, strongest first.
var bases = [...]contract.Basis{
	contract.Documented, contract.Reference, contract.Sibling, contract.Recorded, contract.Seen,
}

// Markdown prints the contracts as one Markdown page: a summary, then per API its requirements by group and its open
// questions. Every requirement and question has an anchor that is its id.
func Markdown(w io.Writer, apis ...*contract.API) error {
	var page bytes.Buffer
	page.WriteString(preamble)
	summary(&page, apis)
	for _, api := range apis {
		fmt.Fprintf(&page, "\n## %s\n", api.Title)
		requirements(&page, api.Requirements)
		questions(&page, api.Questions)
	}
	if _, err := w.Write(page.Bytes()); err != nil {
		return fmt.Errorf("print requirements: %w", err)
	}
	return nil
}

func summary(page *bytes.Buffer, apis []*contract.API) {
	page.WriteString("\n| API | requirements | MUST | SHOULD |")
	for _, basis := range bases {
		fmt.Fprintf(page, " %s |", basis)
	}
	page.WriteString(" open questions |\n|---|" + strings.Repeat("---:|", len(bases)+4) + "\n")
	for _, api := range apis {
		summaryRow(page, api)
	}
}

func summaryRow(page *bytes.Buffer, api *contract.API) {
	levels := map[contract.Level]int{}
	evidence := map[contract.Basis]int{}
	for _, r := range api.Requirements {
		levels[r.Level]++
		evidence[r.Basis]++
	}
	fmt.Fprintf(page, "| %s | %d | %d | %d |", api.Name, len(api.Requirements), levels[contract.Must], levels[contract.Should])
	for _, basis := range bases {
		fmt.Fprintf(page, " %d |", evidence[basis])
	}
	fmt.Fprintf(page, " %d |\n", len(api.Questions))
}

func requirements(page *bytes.Buffer, all []*contract.Requirement) {
	group := ""
	for _, r := range all {
		if r.Group() != group {
			group = r.Group()
			fmt.Fprintf(page, "\n### %s\n\n| requirement | level | basis | sentence | source |\n|---|---|---|---|---|\n", group)
		}
		fmt.Fprintf(page, "| %s | %s | %s | %s%s | %s |\n",
			anchor(r.ID), r.Level, r.Basis, cell(r.Text), relaxed(r.Relaxed), cell(r.Source))
	}
}

// relaxed tells the reader which open questions keep a sentence from being asserted as a whole.
func relaxed(by []*contract.Question) string {
	if len(by) == 0 {
		return ""
	}
	links := make([]string, len(by))
	for i, q := range by {
		links[i] = fmt.Sprintf("[%s](#%s)", q.ID, q.ID)
	}
	return "<br>Relaxed by " + strings.Join(links, ", ") + "."
}

func questions(page *bytes.Buffer, all []*contract.Question) {
	page.WriteString("\n### Open questions\n\n| question | asked | answers | known |\n|---|---|---|---|\n")
	for _, q := range all {
		fmt.Fprintf(page, "| %s | %s | %s | %s |\n", anchor(q.ID), cell(q.Text), answers(q), cell(known(q)))
	}
}

func answers(q *contract.Question) string {
	lines := make([]string, 0, len(q.Answers)+1)
	for _, a := range q.Answers {
		mark := ""
		if a.Name == q.Default() {
			mark = " (default)"
		}
		lines = append(lines, fmt.Sprintf("`%s`%s: %s", a.Name, mark, cell(a.Meaning)))
	}
	if q.Durations {
		lines = append(lines, "or any positive duration, such as `1m30s`")
	}
	return strings.Join(lines, "<br>")
}

func known(q *contract.Question) string {
	if q.Known == "" {
		return "Nothing."
	}
	return q.Known
}

func anchor(id string) string { return fmt.Sprintf(`<a id="%s"></a>%s`, id, id) }

// cell keeps a text from ending the table cell that it stands in.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
