package history

import (
	"slices"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Blame is what the illegality of a history points at.
type Blame struct {
	// Suspects are the sentences each of which explains the history: a target that broke it, as often as it likes, and kept
	// all others could have answered so. It is empty where the known ways to break one sentence explain nothing, and where it
	// takes too long to find out.
	Suspects []*contract.Requirement
	// Partly says that the suspects explain what was counted, and perhaps not all of the history.
	Partly bool
}

// same reports whether both point at the same.
func (b Blame) same(other Blame) bool {
	return b.Partly == other.Partly && slices.Equal(b.Suspects, other.Suspects)
}

// explainedBy reports whether a sentence that is known to be broken explains the history.
func (b Blame) explainedBy(known func(*contract.Requirement) bool) bool {
	return slices.ContainsFunc(b.Suspects, known)
}

// blame finds out what an illegal history points at. An explanation that it would take too long to refute could be the right
// one, so that none is named then, and what was counted has to do.
func blame[S, A any](subject Subject[S, A], start S, events []Event[A], counted Account) Blame {
	e := newExplainer(subject, start, events)
	out := Blame{}
	for _, r := range e.suspects {
		if e.explained(r) {
			out.Suspects = append(out.Suspects, r)
		}
	}
	if e.late || len(out.Suspects) == 0 {
		return Blame{Suspects: counted.Breaks, Partly: true}
	}
	return out
}
