package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/understudy-mock/understudy/internal/shown"
)

// ComparedVerdict says how two targets stand to each other in one requirement.
type ComparedVerdict string

// The verdicts of a comparison.
const (
	Same          ComparedVerdict = "same"
	Differs       ComparedVerdict = "differs where the documents are silent"
	AViolates     ComparedVerdict = "A violates"
	BViolates     ComparedVerdict = "B violates"
	BothViolate   ComparedVerdict = "both violate"
	NotComparable ComparedVerdict = "could not compare"
)

// Comparison is the same seeded run on two targets.
type Comparison struct {
	API       string             `json:"api"`
	A         string             `json:"a"`
	B         string             `json:"b"`
	Seed      uint64             `json:"seed"`
	Results   []Compared         `json:"results"`
	Questions []ComparedQuestion `json:"questions"`
	// Left lists what the runs made and could not remove.
	Left []string `json:"left,omitempty"`
}

// Compared is one requirement on both targets.
type Compared struct {
	Requirement string          `json:"requirement"`
	Verdict     ComparedVerdict `json:"verdict"`
	A           Outcome         `json:"a"`
	B           Outcome         `json:"b"`
	// Difference lists where the answers differ, or says why there is nothing to compare.
	Difference string `json:"difference,omitempty"`
}

// ComparedQuestion is one open question as both targets answer it.
type ComparedQuestion struct {
	ID string `json:"id"`
	A  string `json:"a"`
	B  string `json:"b"`
}

// Count is how many requirements have a verdict.
func (c *Comparison) Count(v ComparedVerdict) int {
	n := 0
	for i := range c.Results {
		if c.Results[i].Verdict == v {
			n++
		}
	}
	return n
}

// ExitCode is 4 when something was left behind, 1 when a target violates, 3 when nothing could be compared, otherwise 0: to
// differ is no defect.
func (c *Comparison) ExitCode() int {
	switch {
	case len(c.Left) > 0:
		return ExitLeftBehind
	case c.Count(AViolates)+c.Count(BViolates)+c.Count(BothViolate) > 0:
		return ExitViolates
	case c.Count(NotComparable) == len(c.Results):
		return ExitUnmeasured
	default:
		return ExitConforms
	}
}

// WriteJSON writes the whole comparison as one JSON object.
func (c *Comparison) WriteJSON(w io.Writer) error {
	e := json.NewEncoder(shown.NewJSONWriter(w))
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(c); err != nil {
		return fmt.Errorf("json comparison: %w", err)
	}
	return nil
}

// Write prints the comparison for people: what is the same is only counted.
func (c *Comparison) Write(w io.Writer) error {
	p := &printer{w: w}
	p.line("%s, seed %d\nA  %s\nB  %s\n", c.API, c.Seed, c.A, c.B)
	for _, v := range []ComparedVerdict{AViolates, BViolates, BothViolate, Differs, NotComparable} {
		c.writeVerdict(p, v)
	}
	p.line("%d the same, %d differ where the documents are silent, %d violated by A, %d by B, %d by both, %d not compared",
		c.Count(Same), c.Count(Differs), c.Count(AViolates), c.Count(BViolates), c.Count(BothViolate), c.Count(NotComparable))
	for _, q := range c.Questions {
		if q.A != q.B {
			p.line("  %-34s A %s, B %s", q.ID, q.A, q.B)
		}
	}
	for _, what := range c.Left {
		p.line("\nleft behind: %s", what)
	}
	return p.err
}

// writeVerdict lists the requirements of one verdict, those with the same difference together.
func (c *Comparison) writeVerdict(p *printer, v ComparedVerdict) {
	if c.Count(v) == 0 {
		return
	}
	p.line("%s", v)
	var order []string
	with := map[string][]string{}
	for i := range c.Results {
		if r := &c.Results[i]; r.Verdict == v {
			if with[r.Difference] == nil {
				order = append(order, r.Difference)
			}
			with[r.Difference] = append(with[r.Difference], r.Requirement)
		}
	}
	for _, difference := range order {
		p.line("  %s", strings.Join(with[difference], ", "))
		p.indented(difference)
	}
	p.line("")
}

func (p *printer) indented(text string) {
	if text == "" {
		return
	}
	for line := range strings.SplitSeq(text, "\n") {
		p.line("      %s", short(line))
	}
}
