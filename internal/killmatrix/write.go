package killmatrix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// WriteJSON writes the matrix as one JSON object.
func (m *Matrix) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(m)
}

// ReadJSON reads what WriteJSON wrote.
func ReadJSON(r io.Reader) (*Matrix, error) {
	var m Matrix
	if err := json.NewDecoder(r).Decode(&m); err != nil {
		return nil, fmt.Errorf("kill matrix: %w", err)
	}
	return &m, nil
}

const head = `# The kill matrix

Written by ` + "`make mutants`" + `, never by hand. Every broken vendor that the mock can play (` + "`understudy mutants`" + `) was verified
by the whole conformance suite. A vendor is

- **killed** when the test of the very sentence that it breaks found it wrong, and said what was wanted and what came; an
  exploration has to name the sentence, and of the histories that no order explains most have to (see
  [what a history points at](mutants.md#what-a-history-points-at));
- **killed by others only** when that test passed and another one failed: not good enough;
- a **survivor** when nothing noticed;
- without **verdict** when the test that it takes could not find out or was not run.

The last column counts the other sentences whose checks noticed as well: a broken vendor tends to break more than one.

`

const aloneHead = `
Each kind of test alone, and how many of all broken vendors it notices, whatever sentence it names: the checks; an exploration of
%d sequences (a run has more unless told otherwise); histories. Exploration and histories speak only of what their models hold:
which items or webhook requests there are and what becomes of them, not who may ask, nor how a refusal looks. Histories leave out a
vendor that answers one client alone otherwise than the model expects. Of the vendors that are wrong to one client as well they
notice a few, but which ones depends on how the clients happen to meet: the figure counts only those that take several clients.

`

// WriteMarkdown writes the matrix as a page.
func (m *Matrix) WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	b.WriteString(head)
	m.writeFigures(&b)
	for _, a := range openapi.APIs() {
		fmt.Fprintf(&b, "\n## %s\n", a.Title)
		for _, r := range a.Requirements {
			m.writeRequirement(&b, r)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

// writeFigures counts, API by API and by the kind of test.
func (m *Matrix) writeFigures(b *bytes.Buffer) {
	b.WriteString("| API | by | killed | killed by others only | survived | no verdict |\n|---|---|---:|---:|---:|---:|\n")
	for _, a := range openapi.APIs() {
		for _, by := range Bys() {
			total := 0
			line := fmt.Sprintf("| %s | %s |", a.Name, by)
			for _, f := range Fates() {
				n := m.Count(a.Name, f, by)
				total += n
				line += fmt.Sprintf(" %d |", n)
			}
			if total > 0 {
				b.WriteString(line + "\n")
			}
		}
	}
	m.writeAlone(b)
	if len(m.Idle) > 0 {
		fmt.Fprintf(b, "\nChecks that noticed no broken vendor of their own: %s.\n", strings.Join(m.Idle, ", "))
	}
}

// writeAlone says how far each kind of test comes without the others.
func (m *Matrix) writeAlone(b *bytes.Buffer) {
	fmt.Fprintf(b, aloneHead, rounds)
	b.WriteString("| API | broken vendors | checks alone | exploration alone | histories alone, at least |\n|---|---:|---:|---:|---:|\n")
	for _, a := range openapi.APIs() {
		total := m.Mutants(a.Name)
		fmt.Fprintf(b, "| %s | %d |", a.Name, total)
		for _, by := range Bys() {
			n := m.Alone(a.Name, by)
			fmt.Fprintf(b, " %d (%.0f %%) |", n, 100*float64(n)/float64(max(total, 1)))
		}
		b.WriteString("\n")
	}
}

func (m *Matrix) writeRequirement(b *bytes.Buffer, r *contract.Requirement) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n| broken vendor | fate | wanted | got | also |\n|---|---|---|---|---:|\n", r.ID, r.Text)
	for i := range m.Rows {
		if row := &m.Rows[i]; row.Requirement == r.ID {
			word := strings.TrimPrefix(row.Mutant, r.ID+"/")
			fmt.Fprintf(b, "| `%s`: %s | %s | %s | %s | %d |\n", word, cell(row.Text), row.fate(), cell(row.Want), cell(row.Got), len(row.Also))
		}
	}
}

// fate is the fate in words, with the commands that show it.
func (r *Row) fate() string {
	text := string(r.Fate)
	if r.By != ByCheck {
		text += " by " + string(r.By)
	}
	if len(r.Commands) > 0 {
		text += ": " + cell(strings.Join(r.Commands, "; "))
	}
	return text
}

// cell makes a text fit for a table.
func cell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", ">", "&gt;", "\n", " ").Replace(text)
}

// Figure is the figure for a reader in a hurry, one line.
func (m *Matrix) Figure() string {
	var parts []string
	for _, a := range openapi.APIs() {
		counts := map[Fate]int{}
		for _, by := range Bys() {
			for _, f := range Fates() {
				counts[f] += m.Count(a.Name, f, by)
			}
		}
		parts = append(parts, fmt.Sprintf("%s: %d killed, %d killed by others only, %d survived, %d without verdict",
			a.Name, counts[Killed], counts[KilledByOthers], counts[Survived], counts[NoVerdict]))
	}
	return strings.Join(parts, " · ")
}

// Marks between which a page shows the figure.
const (
	markBegin = "<!-- kill matrix -->"
	markEnd   = "<!-- /kill matrix -->"
)

// ErrNoMarks is returned for a page that has no place for the figure.
var ErrNoMarks = errors.New("the page has no " + markBegin + " … " + markEnd)

// InPage puts the figure between the marks of a page.
func (m *Matrix) InPage(page string) (string, error) {
	before, rest, begun := strings.Cut(page, markBegin)
	_, after, ended := strings.Cut(rest, markEnd)
	if !begun || !ended {
		return "", ErrNoMarks
	}
	return before + markBegin + m.Figure() + markEnd + after, nil
}
