package fault

import "fmt"

// Unfired says of each rule that has befallen no request which one it is, and why it did not.
func (p *Plan) Unfired() []string {
	if p == nil {
		return nil
	}
	var unfired []string
	for i, asked := range p.Counts() {
		if r := p.rules[i]; !p.fired(i, asked) {
			unfired = append(unfired, fmt.Sprintf("faults[%d] (%s: %s) never fired: %s", i, r.Operation, r.what(), r.why(asked)))
		}
	}
	return unfired
}

// fired reports whether a rule applied to one of the requests that it was asked about. A chance is rolled again: the dice are the same.
func (p *Plan) fired(rule int, asked uint64) bool {
	r := p.rules[rule]
	for count := uint64(1); count <= asked; count++ {
		if r.applies(dice{r.seed(p.seed), rule, count}) {
			return true
		}
	}
	return false
}

// what is what a rule does, as its mark says it.
func (r Rule) what() string {
	if r.Latency != (Latency{}) && r.Latency.From != r.Latency.To {
		return "latency " + r.Latency.String()
	}
	return r.injection(dice{}).String()
}

func (r Rule) why(asked uint64) string {
	switch {
	case asked == 0 && r.Operation == Any:
		return "no request reached it"
	case asked == 0:
		return "no request of " + r.Operation + " reached it"
	case r.Every > 0:
		return fmt.Sprintf("it befalls every %d. request, and %d reached it", r.Every, asked)
	}
	return fmt.Sprintf("chance spared the %d that reached it", asked)
}
