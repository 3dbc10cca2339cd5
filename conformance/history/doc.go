// Package history finds out what becomes of a target when several clients use it at once. It records what each client did,
// when, and what came of it, and has porcupine judge whether the same model that explorations use could have answered so,
// one command after the other.
//
// A command whose answer never came may have happened or not, at any time: both are allowed. What a judged history does not
// show is not shown to be absent; [Power] says how likely a run of a given size shows known mistakes.
package history

import (
	"context"
	"time"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// World is a fresh piece of the target that several clients use at once. Do is safe for concurrent use.
type World[A any] interface {
	explore.World[A]
	// Ready makes a command out of one that was drawn before the ids of things were known: what has no id yet is left out.
	// Last is the client's answer to its command before, nil for none. It reports false when nothing sensible is left.
	Ready(c explore.Command, last *A) (explore.Command, bool)
	// Name gives what an answer names the names that came to be known after it came. It is called when all clients have
	// gone.
	Name(a *A)
}

// Subject is an API whose histories can be judged.
type Subject[S, A any] interface {
	explore.Subject[S, A]
	// OpenShared is Open for several clients.
	OpenShared(ctx context.Context, s *suite.Session, start S) (World[A], error)
	// Shared is the state of a world that several clients use: the model may have to be more lenient with them.
	Shared(start S) S
	// Workload draws what one client does first, and what several do at once then. Rounds may differ in kind. It reports
	// false for a round that this target allows nothing of.
	Workload(from explore.Chooser, start S, p Plan, round int) (Workload, bool)
	// Deviations are the ways to break sentences that the subject knows of, by which illegal histories are explained.
	Deviations() []Deviation[S, A]
	// Account counts what became of what the target acknowledged.
	Account(start S, events []Event[A]) Account
	// Unfit says why clients at once cannot be judged on this target, "" when they can.
	Unfit(start S) string
}

// Workload is what the clients of one history do.
type Workload struct {
	Before  []explore.Command   // by one client, before the others come
	Clients [][]explore.Command // each by one client, all at once
	After   []explore.Command   // by one client, when the others have gone
}

// Event is one command of a history.
type Event[A any] struct {
	Client       int
	Command      explore.Command
	Answer       *A // nil when it never came
	Call, Return time.Duration
}

// Account says what became of what a target acknowledged.
type Account struct {
	Acknowledged int // accepted by the target
	Lost         int // of those: gone, though nobody took them
	Duplicated   int // given to two clients
	Resurrected  int // seen again after somebody took them
	// Breaks are sentences, one of which the numbers above break at least; none where they prove no break.
	Breaks []*contract.Requirement
}

func (a *Account) add(b Account) {
	a.Acknowledged += b.Acknowledged
	a.Lost += b.Lost
	a.Duplicated += b.Duplicated
	a.Resurrected += b.Resurrected
}
