package citation_test

import (
	"fmt"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/citation"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func requirements(n int) []*contract.Requirement {
	all := make([]*contract.Requirement, n)
	for i := range all {
		all[i] = &contract.Requirement{ID: fmt.Sprint("r", i)}
	}
	return all
}

func TestTheSameListIsTheSameCitation(t *testing.T) {
	var table citation.Table
	all := requirements(3)
	first := table.Of(all[:2])
	if first != table.Of([]*contract.Requirement{all[0], all[1]}) || first.IDs != "r0, r1" {
		t.Errorf("got another one, or %q", first.IDs)
	}
	for _, other := range [][]*contract.Requirement{{all[1], all[0]}, {all[0]}, {all[0], all[1], all[2]}} {
		if table.Of(other) == first {
			t.Errorf("%v is taken for %s", other, first.IDs)
		}
	}
	if table.Of(nil) != nil {
		t.Error("an empty list has a citation")
	}
	all[0] = all[2] // the list is the caller's
	if first.Requirements[0].ID != "r0" {
		t.Error("the citation changed with the caller's list")
	}
}

// Nothing is lost beyond the bounds, it only costs more.
func TestATableIsBounded(t *testing.T) {
	var table citation.Table
	var set citation.Set
	all := requirements(citation.Most + 1)
	for i := range all {
		c := table.Of(all[i : i+1])
		set.Add(c)
		if set.Has(c) != (i < citation.Most) || c.IDs != all[i].ID {
			t.Fatalf("citation %d: in the set %v, %q", i, set.Has(c), c.IDs)
		}
	}
	long := all[:100]
	if c := table.Of(long); len(c.Requirements) != len(long) || set.Has(c) {
		t.Errorf("of a long list %d requirements, in the set %v", len(c.Requirements), set.Has(c))
	}
	set.Clear()
	if set.Has(table.Of(all[:1])) {
		t.Error("a cleared set has one")
	}
}
