package explore

import (
	"slices"
	"testing"

	"github.com/understudy-mock/understudy/openapi/contract"
)

func TestTheFirstNameStays(t *testing.T) {
	n := Names[int]{Same: func(a, b int) bool { return a == b }}
	for _, c := range []struct {
		id, name string
		thing    int
		want     string
	}{{"id1", "a", 1, "a"}, {"id1", "b", 2, "a"}, {"id2", "c", 1, "a"}, {"id3", "d", 3, "d"}} {
		if got := n.Bind(c.id, c.name, c.thing); got != c.want {
			t.Errorf("%+v: got %s", c, got)
		}
	}
	if got := n.All([]string{"id1", "id2", "id3"}); !slices.Equal(got, []string{"a", "id2", "d"}) {
		t.Errorf("got %q", got)
	}
	if _, ok := n.Thing("b"); ok {
		t.Error("a name that was not taken stands for something")
	}
	if thing, ok := n.Thing("d"); !ok || thing != 3 {
		t.Errorf("got %d %t", thing, ok)
	}
}

func TestNamesAreCountedOn(t *testing.T) {
	for n, want := range map[int]string{0: "a", 25: "z", 26: "a1", 53: "b2"} {
		if got := Name(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestGapsAreTheQuestionsWithoutAnAnswer(t *testing.T) {
	asked := []*contract.Question{{ID: "x/y/known"}, {ID: "x/y/open"}}
	o := Observed{"x/y/known": "yes"}
	if got := o.Gaps(asked); len(got) != 1 || got[0] != "what depends on x/y/open: the answer was not observed" {
		t.Errorf("got %q", got)
	}
	if !o.Is(asked[0], "yes") || o.Is(asked[0], "no") || o.Knows(asked[1]) {
		t.Error("what was observed is told wrongly")
	}
}
