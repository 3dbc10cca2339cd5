package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/sink"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Rebuilder is a state that a log can keep: it says by which commands an equal one is made out of a new one. No command should be
// larger than about a megabyte.
type Rebuilder interface {
	State
	Rebuild() iter.Seq[Command]
}

// image is everything of a world at one moment: its contents, and what a fork does not copy. Unlike a world file, which leaves out what
// people do not ask for, it leaves out nothing.
type image struct {
	contents contents
	resets   uint64
	tokens   map[string]Grant
	revoked  []string
}

// imageHead is the first part of a written image. A command stands in each part after it.
type imageHead struct {
	Seed        int64             `json:"seed"`
	Clock       clock.Setting     `json:"clock"`
	Dialect     contract.Dialect  `json:"dialect,omitempty"`
	Vary        *int64            `json:"vary,omitempty"`
	Limits      map[string]int    `json:"limits,omitempty"`
	Held        map[string][]int  `json:"held,omitempty"`
	Mutant      string            `json:"mutant,omitempty"`
	Faults      []fault.Rule      `json:"faults,omitempty"`
	FaultCounts []uint64          `json:"faultCounts,omitempty"`
	Minutes     map[string]Minute `json:"minutes,omitempty"`
	Items       uint64            `json:"items"`
	Records     uint64            `json:"records"`
	Tokens      uint64            `json:"tokens"`
	Requests    uint64            `json:"requests"`
	Resets      uint64            `json:"resets,omitempty"`
	Issued      map[string]Grant  `json:"issued,omitempty"`
	Revoked     []string          `json:"revoked,omitempty"`
}

// restoreDelivery puts back what a sink received.
type restoreDelivery sink.Restore

// Kind implements Command.
func (restoreDelivery) Kind() string { return "world/restore-delivery" }

func (c restoreDelivery) apply(w *World, _ Moment) (any, error) {
	return nil, w.now.sinks.Restore(sink.Restore(c))
}

// encode writes the image in parts.
func (i image) encode() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if text, err := json.Marshal(i.head()); !yield(text, err) {
			return
		}
		for c := range i.commands() {
			if text, err := json.Marshal(Record{Command: c}); !yield(text, err) {
				return
			}
		}
	}
}

func (i image) head() imageHead {
	c := i.contents
	return imageHead{
		Seed: c.seed, Clock: c.clock.Setting(), Dialect: c.dialect, Vary: c.vary, Limits: c.limits, Held: c.held, Mutant: c.mutant.ID,
		Faults: c.faults.Rules(), FaultCounts: c.faults.Counts(), Minutes: c.minutes,
		Items: c.counters.items, Records: c.counters.records, Tokens: c.counters.tokens, Requests: c.requests,
		Resets: i.resets, Issued: i.tokens, Revoked: i.revoked,
	}
}

func (i image) commands() iter.Seq[Command] {
	return func(yield func(Command) bool) {
		for made := range i.pieces {
			for c := range made {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// pieces are the sinks and the states, each as the commands that make it.
func (i image) pieces(yield func(iter.Seq[Command]) bool) {
	for _, s := range i.contents.sinks.Sinks() {
		if !yield(rebuildSink(s)) {
			return
		}
	}
	for _, s := range i.contents.states {
		if !yield(s.(Rebuilder).Rebuild()) { //nolint:forcetypeassert,errcheck // NewRegistry has seen to it
			return
		}
	}
}

func rebuildSink(s sink.Sink) iter.Seq[Command] {
	return func(yield func(Command) bool) {
		if !yield(ProgramSink{Name: s.Name, Answers: s.Answers}) {
			return
		}
		for _, d := range s.Deliveries {
			if !yield(restoreDelivery{Name: s.Name, Delivery: d}) {
				return
			}
		}
	}
}

// canRebuild refuses parts that a log cannot keep.
func canRebuild(parts []Part) error {
	for _, p := range parts {
		if _, ok := p.New().(Rebuilder); !ok {
			return fmt.Errorf("the state %q cannot be kept: let it implement world.Rebuilder", p.Name)
		}
	}
	return nil
}

// imageReader builds an image out of its parts.
type imageReader struct {
	registry *Registry
	world    *World // of no registry
	head     *imageHead
	commands ahead
}

func (r *imageReader) part(text []byte) error {
	if r.head == nil {
		r.head = new(imageHead)
		if err := json.Unmarshal(text, r.head); err != nil {
			return fmt.Errorf("the first part: %w", err)
		}
		return r.begin()
	}
	return r.commands.text(text)
}

func (r *imageReader) apply(record Record) error {
	_, err := r.world.apply(record.Command, r.world.moment())
	return err
}

// begin is a world without sinks and with empty states.
func (r *imageReader) begin() error {
	h := r.head
	b := Base{
		Seed: h.Seed, Dialect: h.Dialect, Vary: h.Vary, Limits: h.Limits, Held: h.Held, Mutant: h.Mutant, Faults: h.Faults,
		Counters: Counters{Requests: h.Requests, Faults: h.FaultCounts, Minutes: maps.Clone(h.Minutes)},
	}
	c, err := b.contents(r.registry.config)
	if err != nil {
		return err
	}
	c.clock.Set(h.Clock)
	r.world = &World{registry: r.registry, now: c, total: new(reachedSet)}
	return nil
}

var errNoImage = errors.New("it has no parts")

func (r *imageReader) image() (image, error) {
	if r.head == nil {
		return image{}, errNoImage
	}
	c := r.world.now
	c.counters = counters{items: r.head.Items, records: r.head.Records, tokens: r.head.Tokens} // those that the commands took are none
	return image{contents: c, resets: r.head.Resets, tokens: r.head.Issued, revoked: r.head.Revoked}, nil
}

// readImage reads a text of the log.
func (r *Registry) readImage(log Log, text uint64) (image, error) {
	reader := imageReader{registry: r}
	reader.commands = ahead{registry: r, apply: reader.apply}
	if err := log.Text(text, reader.part); err != nil {
		return image{}, err
	}
	if err := reader.commands.end(); err != nil {
		return image{}, err
	}
	return reader.image()
}

// image is the world as it is, its number in the log, 0 for none, and the sequence of its log. The copy costs little; writing it down
// happens elsewhere.
func (r *Registry) image(w *World) (i image, id, at uint64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r.mu.RLock() // and no token comes or goes
	defer r.mu.RUnlock()
	k := &w.kept
	k.mu.Lock()
	kept := k.log != nil && k.id != 0
	id, at = k.id, k.sequence
	k.mu.Unlock()
	if !kept {
		return image{}, 0, 0
	}
	i = image{contents: w.now.fork(), resets: w.resets, tokens: r.tokensOf(w), revoked: slices.Clone(w.revoked)}
	i.contents.requests = w.requests.Load()
	return i, id, at
}
