package crmcom

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/history"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/crmcom"
)

// Unfit says why clients at once cannot be judged.
func (Subject) Unfit(start State) string {
	switch {
	case !start.received:
		return "the target's deliveries do not reach the suite's receiver"
	case !start.answers(crmcom.ResendIdentity, crmcom.AnswerSameRecord) && !start.replaces():
		return "the target's answer to " + crmcom.ResendIdentity.ID + " was not observed"
	case start.dialect[crmcom.ListOrder.ID] == "":
		return "the target's answer to " + crmcom.ListOrder.ID + " was not observed"
	}
	return ""
}

// Shared is the state of a world that several clients use.
func (Subject) Shared(start State) State {
	start.crowded = true
	return start
}

// OpenShared is Open for several clients at once.
func (Subject) OpenShared(ctx context.Context, s *suite.Session, _ State) (history.World[Answer], error) {
	h, err := open(ctx, s)
	return &sharedHands{h}, err
}

// sharedHands are hands for several clients.
type sharedHands struct{ *hands }

// Ready leaves commands out that name what has no id yet.
func (h *sharedHands) Ready(c explore.Command, _ *Answer) (explore.Command, bool) {
	if c.Arg("request") == "" {
		return c, true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	_, there := h.keys[c.Arg("request")]
	return c, there
}

// Do gives a history up when nobody knows whether a rule fired.
func (h *sharedHands) Do(ctx context.Context, c explore.Command) (*Answer, error) {
	a, err := h.hands.Do(ctx, c)
	var interrupted *suite.Interrupted
	if c.Verb == verbFire && (errors.As(err, &interrupted) || errors.Is(err, suite.ErrNoAnswer)) {
		return nil, fmt.Errorf("%w: %s: %v", history.ErrLost, c, err) //nolint:errorlint // the cause must not look like a command without an answer
	}
	return a, err
}

// Name names the webhook requests whose names came to be known after somebody had seen them.
func (h *sharedHands) Name(a *Answer) {
	for i, id := range a.Requests {
		a.Requests[i] = h.nameOf(id)
	}
}

// Crowd draws a round on one definition: some webhook requests are rejected before the clients come, and resent, deleted
// and looked at by all of them at once.
func (Subject) Crowd(from explore.Chooser, _ State, p history.Plan, _ int) (history.Crowd, bool) {
	d := &drawer{from: from}
	c := history.Crowd{
		Before: []explore.Command{explore.Of(verbRefuse), d.fire(), d.fire(), explore.Of(verbAccept)},
		After:  []explore.Command{explore.Of(verbList)},
	}
	for _, name := range d.all {
		c.After = append(c.After, explore.Of(verbShow, "request", name))
	}
	for range p.Clients {
		var commands []explore.Command
		for len(commands) < p.Operations {
			commands = append(commands, d.command())
		}
		c.Clients = append(c.Clients, commands)
	}
	return c, true
}

// drawer draws the commands of one history.
type drawer struct {
	from  explore.Chooser
	given int
	all   []string
}

func (d *drawer) name() string {
	name := requestName(d.given)
	d.given++
	return name
}

func (d *drawer) fire() explore.Command {
	name := d.name()
	d.all = append(d.all, name)
	return explore.Of(verbFire, "as", name)
}

func (d *drawer) command() explore.Command {
	request := d.all[d.from.IntN(min(len(d.all), 4))]
	switch n := d.from.IntN(10); {
	case n < 3:
		return explore.Of(verbResend, "request", request, "as", d.name())
	case n < 5:
		return explore.Of(verbDelete, "request", request)
	case n < 6:
		return d.fire()
	case n < 8:
		return explore.Of(verbList)
	default:
		return explore.Of(verbShow, "request", request)
	}
}

// Account counts webhook requests that came to be, and what became of them.
func (Subject) Account(_ State, events []history.Event[Answer]) history.Account {
	var out history.Account
	taken := map[string]history.Event[Answer]{}
	for _, e := range events {
		if e.Answer == nil || !e.Answer.OK {
			continue
		}
		switch e.Command.Verb {
		case verbFire:
			out.Acknowledged++
		case verbDelete:
			if _, twice := taken[e.Command.Arg("request")]; twice {
				out.Duplicated++
			}
			taken[e.Command.Arg("request")] = e
		}
	}
	for name, deletion := range taken {
		if slices.ContainsFunc(events, func(e history.Event[Answer]) bool { return seen(e, name) && e.Call > deletion.Return }) {
			out.Resurrected++
		}
	}
	out.Lost = lost(events, taken)
	switch {
	case out.Resurrected > 0:
		out.Blame = crmcom.DeleteGone
	case out.Lost > 0:
		out.Blame = crmcom.DeliveryLogged
	}
	return out
}

func seen(e history.Event[Answer], name string) bool {
	looks := e.Command.Verb == verbList || e.Command.Verb == verbShow
	return looks && e.Answer != nil && e.Answer.OK && slices.Contains(e.Answer.Requests, name)
}

// lost counts webhook requests that the last list has not, though nobody may have deleted or replaced them.
func lost(events []history.Event[Answer], taken map[string]history.Event[Answer]) int {
	var last *Answer
	mayBeGone := map[string]bool{}
	for _, e := range events {
		switch e.Command.Verb {
		case verbList:
			last = e.Answer
		case verbResend, verbDelete:
			mayBeGone[e.Command.Arg("request")] = true
		}
	}
	n := 0
	for _, e := range events {
		name := e.Command.Arg("as")
		_, deleted := taken[name]
		if e.Command.Verb == verbFire && e.Answer != nil && last != nil && last.OK && !deleted && !mayBeGone[name] && !slices.Contains(last.Requests, name) {
			n++
		}
	}
	return n
}
