// Package explore looks for what no check thought of: it plays random sequences of commands on a target, compares every
// answer with a small reference model, and shrinks a sequence that disagrees to the few commands that matter.
//
// It knows no API. An API brings a [Subject]: a model made of small pure functions, and a driver that carries commands out. The
// same seed plays the same sequences.
package explore

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Chooser is where random choices come from: a number from 0 to n-1. *rand.Rand is one.
type Chooser interface{ IntN(n int) int }

// Model says what a vendor does. S is the state of the vendor as far as clients can tell, A an answer to a command. All
// methods are pure: they leave the state that they are given as it is.
type Model[S, A any] interface {
	// Draw chooses a command that makes sense in a state.
	Draw(from Chooser, s S) Command
	// Fit makes a command fit a state: what it names and what is not there any more is left out. It reports false when
	// nothing sensible is left.
	Fit(s S, c Command) (Command, bool)
	// Step is the state after a command. Its error is a *suite.Violation when the answer is not the one that the model
	// expects in s. A nil answer is an unknown one, and agrees with everything.
	Step(s S, c Command, a *A) (S, error)
	// Reads reports whether a command only looks.
	Reads(c Command) bool
	// Looks are the commands that show all there is to see.
	Looks(s S) []Command
}

// World is one fresh piece of the target: a hook, a definition.
type World[A any] interface {
	// Do carries a command out. An error says that it could not be, not that the answer was wrong.
	Do(ctx context.Context, c Command) (*A, error)
}

// Subject is an API that can be explored.
type Subject[S, A any] interface {
	Model[S, A]
	// Asks lists the open questions that the model depends on.
	Asks() []*contract.Question
	// Survey finds out what can be done on the target and returns the state of a fresh world. Gaps say what cannot be
	// done, and why. Questions that the dialect does not answer make gaps too: nothing is assumed of the target.
	Survey(ctx context.Context, s *suite.Session, d contract.Dialect) (start S, gaps []string, err error)
	// Open makes a fresh world.
	Open(ctx context.Context, s *suite.Session, start S) (World[A], error)
}
