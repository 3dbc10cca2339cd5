package report

import "strings"

// Exploration is what random sequences of commands showed when every answer was compared with a reference model.
type Exploration struct {
	Rounds   int `json:"rounds"`   // sequences drawn and played
	Replays  int `json:"replays"`  // sequences played to shrink and confirm
	Commands int `json:"commands"` // carried out in all
	// Gaps list what could not be explored, and why.
	Gaps []string `json:"gaps,omitempty"`
	// Stopped says why it ended early.
	Stopped  string     `json:"stopped,omitempty"`
	Findings []Sequence `json:"findings"`
}

// Sequence is a shortest sequence of commands after which the target and the model disagree.
type Sequence struct {
	// Requirement is the sentence that the target breaks, "" when no sentence covers the disagreement.
	Requirement string `json:"requirement,omitempty"`
	// Question is the open question to which the disagreement is an answer, another one than was observed before.
	Question string  `json:"question,omitempty"`
	Level    string  `json:"level,omitempty"`
	Text     string  `json:"text"`
	Outcome  Outcome `json:"outcome"`
	Reason   string  `json:"reason,omitempty"`
	// Commands can be played again with conformance.TestSequence. The last one disagrees.
	Commands []string `json:"commands"`
	Want     string   `json:"want"`
	Got      string   `json:"got"`
	// Also are sentences that other sequences seemed to break, where a closer look showed this disagreement before.
	Also []string `json:"also,omitempty"`
	// From is how many commands the sequence had before it was shrunk, Round which one it was, from 0.
	From      int        `json:"from"`
	Round     int        `json:"round"`
	Exchanges []Exchange `json:"exchanges,omitempty"`
	Script    string     `json:"script"` // POSIX shell and curl
	GoTest    string     `json:"goTest"`
}

// Sentence is what the sequence breaks, in short.
func (s *Sequence) Sentence() string {
	switch {
	case s.Requirement != "":
		return s.Requirement
	case s.Question != "":
		return "open question " + s.Question
	default:
		return "no sentence covers this"
	}
}

// Failures counts the sequences that violate a MUST.
func (x *Exploration) Failures() int {
	if x == nil {
		return 0
	}
	n := 0
	for i := range x.Findings {
		if x.Findings[i].Outcome == Fail {
			n++
		}
	}
	return n
}

func (p *printer) exploration(x *Exploration) {
	if x == nil {
		return
	}
	if x.Commands == 0 {
		p.line("\nexplored   nothing was carried out, so that nothing is known of sequences of commands")
	} else {
		p.line("\nexplored   %d sequences, %d commands; %d disagreements", x.Rounds, x.Commands, len(x.Findings))
	}
	for i := range x.Findings {
		p.sequence(&x.Findings[i])
	}
	for _, gap := range x.Gaps {
		p.line("  not explored: %s", gap)
	}
	if x.Stopped != "" {
		p.line("  ended early: %s", x.Stopped)
	}
}

func (p *printer) sequence(s *Sequence) {
	p.line("  %s %s", p.paint(s.Outcome, padded(s.Outcome)), s.Sentence())
	if s.Reason != "" {
		p.line("             %s", s.Reason)
	}
	p.line("             %s", s.Text)
	for i, command := range s.Commands {
		p.line("             %2d  %s", i+1, command)
	}
	p.lines("want", s.Want)
	p.lines("got", s.Got)
	if len(s.Also) > 0 {
		p.line("             which seems to break as well: %s", strings.Join(s.Also, ", "))
	}
}
