package world

import (
	"cmp"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// ownCommand is a command of the world itself.
type ownCommand interface {
	Command
	apply(w *World, m Moment) (any, error)
}

// tokenCommand is one that changes which world a token opens. It is applied under the registry's lock, too, which is taken last:
// whoever holds it waits for no world.
type tokenCommand interface{ changesTokens() }

// Commands are the commands of the world itself, one of each kind.
func Commands() []Command {
	return []Command{
		SetClock{},
		SetDialect{},
		SetVariations{},
		SetFaults{},
		AskFaults{},
		SetLimit{},
		HoldLimit{},
		LetGo{},
		Spend{},
		SetMutant{},
		Reset{},
		TakeID{},
		TakeTokenID{},
		MintToken{},
		IssueToken{},
		RevokeToken{},
		ProgramSink{},
		RemoveSink{},
		Receive{},
	}
}

// SetClock sets the clock of the world.
type SetClock struct{ Clock clock.Setting }

// Kind implements Command.
func (SetClock) Kind() string { return "world/clock" }

func (c SetClock) apply(w *World, _ Moment) (any, error) {
	w.now.clock.Set(c.Clock)
	return nil, nil //nolint:nilnil // nothing comes of it
}

// SetDialect replaces the answers to the open questions.
type SetDialect struct{ Dialect contract.Dialect }

// Kind implements Command.
func (SetDialect) Kind() string { return "world/dialect" }

func (c SetDialect) apply(w *World, _ Moment) (any, error) {
	w.now.dialect = c.Dialect
	w.publish()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// SetVariations replaces the seed of the ways in which answers are written, nil for that of the documents.
type SetVariations struct{ Seed *int64 }

// Kind implements Command.
func (SetVariations) Kind() string { return "world/variations" }

func (c SetVariations) apply(w *World, _ Moment) (any, error) {
	w.now.vary = c.Seed
	w.publish()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// SetFaults replaces the faults. Counting starts over.
type SetFaults struct{ Rules []fault.Rule }

// Kind implements Command.
func (SetFaults) Kind() string { return "world/faults" }

func (c SetFaults) apply(w *World, _ Moment) (any, error) {
	plan, err := fault.New(c.Rules, w.now.seed, w.registry.config.APIs...)
	if err != nil {
		return nil, err
	}
	w.now.faults = plan
	w.publish()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// AskFaults asks what befalls a request of an operation, and counts it. The result is a *fault.Injection.
type AskFaults struct{ Operation string }

// Kind implements Command.
func (AskFaults) Kind() string { return "world/ask-faults" }

func (c AskFaults) apply(w *World, _ Moment) (any, error) { return w.now.faults.Next(c.Operation), nil }

// SetMutant makes the world play another mutant, "" for the one of the server. What the mutant remembers is no part of a record.
type SetMutant struct{ ID string }

// Kind implements Command.
func (SetMutant) Kind() string { return "world/mutant" }

func (c SetMutant) apply(w *World, _ Moment) (any, error) {
	w.now.mutant = Mutant{ID: c.ID, Memory: new(Memory)}
	w.publish()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// Reset takes the world back to what it was made of, and forgets its journal.
type Reset struct{}

// Kind implements Command.
func (Reset) Kind() string { return "world/reset" }

func (Reset) apply(w *World, _ Moment) (any, error) {
	w.restore(w.origin.fork())
	w.resets++
	w.Journal.Clear()
	w.coverage.clear()
	return nil, nil //nolint:nilnil // nothing comes of it
}

// TakeID takes an id of 32 lower-case hex digits off the world's stream. The result is a string.
type TakeID struct{}

// Kind implements Command.
func (TakeID) Kind() string { return "world/take-id" }

func (TakeID) apply(_ *World, m Moment) (any, error) { return m.NewID(), nil }

// TakeTokenID takes 32 upper-case hex digits that name, or are, a token. The result is a string.
type TakeTokenID struct{}

// Kind implements Command.
func (TakeTokenID) Kind() string { return "world/take-token-id" }

func (TakeTokenID) apply(w *World, _ Moment) (any, error) {
	return strings.ToUpper(w.newToken()), nil
}

// ProgramSink makes a sink, or replaces its answers and forgets what it received.
type ProgramSink sink.Program

// Kind implements Command.
func (ProgramSink) Kind() string { return "world/program-sink" }

// Size implements Sized.
func (c ProgramSink) Size() int64 { return sink.Program(c).Size() }

func (c ProgramSink) apply(w *World, _ Moment) (any, error) {
	return nil, w.now.sinks.Program(sink.Program(c))
}

// RemoveSink forgets a sink. One that does not exist is none already.
type RemoveSink struct{ Name string }

// Kind implements Command.
func (RemoveSink) Kind() string { return "world/remove-sink" }

func (c RemoveSink) apply(w *World, _ Moment) (any, error) {
	w.now.sinks.Remove(c.Name)
	return nil, nil //nolint:nilnil // nothing comes of it
}

// Receive hands a delivery to a sink, dated by the world's clock. The result is the sink.Answer to be played.
type Receive sink.Receive

// Kind implements Command.
func (Receive) Kind() string { return "world/receive" }

// Size implements Sized.
func (c Receive) Size() int64 { return sink.Receive(c).Size() }

func (c Receive) apply(w *World, m Moment) (any, error) {
	c.Delivery.At = m.At
	return w.now.sinks.Receive(sink.Receive(c))
}

// Sinks reads the world's sinks.
func (w *World) Sinks(read func(*sink.State) error) error {
	on, err := w.sinksNow(read)
	if lost := w.await(on); lost != nil {
		return lost
	}
	return err
}

func (w *World) sinksNow(read func(*sink.State) error) (*pending, error) {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.kept.pending.Load(), read(w.now.sinks)
}

// Receive hands a delivery to a sink of the world. The answer is for the caller to play, its delay included.
func (w *World) Receive(name string, d sink.Delivery) (sink.Answer, error) {
	return Do[sink.Answer](w, Receive{Name: name, Delivery: d})
}

// Reset takes the world back to what it was made of, and forgets its journal. Only a log refuses it, with [ErrNotKept], as it does every
// other change.
func (w *World) Reset() error { return w.change(Reset{}) }

// SetDialect replaces the answers; the caller has validated them and gives the map away.
func (w *World) SetDialect(d contract.Dialect) error { return w.change(SetDialect{d}) }

// SetVariations replaces the seed; the caller gives it away.
func (w *World) SetVariations(seed *int64) error { return w.change(SetVariations{seed}) }

func (w *World) change(c Command) error {
	_, err := w.Do(c)
	return err
}

// SetFaults replaces the faults, or refuses them with an error that joins a [*fault.Wrong] for each thing. Counting starts over.
func (w *World) SetFaults(rules []fault.Rule) error {
	_, err := w.Do(SetFaults{rules})
	return err
}

// Faults are the rules of the faults in force.
func (w *World) Faults() []fault.Rule { return w.shown.Load().faults.Rules() }

// Verify holds the journal of the world, and where they are asked for its faults, against expectations; see [journal.Journal.Verify].
func (w *World) Verify(inOrder bool, expectations ...journal.Expectation) ([]journal.Finding, error) {
	plan := w.shown.Load().faults
	return w.Journal.VerifyWithFaults(inOrder, journal.Faults{All: len(plan.Rules()), Unfired: plan.Unfired()}, expectations...)
}

// NextFault decides what befalls a request of an operation, nil for nothing.
func (w *World) NextFault(operation string) *fault.Injection {
	if operation == "" || w.shown.Load().faults == nil {
		return nil
	}
	injected, _ := Do[*fault.Injection](w, AskFaults{operation}) // it is never refused
	return injected
}

// SetMutant makes the world play another mutant, which the caller knows to exist; "" for the one of the server.
func (w *World) SetMutant(id string) error { return w.change(SetMutant{id}) }

// Freeze stops the clock at the given time.
func (w *World) Freeze(at time.Time) error {
	return w.setClock(func(clock.Setting) clock.Setting { return clock.Stopped(at) })
}

// Run lets the time pass from the given time on; from the real time when it is zero.
func (w *World) Run(from time.Time) error {
	return w.setClock(func(clock.Setting) clock.Setting { return clock.Running(from) })
}

// Advance moves the clock.
func (w *World) Advance(by time.Duration) error {
	return w.setClock(func(s clock.Setting) clock.Setting { return s.Moved(by) })
}

func (w *World) setClock(to func(clock.Setting) clock.Setting) error {
	on, err := w.setClockNow(to)
	return cmp.Or(w.await(on), err)
}

func (w *World) setClockNow(to func(clock.Setting) clock.Setting) (*pending, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, err := w.commit(SetClock{to(w.now.clock.Setting())}, w.moment())
	return w.kept.pending.Load(), err
}
