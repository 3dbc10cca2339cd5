package report

import "strings"

// note is one thing that is wrong, from whichever part of a run.
type note struct {
	outcome  Outcome
	id       string
	remark   string
	text     string
	findings []Finding
	script   bool // whether a script that shows it again can be had
}

// notes are what is wrong, MUST before SHOULD: violated requirements, stale entries of the baseline, sequences and histories.
func (r *Report) notes() []note {
	var all []note
	for _, v := range violations(r) {
		all = append(all, note{v.Outcome, v.Requirement, remark(&v), v.Text, v.Findings, len(v.Exchanges) > 0})
	}
	for i := range r.Results {
		if s := &r.Results[i]; s.Stale && len(s.Findings) == 0 {
			all = append(all, note{s.Outcome, s.Requirement, remark(s), s.Text, nil, false})
		}
	}
	return append(all, r.beyondExamples()...)
}

// beyondExamples are the findings of the exploration and of the histories.
func (r *Report) beyondExamples() []note {
	var all []note
	if r.Exploration != nil {
		for i := range r.Exploration.Findings {
			s := &r.Exploration.Findings[i]
			got := s.Got + "\nafter " + strings.Join(s.Commands, "; ")
			all = append(all, note{s.Outcome, s.Sentence(), " (exploration)", s.Text, []Finding{{Want: s.Want, Got: got}}, false})
		}
	}
	if r.History != nil {
		for i := range r.History.Findings {
			h := &r.History.Findings[i]
			got := "\n" + strings.Join(h.Commands, "\n")
			want := "answers that some order of the commands explains"
			all = append(all, note{h.Outcome, h.Sentence(), " (history)", h.Text, []Finding{{Want: want, Got: got}}, false})
		}
	}
	return all
}
