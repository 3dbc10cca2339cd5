package report

import (
	"slices"
	"strings"
)

// History is what several clients at once showed: porcupine judged whether the reference model could have answered them so,
// one after the other.
type History struct {
	Clients    int `json:"clients"`    // at once
	Operations int `json:"operations"` // of each client in one history
	Rounds     int `json:"rounds"`     // histories recorded
	Legal      int `json:"legal"`
	Illegal    int `json:"illegal"`
	Unjudged   int `json:"unjudged"` // too many orders to try, or not recorded to the end
	// Acknowledged deliveries, and of them those that got lost, were given to two clients, or came back.
	Acknowledged int `json:"acknowledged"`
	Lost         int `json:"lost"`
	Duplicated   int `json:"duplicated"`
	Resurrected  int `json:"resurrected"`
	// Unanswered commands may have happened or not; both are allowed.
	Unanswered int            `json:"unanswered"`
	Gaps       []string       `json:"gaps,omitempty"`
	Stopped    string         `json:"stopped,omitempty"`
	Findings   []Interleaving `json:"findings"`
	// Power says what a run of this size would have noticed. It is nil where it was not measured.
	Power []Power `json:"power,omitempty"`
}

// Interleaving is a history that no order of its commands explains.
type Interleaving struct {
	// Requirement is the one sentence that explains the history when it is broken, "" when several do, or none.
	Requirement string `json:"requirement,omitempty"`
	// Suspects are the sentences each of which explains the history when it alone is broken; with Partly, what was counted in it.
	Suspects []string `json:"suspects,omitempty"`
	Partly   bool     `json:"partly,omitempty"`
	// Histories is how many of the run point at the same. The rest is of the first of them.
	Histories   int      `json:"histories"`
	Level       string   `json:"level,omitempty"`
	Text        string   `json:"text"`
	Outcome     Outcome  `json:"outcome"`
	Lost        int      `json:"lost"`
	Duplicated  int      `json:"duplicated"`
	Resurrected int      `json:"resurrected"`
	Round       int      `json:"round"`
	Commands    []string `json:"commands"` // with client, times and answer
	Page        string   `json:"page"`     // porcupine's picture, an HTML page
}

// Sentence is what the history points at, in short.
func (i *Interleaving) Sentence() string {
	if len(i.Suspects) == 0 {
		return "no sentence explains it"
	}
	return strings.Join(i.Suspects, " or ")
}

// Power is the probability that a run shows one known mistake of a server on loopback.
type Power struct {
	Mutant      string  `json:"mutant"`
	Probability float64 `json:"probability"`
}

// Failures counts the histories that violate a MUST.
func (h *History) Failures() int {
	if h == nil {
		return 0
	}
	n := 0
	for i := range h.Findings {
		if h.Findings[i].Outcome == Fail {
			n++
		}
	}
	return n
}

// Naming counts the illegal histories that name a sentence: as one of those that explain them, and as the only one.
func (h *History) Naming(requirement string) (named, alone int) {
	for i := range h.Findings {
		if f := &h.Findings[i]; slices.Contains(f.Suspects, requirement) {
			named += f.Histories
			if len(f.Suspects) == 1 {
				alone += f.Histories
			}
		}
	}
	return named, alone
}

func (p *printer) history(h *History) {
	if h == nil {
		return
	}
	if h.Rounds == 0 {
		p.line("\nhistory    none was recorded, so that nothing is known of several clients at once")
	} else {
		p.line("\nhistory    %d histories of %d clients, %d commands each: %d legal, %d illegal, %d unjudged", h.Rounds, h.Clients, h.Operations, h.Legal, h.Illegal, h.Unjudged)
		p.line("  %d acknowledged: %d lost, %d duplicated, %d resurrected; %d commands without an answer", h.Acknowledged, h.Lost, h.Duplicated, h.Resurrected, h.Unanswered)
	}
	for i := range h.Findings {
		p.interleaving(&h.Findings[i])
	}
	for _, gap := range h.Gaps {
		p.line("  not tried: %s", gap)
	}
	if h.Stopped != "" {
		p.line("  ended early: %s", h.Stopped)
	}
	for _, power := range h.Power {
		p.line("  would notice %-52s %3.0f %%", power.Mutant, 100*power.Probability)
	}
}

// mostCommands is how many commands of a history the console shows: the last ones tell the most.
const mostCommands = 12

func (p *printer) interleaving(i *Interleaving) {
	p.line("  %s %s", p.paint(i.Outcome, padded(i.Outcome)), i.Sentence())
	p.line("             %s", i.Text)
	p.line("             histories that point at it: %d; this is the first", i.Histories)
	from := max(0, len(i.Commands)-mostCommands)
	if from > 0 {
		p.line("             … %d commands before", from)
	}
	for _, command := range i.Commands[from:] {
		p.line("             %s", command)
	}
}
