package history

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/understudy-mock/understudy/conformance/explore"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Plain is a subject whose things are made one at a time and then acted on by name. An API describes a state machine; sequences,
// clients at once and the deviations that explain an illegal history come with it.
//
// A command that makes a thing names it with as, as in "submit as=a". One that acts on a thing names that with of. States are told
// apart by how they print.
type Plain[S, A any] struct {
	Questions []*contract.Question
	// Makes are verbs that make a thing; the first one needs nothing but the API itself.
	Makes []string
	// Acts are verbs that act on a thing, and Looks those that only look at one. Each breaks a sentence when it is answered and not
	// carried out; nil for none.
	Acts  map[string]*contract.Requirement
	Looks []string
	// Start is the state of a fresh world on a target that answers the questions so.
	Start func(explore.Observed) S
	// Things are the names of what is there.
	Things func(S) []string
	// Step is the state after a command. Its error is a *suite.Violation when the model expects another answer; nil agrees with all.
	Step func(s S, c explore.Command, a *A) (S, error)
	// Do carries a command out. id is that of the thing that the command acts on; a command that makes one returns its id.
	Do func(ctx context.Context, s *suite.Session, c explore.Command, id string) (made string, a *A, err error)
}

// Model makes the model of a catalog.
func (p Plain[S, A]) Model() Model { return Of(plain[S, A]{p}) }

type plain[S, A any] struct{ p Plain[S, A] }

const (
	argAs = "as"
	argOf = "of"
)

func (m plain[S, A]) Asks() []*contract.Question { return m.p.Questions }

// Survey takes it that everything is allowed: what is not shows in the first sequence.
func (m plain[S, A]) Survey(_ context.Context, _ *suite.Session, d contract.Dialect) (start S, gaps []string, err error) {
	observed := explore.Observed(d)
	return m.p.Start(observed), observed.Gaps(m.p.Questions), nil
}

// Draw makes a thing in one case of three, and does something with one otherwise.
func (m plain[S, A]) Draw(from explore.Chooser, s S) explore.Command {
	things := m.p.Things(s)
	if len(things) == 0 || from.IntN(3) == 0 {
		return explore.Of(m.p.Makes[from.IntN(len(m.p.Makes))], argAs, explore.Name(len(things)))
	}
	verbs := append(slices.Sorted(maps.Keys(m.p.Acts)), m.p.Looks...)
	return explore.Of(verbs[from.IntN(len(verbs))], argOf, things[from.IntN(len(things))])
}

// Fit leaves out what acts on a thing that is not there, or makes one that is there already.
func (m plain[S, A]) Fit(s S, c explore.Command) (explore.Command, bool) {
	things := m.p.Things(s)
	if slices.Contains(m.p.Makes, c.Verb) {
		name := c.Arg(argAs)
		return c, name != "" && !slices.Contains(things, name)
	}
	return c, slices.Contains(things, c.Arg(argOf))
}

func (m plain[S, A]) Step(s S, c explore.Command, a *A) (S, error) { return m.p.Step(s, c, a) }

func (m plain[S, A]) Reads(c explore.Command) bool { return slices.Contains(m.p.Looks, c.Verb) }

// Looks looks at every thing in every way.
func (m plain[S, A]) Looks(s S) []explore.Command {
	var all []explore.Command
	for _, name := range m.p.Things(s) {
		for _, verb := range m.p.Looks {
			all = append(all, explore.Of(verb, argOf, name))
		}
	}
	return all
}

func (m plain[S, A]) Open(_ context.Context, s *suite.Session, _ S) (explore.World[A], error) {
	return m.world(s), nil
}

func (m plain[S, A]) OpenShared(_ context.Context, s *suite.Session, _ S) (World[A], error) {
	return m.world(s), nil
}

func (m plain[S, A]) world(s *suite.Session) *plainWorld[S, A] {
	return &plainWorld[S, A]{plain: m.p, session: s}
}

func (m plain[S, A]) Shared(start S) S { return start }

func (m plain[S, A]) Unfit(S) string { return "" }

// Workload makes a thing for two clients each. Then all clients act on them, and on what they make themselves.
func (m plain[S, A]) Workload(from explore.Chooser, start S, p Plan, _ int) (Workload, bool) {
	var w Workload
	s, made := start, 0
	grow := func(s S, c explore.Command) (explore.Command, S) {
		if c.Arg(argAs) != "" {
			c, made = c.With(argAs, explore.Name(made)), made+1
		}
		next, _ := m.p.Step(s, c, nil)
		return c, next
	}
	for range (p.Clients + 1) / 2 {
		var c explore.Command
		c, s = grow(s, explore.Of(m.p.Makes[0], argAs, "a"))
		w.Before = append(w.Before, c)
	}
	w.After = m.Looks(s)
	for range p.Clients {
		own := s
		var commands []explore.Command
		for range p.Operations {
			var c explore.Command
			c, own = grow(own, m.Draw(from, own))
			commands = append(commands, c)
		}
		w.Clients = append(w.Clients, commands)
	}
	return w, true
}

// Deviations are the ways that need no knowledge of the API: a command that is answered and not carried out, or carried out twice.
func (m plain[S, A]) Deviations() []Deviation[S, A] {
	var all []Deviation[S, A]
	for _, verb := range slices.Sorted(maps.Keys(m.p.Acts)) {
		if broken := m.p.Acts[verb]; broken != nil {
			all = append(all, Skipped(m.p.Step, verb, broken), Doubled(m.p.Step, verb, broken))
		}
	}
	return all
}

// Account counts the things that were made.
func (m plain[S, A]) Account(start S, events []Event[A]) (out Account) {
	for _, e := range events {
		if _, err := m.p.Step(start, e.Command, e.Answer); e.Answer != nil && err == nil && slices.Contains(m.p.Makes, e.Command.Verb) {
			out.Acknowledged++
		}
	}
	return out
}

// Skipped is the deviation of a target that answers a command as if it had carried it out, and has not.
func Skipped[S, A any](step func(S, explore.Command, *A) (S, error), verb string, breaks *contract.Requirement) Deviation[S, A] {
	return Deviation[S, A]{breaks, func(s S, c explore.Command, a *A) []S {
		next, err := step(s, c, a)
		return Unless(s, c.Verb != verb || err != nil || fmt.Sprint(next) == fmt.Sprint(s))
	}}
}

// Doubled is the deviation of a target that carries a command out twice.
func Doubled[S, A any](step func(S, explore.Command, *A) (S, error), verb string, breaks *contract.Requirement) Deviation[S, A] {
	return Deviation[S, A]{breaks, func(s S, c explore.Command, a *A) []S {
		once, err := step(s, c, a)
		if c.Verb != verb || err != nil {
			return nil
		}
		twice, err := step(once, c, a)
		return Unless(twice, err != nil || fmt.Sprint(twice) == fmt.Sprint(once))
	}}
}

// plainWorld carries commands out, and knows the ids behind the names.
type plainWorld[S, A any] struct {
	plain   Plain[S, A]
	session *suite.Session
	names   explore.Names[string]
}

func (w *plainWorld[S, A]) Do(ctx context.Context, c explore.Command) (*A, error) {
	id, _ := w.names.Thing(c.Arg(argOf)) // Fit and Ready have seen to it
	made, a, err := w.plain.Do(ctx, w.session, c, id)
	if err == nil && made != "" {
		w.names.Bind(made, c.Arg(argAs), made)
	}
	if Unanswered(err) && slices.Contains(w.plain.Makes, c.Verb) {
		return nil, Lost(c, err)
	}
	return a, err
}

// Ready leaves out what acts on a thing that has no id yet.
func (w *plainWorld[S, A]) Ready(c explore.Command, _ *A) (explore.Command, bool) {
	_, known := w.names.Thing(c.Arg(argOf))
	return c, known || slices.Contains(w.plain.Makes, c.Verb)
}

func (w *plainWorld[S, A]) Name(*A) {}
