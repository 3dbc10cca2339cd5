package requestlog_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
)

func fire(t *testing.T, s *requestlog.State, entityID, data string) requestlog.Attempt {
	t.Helper()
	a, err := s.Fire(requestlog.Fire{Rule: byID("r1"), EntityID: entityID, Data: []byte(data)})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func logged(t *testing.T, s *requestlog.State, a requestlog.Attempt, id string) {
	t.Helper()
	if _, err := s.Log(requestlog.LogAt{Log: requestlog.Log{Attempt: a, Outcome: requestlog.Outcome{Failure: refused()}, ID: id}, At: noon()}); err != nil {
		t.Fatal(err)
	}
}

func known(s *requestlog.State) (all []string) {
	for _, e := range s.Entities() {
		all = append(all, fmt.Sprintf("%s %s %s", e.Entity, e.EntityID, e.Data))
	}
	return all
}

func TestEntitiesLastAsLongAsTheirRequests(t *testing.T) {
	s := newState(t)
	for i := range 1000 {
		fire(t, s, fmt.Sprint("unlogged ", i), `{}`)
	}
	if got := known(s); got != nil {
		t.Fatalf("of what nothing was logged it knows %q", got)
	}
	logged(t, s, fire(t, s, "e", `{"v":1}`), "first")
	logged(t, s, fire(t, s, "e", `{"v":2}`), "second")
	fire(t, s, "e", `{"v":3}`) // not logged, and still the latest
	want := []string{entity + ` e {"v":3}`}
	for _, id := range []string{"first", "second"} {
		if diff := cmp.Diff(want, known(s)); diff != "" {
			t.Errorf("before %s is deleted (-want +got):\n%s", id, diff)
		}
		if _, err := s.Delete(requestlog.Delete{Key: byID(id)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := known(s); got != nil {
		t.Errorf("of what was deleted it knows %q", got)
	}
}

// A delivery that takes long is logged after one that began later: what that one brought is newer.
func TestLateLogDoesNotBringBackOldData(t *testing.T) {
	s := newState(t)
	slow, quick := fire(t, s, "e", `{"v":1}`), fire(t, s, "e", `{"v":2}`)
	logged(t, s, quick, "quick")
	logged(t, s, slow, "slow")
	if diff := cmp.Diff([]string{entity + ` e {"v":2}`}, known(s)); diff != "" {
		t.Errorf("entities (-want +got):\n%s", diff)
	}
}

func TestKnowRefusesWhatIsNoObject(t *testing.T) {
	s := newState(t)
	if err := s.Do(requestlog.Know{Entity: requestlog.Entity{Entity: entity, EntityID: "e", Data: []byte(`[1]`)}}); err == nil {
		t.Error("a list was taken")
	}
}
