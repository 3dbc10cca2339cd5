package conformance

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/understudy-mock/understudy/conformance/suite"
)

// order.json is written by tools/checkorder from the kill matrix.
//
//go:embed order.json
var orderFile []byte

// priority says how a check stands among those that few requests are best spent on.
type priority struct {
	rank     int
	requests int // that it takes on the mock
}

// priorities are those of every check of an API, by requirement id.
func priorities(api string) (map[string]priority, error) {
	var orders map[string][]struct {
		Check    string `json:"check"`
		Requests int    `json:"requests"`
	}
	if err := json.Unmarshal(orderFile, &orders); err != nil {
		return nil, fmt.Errorf("order.json: %w", err)
	}
	all := map[string]priority{}
	for rank, e := range orders[api] {
		all[e.Check] = priority{rank: rank, requests: e.Requests}
	}
	return all, nil
}

// queue is the order in which the checks are run: that of the requirements, unless the requests are counted.
func (r *runner) queue() []*suite.Check {
	var all []*suite.Check
	for i := range r.catalog.Checks {
		all = append(all, &r.catalog.Checks[i])
	}
	if r.priorities != nil && !r.options.plain {
		slices.SortStableFunc(all, func(a, b *suite.Check) int { return r.rank(a) - r.rank(b) })
	}
	return all
}

// rank is the place of a check. One that the order does not know yet comes last.
func (r *runner) rank(c *suite.Check) int {
	if p, ok := r.priorities[c.Requirement.ID]; ok {
		return p.rank
	}
	return len(r.priorities)
}

// affordable reports whether what is left of the budget should be enough for a check, so that none is begun in vain.
func (r *runner) affordable(c *suite.Check) error {
	left, bounded := r.run.RequestsLeft()
	if need := r.priorities[c.Requirement.ID].requests; bounded && left < need {
		return fmt.Errorf("%w: %d of %d requests are left, and it takes about %d", suite.ErrBudget, left, r.target.MaxRequests, need)
	}
	return nil
}

// solvent reports whether there is anything left to ask with, so that nothing is set up in vain.
func (r *runner) solvent() error {
	if left, bounded := r.run.RequestsLeft(); bounded && left <= 0 {
		return suite.ErrBudget
	}
	return nil
}
