package crmcom

import (
	"context"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Unfit says why clients at once cannot be judged: without ids, or where the answers depend on what nobody observed.
func (Subject) Unfit(start State) string {
	switch {
	case !start.idsKnown:
		return "the provider does not tell which webhook request came of a rule that fired"
	case !start.observed.Knows(crmcom.ResendIdentity):
		return "the target's answer to " + crmcom.ResendIdentity.ID + " was not observed"
	}
	return ""
}

// Shared is the state of a world that several clients use.
func (Subject) Shared(start State) State {
	start.concurrent = true
	return start
}

// OpenShared is Open for several clients at once.
func (Subject) OpenShared(ctx context.Context, s *suite.Session, start State) (history.World[Answer], error) {
	h, err := open(ctx, s)
	if err != nil {
		return nil, err
	}
	h.waits = false
	return &sharedDriver{driver: h, replaces: start.replaces()}, nil
}

// sharedDriver is a driver for several clients.
type sharedDriver struct {
	*driver
	replaces bool // a resend that succeeds makes a new record
}

// Ready leaves out what names a webhook request that has no id yet.
func (h *sharedDriver) Ready(c explore.Command, _ *Answer) (explore.Command, bool) {
	if c.Arg("request") == "" {
		return c, true
	}
	_, there := h.names.Thing(c.Arg("request"))
	return c, there
}

// Do gives a history up when a webhook request came, or may have come, whose id nobody was told.
func (h *sharedDriver) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	a, err := h.driver.Do(ctx, c)
	if history.Unanswered(err) && (c.Verb == verbFire || c.Verb == verbResend && h.replaces) {
		return nil, history.Lost(c, err)
	}
	return a, err
}

// Name names the webhook requests whose names came to be known after somebody had seen them.
func (h *sharedDriver) Name(a *Answer) {
	for i := range a.Requests {
		a.Requests[i].Name = h.nameOf(a.Requests[i].id, a.Requests[i].number)
	}
}

// Workload draws a round on one definition: some webhook requests are rejected before the clients come, and resent, deleted
// and looked at by all of them at once. In rounds with an even number the receiver accepts by then, in the others it does
// not.
func (Subject) Workload(from explore.Chooser, _ State, p history.Plan, round int) (history.Workload, bool) {
	d := &drawer{from: from}
	c := history.Workload{Before: []explore.Command{explore.Of(verbRefuse), d.fire(), d.fire()}}
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
	drawn int      // names
	fired []string // names of what rules made
}

func (d *drawer) name() string {
	name := explore.Name(d.drawn)
	d.drawn++
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

// contested is how many webhook requests the clients fight for: few, so that they meet.
const contested = 3

func (d *drawer) command() explore.Command {
	request := d.fired[d.from.IntN(min(len(d.fired), contested))]
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
