package report

import (
	"errors"
	"fmt"
	"io"
)

// Drift is what changed between two runs on the same target.
type Drift struct {
	Document bool // the OpenAPI document or the requirements changed
	Suite    bool // the suite's version changed
	Changes  []Change
}

// Change is one requirement's outcome or one question's answer that is not what it was.
type Change struct {
	ID          string
	Before, Now string // "" where it was not there
}

// Between compares two reports of the same API, the older one first.
func Between(before, now *Report) (*Drift, error) {
	if before.API != now.API {
		return nil, fmt.Errorf("the reports are of different APIs, %s and %s", before.API, now.API)
	}
	if before.Results == nil || now.Results == nil {
		return nil, errors.New("a report has no results")
	}
	d := &Drift{Document: before.Document != now.Document, Suite: before.Version != now.Version}
	old := said(before)
	for _, entry := range entries(now) {
		if was := old[entry.ID]; was != entry.Now {
			d.Changes = append(d.Changes, Change{ID: entry.ID, Before: was, Now: entry.Now})
		}
		delete(old, entry.ID)
	}
	for _, entry := range entries(before) {
		if was, gone := old[entry.ID]; gone {
			d.Changes = append(d.Changes, Change{ID: entry.ID, Before: was})
		}
	}
	return d, nil
}

// entries lists what a report says, in its order.
func entries(r *Report) []Change {
	var all []Change
	for i := range r.Results {
		all = append(all, Change{ID: r.Results[i].Requirement, Now: string(r.Results[i].Outcome)})
	}
	for i := range r.Questions {
		all = append(all, Change{ID: r.Questions[i].ID, Now: r.Questions[i].Answer})
	}
	return all
}

func said(r *Report) map[string]string {
	all := map[string]string{}
	for _, entry := range entries(r) {
		all[entry.ID] = entry.Now
	}
	return all
}

// Cause says what the changes can be put down to. Only where document and suite are the same it is the server for sure.
func (d *Drift) Cause() string {
	switch {
	case len(d.Changes) == 0:
		return "nothing changed"
	case d.Document && d.Suite:
		return "the document and the suite changed: run one suite on both to see the server's part"
	case d.Document:
		return "the document changed"
	case d.Suite:
		return "the suite changed"
	default:
		return "the server changed"
	}
}

// Write prints the drift for people.
func (d *Drift) Write(w io.Writer) error {
	p := &printer{w: w}
	for _, c := range d.Changes {
		p.line("%-40s %s → %s", c.ID, orNone(c.Before), orNone(c.Now))
	}
	p.line("%s", d.Cause())
	return p.err
}

func orNone(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
