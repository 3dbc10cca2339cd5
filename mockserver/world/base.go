package world

import (
	"errors"
	"fmt"
	"time"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Base is what a world is made of.
type Base struct {
	Seed     int64
	Now      time.Time // the time at which the clock stands still; zero for the real time
	Running  bool      // the clock runs from Now on
	Dialect  contract.Dialect
	Vary     *int64 // seed of the ways in which answers are written, nil for that of the documents
	Tokens   map[string]Grant
	Limits   map[string]int   // calls per minute, by vendor
	Held     map[string][]int // limits that hold instead for a while, see [HoldLimit]
	Faults   []fault.Rule
	Mutant   string           // id of the mutant that the world plays, "" for none
	States   map[string]State // what its parts begin with; a part that has none begins empty
	Commands []Command        // are then applied to the parts, in order
	Sinks    []sink.Sink
	Counters Counters
}

// Counters count what a world gave out, so that it never gives it again.
type Counters struct {
	Items    uint64 // ids of lower-case digits
	Tokens   uint64
	Requests uint64            // ids of requests
	Records  uint64            // ids of upper-case digits, and keys
	Faults   []uint64          // how often each fault was asked; nil for never
	Minutes  map[string]Minute // the running minute of each vendor that counts calls
}

// contents builds what a world holds, through the same commands that change it later.
func (b Base) contents(config Config) (contents, error) {
	c := contents{
		settings: settings{seed: b.Seed, clock: new(clock.Clock), dialect: b.Dialect, vary: b.Vary, limits: b.Limits, held: b.Held, mutant: Mutant{ID: b.Mutant}},
		parts:    config.Parts,
		sinks:    sink.NewState(),
		minutes:  b.Counters.Minutes,
		counters: counters{items: b.Counters.Items, records: b.Counters.Records, tokens: b.Counters.Tokens},
		requests: b.Counters.Requests,
	}
	switch {
	case b.Running:
		c.clock.Set(clock.Running(b.Now))
	case !b.Now.IsZero():
		c.clock.Set(clock.Stopped(b.Now))
	}
	var err error
	if c.faults, err = b.plan(config); err != nil {
		return contents{}, err
	}
	if err := b.fill(&c); err != nil {
		return contents{}, err
	}
	if err := addSinks(c.sinks, b.Sinks); err != nil {
		return contents{}, fmt.Errorf("sinks: %w", err)
	}
	return c, nil
}

func (b Base) plan(config Config) (*fault.Plan, error) {
	plan, err := fault.New(b.Faults, b.Seed, config.APIs...)
	if err == nil && b.Counters.Faults != nil {
		err = plan.Resume(b.Counters.Faults)
	}
	return plan, err
}

// fill builds the parts.
func (b Base) fill(c *contents) error {
	for _, p := range c.parts {
		state := b.States[p.Name]
		if state == nil {
			state = p.New()
		} else {
			state = state.Fork()
		}
		c.states = append(c.states, state)
	}
	m := Moment{At: c.clock.Now(), contents: c}
	for _, command := range b.Commands {
		state := c.state(partOf(command))
		if state == nil {
			return fmt.Errorf("%w: %q", ErrNoPart, command.Kind())
		}
		if _, err := state.Apply(command, m); err != nil {
			return fmt.Errorf("%s: %w", command.Kind(), err)
		}
	}
	return nil
}

func addSinks(s *sink.State, sinks []sink.Sink) error {
	for _, k := range sinks {
		err := s.Program(sink.Program{Name: k.Name, Answers: k.Answers})
		for _, d := range k.Deliveries {
			err = errors.Join(err, s.Restore(sink.Restore{Name: k.Name, Delivery: d}))
		}
		if err != nil {
			return fmt.Errorf("%q: %w", k.Name, err)
		}
	}
	return nil
}
