// Package suite is the ground on which checks stand: it sends a check's requests to a target, records what came back,
// sets up states, keeps the run within its mode, rate and budget, and has the few matchers that checks compare with.
//
// It knows no API: what is an API's own it learns from the [Catalog]. It judges nothing by itself, save one thing: it holds
// every answer of a documented operation against the OpenAPI document.
package suite

import (
	"context"
	"slices"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Check verifies one requirement on a target.
//
// Verify returns nil when the requirement held, a *[Violation] when it did not, an *[Unavailable] when the target cannot be
// brought into the state that the check needs, and any other error when it could not find out.
type Check struct {
	Requirement *contract.Requirement
	Verify      func(ctx context.Context, s *Session) error
	// Untestable says why nobody can tell from outside; Verify is nil then.
	Untestable string
	// Alone marks a check that disturbs whoever shares its credential: it runs when no other does.
	Alone bool
}

// Probe observes the target's answer to one open question.
type Probe struct {
	Question *contract.Question
	// Observe returns the name of the answer, or what was seen when it is none of the known ones.
	Observe func(ctx context.Context, s *Session) (string, error)
}

// Catalog is everything that the suite has to know of one API. It is the only way in which generic code meets an API.
type Catalog struct {
	API    *contract.API
	Checks []Check
	Probes []Probe
	// Schema names, by operation id, the requirement that an answer violates when it does not follow the OpenAPI document.
	Schema map[string]*contract.Requirement
	// ErrorSchema is the same for documented refusals of any operation.
	ErrorSchema *contract.Requirement
	// Broken is the requirement that a target violates which breaks at what the documents leave open, and no requirement that an answer relaxes
	// speaks of the operation; nil where there is none.
	Broken *contract.Requirement
	// Effect tells what a request would change. The ledger forbids what it must not.
	Effect func(*Request) Effect
	// Accepted reports whether an answer is the target's consent, nil where any 2xx is.
	Accepted func(*Exchange) bool
	// Neutral is a read that a target answers whatever it holds; nil where there is none.
	Neutral func(s *Session) *Request
	// Greet asks for what everybody with a credential may see. It returns *[Closed] when no check could find anything out.
	Greet func(ctx context.Context, s *Session) error
	// Inspect looks at each thing that is lent. It returns *[Closed] when one is not there, nil for an API that nothing can be lent for.
	Inspect func(context.Context, *Session, Loan) error
	// LogIn takes a token with the login of the session, LogOut gives it back; nil where tokens do not come from a method.
	LogIn  func(ctx context.Context, s *Session) (token string, err error)
	LogOut func(ctx context.Context, s *Session, token string) error
	// States names the provider states that checks ask for, those first that ask for no params.
	States []string
	// Gives names, by state, a value that a provider who knows the state answers with.
	Gives map[string]string
	// Login says that there is a method to log in, Delivers that the target calls receivers.
	Login, Delivers bool
	// Lent names the flags by which something is lent, "" for an API that nothing can be lent for.
	Lent string
	// Lend makes the provider that works with what the user lent, nil for an API that nothing can be lent for.
	Lend func(Loan) Provider
	// Model is what explorations and histories compare with, made by history.Of; nil for an API that has none.
	Model Model
}

// Blamed is the requirement that a violation breaks which a probe found: the one that it names, or where the target broke instead of
// answering the one that says how far the operation may go. It is nil for what only keeps the question from being answered.
func (c *Catalog) Blamed(q *contract.Question, v *Violation) *contract.Requirement {
	if v.Requirement != nil || !v.Broke {
		return v.Requirement
	}
	for _, r := range c.API.Requirements {
		if r.Operation == v.Exchange.Operation && slices.Contains(r.Relaxed, q) {
			return r
		}
	}
	return c.Broken
}

// Model is a reference model of an API.
type Model interface {
	// Asks lists the open questions that the model depends on.
	Asks() []*contract.Question
}

// Check finds the check of a requirement by id, nil when there is none.
func (c *Catalog) Check(id string) *Check {
	for i := range c.Checks {
		if c.Checks[i].Requirement.ID == id {
			return &c.Checks[i]
		}
	}
	return nil
}

// Loan is what the user lets the run use.
type Loan struct {
	IDs  []string // of the things that are lent
	URLs []string // where each takes deliveries, in the same order; "" where that is not known
	// Groups are ids of what the things of a kind belong to, all of which are lent then.
	Groups []string
}
