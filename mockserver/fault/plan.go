package fault

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// Injection is what befalls one request. The nil Injection is nothing.
type Injection struct {
	Status    int
	Reset     bool
	Truncate  int
	Malformed bool
	Slow      time.Duration
	Latency   time.Duration
}

// String is the injection in words, as answers and journals are marked with it.
func (i *Injection) String() string {
	if i == nil {
		return ""
	}
	var words []string
	for _, w := range []struct {
		applies bool
		text    string
	}{
		{i.Latency > 0, "latency " + i.Latency.String()},
		{i.Status > 0, fmt.Sprint("status ", i.Status)},
		{i.Reset, "reset"},
		{i.Truncate > 0, fmt.Sprint("truncate ", i.Truncate)},
		{i.Malformed, "malformed"},
		{i.Slow > 0, "slow " + i.Slow.String()},
	} {
		if w.applies {
			words = append(words, w.text)
		}
	}
	if words == nil {
		return "latency 0s"
	}
	return strings.Join(words, ", ")
}

// Plan is the rules of one world and how often each was asked. It is safe for concurrent use; the nil Plan does nothing.
type Plan struct {
	rules []Rule // never changed
	seed  int64

	mu     sync.Mutex
	counts []uint64
}

// New returns a plan, or what [Check] has against the rules. Chances follow from the seed.
func New(rules []Rule, seed int64, apis ...*contract.API) (*Plan, error) {
	if err := Check(rules, apis...); err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, nil //nolint:nilnil // the nil Plan does nothing, which is what no rules ask for
	}
	return &Plan{rules: slices.Clone(rules), seed: seed, counts: make([]uint64, len(rules))}, nil
}

// Rules are the rules in the order in which they are tried.
func (p *Plan) Rules() []Rule {
	if p == nil {
		return nil
	}
	return slices.Clone(p.rules)
}

// Counts are, by rule, the requests that it was asked about.
func (p *Plan) Counts() []uint64 {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.counts)
}

// Resume sets the counts, as Counts gave them, so that a plan goes on where another one stood.
func (p *Plan) Resume(counts []uint64) error {
	if len(counts) != len(p.Counts()) {
		return fmt.Errorf("%d fault counters for %d faults", len(counts), len(p.Counts()))
	}
	if p != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		copy(p.counts, counts)
	}
	return nil
}

// Fork is a plan that has come as far and goes its own way from here.
func (p *Plan) Fork() *Plan {
	if p == nil {
		return nil
	}
	return &Plan{rules: p.rules, seed: p.seed, counts: p.Counts()}
}

// Reseeded is a plan of the same rules that starts over with another seed.
func (p *Plan) Reseeded(seed int64) *Plan {
	if p == nil {
		return nil
	}
	return &Plan{rules: p.rules, seed: seed, counts: make([]uint64, len(p.rules))}
}

// Next decides what befalls a request of the operation. The rules are tried in order and the first that applies is
// injected; a rule counts the requests that the rules before it let pass, so that "first 2: 429" and then "first 2:
// reset" make four failures in a row. A request that reached no operation meets no fault.
func (p *Plan) Next(operation string) *Injection {
	if p == nil || operation == "" {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, r := range p.rules {
		if r.Operation != Any && r.Operation != operation {
			continue
		}
		p.counts[i]++
		if d := (dice{r.seed(p.seed), i, p.counts[i]}); r.applies(d) {
			return r.injection(d)
		}
	}
	return nil
}

func (r Rule) seed(world int64) int64 {
	if r.Seed != 0 {
		return r.Seed
	}
	return world
}

func (r Rule) applies(d dice) bool {
	switch {
	case r.First > 0:
		return d.count <= uint64(r.First)
	case r.Every > 0:
		return d.count%uint64(r.Every) == 0
	case r.Probability > 0:
		return d.roll(chance) < r.Probability
	}
	return true
}

func (r Rule) injection(d dice) *Injection {
	return &Injection{
		Status: r.Status, Reset: r.Reset, Truncate: r.Truncate, Malformed: r.Malformed, Slow: r.Slow,
		Latency: r.Latency.at(d.roll(delay)),
	}
}

// dice roll the same for the same seed, rule and request, so that a plan has no state but its counts.
type dice struct {
	seed  int64
	rule  int
	count uint64
}

// What the dice are rolled for.
const (
	chance uint64 = iota + 1
	delay
)

// roll is from 0 up to but not including 1.
func (d dice) roll(purpose uint64) float64 {
	x := uint64(d.seed)
	for _, part := range []uint64{uint64(d.rule), d.count, purpose} {
		x = mix(x ^ mix(part))
	}
	return float64(x>>11) / (1 << 53)
}

// mix is the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
