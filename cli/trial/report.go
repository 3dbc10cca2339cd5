package trial

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"strings"
)

// Count is how many vendors the tests noticed, and why they missed the others.
type Count struct {
	Noticed    int `json:"noticed"`
	Missed     int `json:"missed"`     // although the tests come to what they break
	NotReached int `json:"notReached"` // the tests never come to what they break
}

// All is the number of vendors.
func (c Count) All() int { return c.Noticed + c.Missed + c.NotReached }

// Count sums up a trial.
func (r Result) Count() (c Count) {
	for _, f := range r.Findings {
		switch {
		case f.Noticed:
			c.Noticed++
		case f.Reached:
			c.Missed++
		default:
			c.NotReached++
		}
	}
	return c
}

// verdict is a finding in one word.
func (f Finding) verdict() string {
	switch {
	case f.HungUp:
		return "hung"
	case f.Noticed:
		return "noticed"
	case f.Reached:
		return "MISSED"
	}
	return "not reached"
}

// WriteText writes the requirements whose broken vendors were missed, and the figures.
func (r Result) WriteText(w io.Writer) error {
	var b strings.Builder
	last := ""
	for _, f := range r.Findings {
		if f.Noticed {
			continue
		}
		if f.Breaks.ID != last {
			last = f.Breaks.ID
			fmt.Fprintf(&b, "%s\n  %s\n", f.Breaks.ID, f.Breaks.Text)
		}
		fmt.Fprintf(&b, "    %-11s  %s: %s\n", f.verdict(), strings.TrimPrefix(f.ID, f.Breaks.ID+"/"), f.Text)
	}
	c := r.Count()
	fmt.Fprintf(&b, "your tests noticed %d of %d broken vendors; they missed %d and never came near %d\n", c.Noticed, c.All(), c.Missed, c.NotReached)
	_, err := io.WriteString(w, b.String())
	return err
}

type finding struct {
	ID          string  `json:"id"`
	Requirement string  `json:"requirement"`
	Text        string  `json:"text"`
	Verdict     string  `json:"verdict"`
	Seconds     float64 `json:"seconds"`
	Output      string  `json:"output,omitempty"`
}

type page struct {
	API      string    `json:"api"`
	Command  []string  `json:"command"`
	Count    Count     `json:"count"`
	Findings []finding `json:"findings"`
}

func (t Trial) page(r Result) page {
	p := page{API: t.API.Name(), Command: t.Command, Count: r.Count(), Findings: []finding{}}
	for _, f := range r.Findings {
		shown := finding{ID: f.ID, Text: f.Text, Verdict: f.verdict(), Seconds: f.Took.Seconds(), Output: f.Output}
		if f.Breaks != nil {
			shown.Requirement = f.Breaks.ID
		}
		p.Findings = append(p.Findings, shown)
	}
	return p
}

// WriteJSON writes everything, the end of each run's output included.
func (t Trial) WriteJSON(w io.Writer, r Result) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(t.page(r))
}

//go:embed report.gohtml
var reportPage string

// WriteHTML writes one self-contained page.
func (t Trial) WriteHTML(w io.Writer, r Result) error {
	parsed, err := template.New("trial").Funcs(template.FuncMap{"join": strings.Join}).Parse(reportPage)
	if err != nil {
		return err
	}
	return parsed.Execute(w, t.page(r))
}

// WriteSweep writes which answers to the open questions the tests depend on.
func (r Result) WriteSweep(w io.Writer) error {
	var b strings.Builder
	depends := 0
	for _, f := range r.Findings {
		if f.Noticed {
			depends++
			fmt.Fprintf(&b, "fails with %s\n  %s\n", f.ID, f.Text)
		}
	}
	fmt.Fprintf(&b, "your tests pass under %d of %d legal answers that are not the default; the other %d are promised by nobody\n",
		len(r.Findings)-depends, len(r.Findings), depends)
	_, err := io.WriteString(w, b.String())
	return err
}
