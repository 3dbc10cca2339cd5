package crmcom

import (
	"context"
	"errors"
	"fmt"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Unfit says why clients at once cannot be judged: without ids, or where the answers depend on what nobody observed.
func (Subject) Unfit(start State) string {
	switch {
	case !start.told:
		return "the provider does not tell which webhook request came of a rule that fired"
	case !start.observed(crmcom.ResendIdentity):
		return "the target's answer to " + crmcom.ResendIdentity.ID + " was not observed"
	}
	return ""
}

// Shared is the state of a world that several clients use.
func (Subject) Shared(start State) State {
	start.crowded = true
	return start
}

// OpenShared is Open for several clients at once.
func (Subject) OpenShared(ctx context.Context, s *suite.Session, start State) (history.World[Answer], error) {
	h, err := open(ctx, s)
	if err != nil {
		return nil, err
	}
	h.waits = false
	return &sharedHands{hands: h, replaces: start.replaces()}, nil
}

// sharedHands are hands for several clients.
type sharedHands struct {
	*hands
	replaces bool // a resend that succeeds makes a new record
}

// Ready leaves out what names a webhook request that has no id yet.
func (h *sharedHands) Ready(c explore.Command, _ *Answer) (explore.Command, bool) {
	if c.Arg("request") == "" {
		return c, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, there := h.known[c.Arg("request")]
	return c, there
}

// Do gives a history up when a webhook request came, or may have come, whose id nobody was told.
func (h *sharedHands) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	a, err := h.hands.Do(ctx, c)
	var interrupted *suite.Interrupted
	unanswered := errors.As(err, &interrupted) || errors.Is(err, suite.ErrNoAnswer)
	if unanswered && (c.Verb == verbFire || c.Verb == verbResend && h.replaces) {
		return nil, fmt.Errorf("%w: %s: %v", history.ErrLost, c, err) //nolint:errorlint // the cause must not look like a command without an answer
	}
	return a, err
}

// Name names the webhook requests whose names came to be known after somebody had seen them.
func (h *sharedHands) Name(a *Answer) {
	for i := range a.Requests {
		a.Requests[i].Name = h.nameOf(a.Requests[i].id, a.Requests[i].number)
	}
}

// Crowd draws a round on one definition: some webhook requests are rejected before the clients come, and resent, deleted
// and looked at by all of them at once. In rounds with an even number the receiver accepts by then, in the others it does
// not.
func (Subject) Crowd(from explore.Chooser, _ State, p history.Plan, round int) (history.Crowd, bool) {
	d := &drawer{from: from}
	c := history.Crowd{Before: []explore.Command{explore.Of(verbRefuse), d.fire(), d.fire()}}
	if round%2 == 0 {
		c.Before = append(c.Before, explore.Of(verbAccept))
	}
	for range p.Clients {
		c.Clients = append(c.Clients, d.commands(p.Operations))
	}
	c.After = []explore.Command{explore.Of(verbList), explore.Of(verbReceived)}
	for _, name := range d.fired {
		c.After = append(c.After, explore.Of(verbShow, "request", name))
	}
	return c, true
}

// drawer draws the commands of one history.
type drawer struct {
	from  explore.Chooser
	given int      // names
	fired []string // names of what rules made
}

func (d *drawer) name() string {
	name := requestName(d.given)
	d.given++
	return name
}

func (d *drawer) fire() explore.Command {
	name := d.name()
	d.fired = append(d.fired, name)
	return explore.Of(verbFire, "as", name)
}

func (d *drawer) commands(n int) []explore.Command {
	var all []explore.Command
	for range n {
		all = append(all, d.command())
	}
	return all
}

// crowdedOn is how many webhook requests the clients fight for: few, so that they meet.
const crowdedOn = 3

func (d *drawer) command() explore.Command {
	request := d.fired[d.from.IntN(min(len(d.fired), crowdedOn))]
	switch n := d.from.IntN(12); {
	case n < 4:
		return explore.Of(verbResend, "request", request, "as", d.name())
	case n < 6:
		return explore.Of(verbDelete, "request", request)
	case n < 8:
		return d.fire()
	case n < 10:
		return explore.Of(verbList)
	default:
		return explore.Of(verbShow, "request", request)
	}
}
