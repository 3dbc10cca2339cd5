package main

// entry is one check of the order.
type entry struct {
	Check    string `json:"check"`
	Requests int    `json:"requests"` // to the honest mock
}

// order chooses the check that catches most mutants which none before it caught, per request, again and again: the greedy
// cover. Checks that add nothing come last, the cheapest first. Ties go to the order given.
func order(left []entry, kills map[string][]string) []entry {
	caught := map[string]bool{}
	var all []entry
	for len(left) > 0 {
		best := 0
		for i := range left {
			if better(left[i], left[best], kills, caught) {
				best = i
			}
		}
		for _, mutant := range kills[left[best].Check] {
			caught[mutant] = true
		}
		all = append(all, left[best])
		left = append(append([]entry{}, left[:best]...), left[best+1:]...)
	}
	return all
}

// better compares what two checks would add for each request. Where neither adds anything, the cheaper one is better.
func better(a, b entry, kills map[string][]string, caught map[string]bool) bool {
	ofA, ofB := fresh(kills[a.Check], caught)*b.Requests, fresh(kills[b.Check], caught)*a.Requests
	if ofA == 0 && ofB == 0 {
		return a.Requests < b.Requests
	}
	return ofA > ofB
}

func fresh(mutants []string, caught map[string]bool) int {
	n := 0
	for _, m := range mutants {
		if !caught[m] {
			n++
		}
	}
	return n
}
