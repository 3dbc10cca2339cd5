package requestlog_test

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
)

// model is the log as a plain slice.
type model struct {
	entries []entry
	next    uint64
}

type entry struct {
	id       string
	number   uint64
	rejected bool
	rule     string // "1" or "2", of the definition as well
	entityID string
	created  time.Time
}

func (m *model) find(id string) int {
	return slices.IndexFunc(m.entries, func(e entry) bool { return e.id == id })
}

func (m *model) list(c requestlog.List) []uint64 {
	kept := []entry{}
	for _, e := range m.entries {
		if (c.Definition == nil || c.Definition.Value == "d"+e.rule) && (c.Rule == nil || c.Rule.Value == "r"+e.rule) &&
			(c.EntityID == nil || *c.EntityID == e.entityID) && (c.Rejected == nil || *c.Rejected == e.rejected) &&
			(c.From.IsZero() || !e.created.Before(c.From)) && (c.To.IsZero() || e.created.Before(c.To)) {
			kept = append(kept, e)
		}
	}
	slices.SortFunc(kept, func(a, b entry) int {
		return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.number, b.number))
	})
	if !c.OldestFirst {
		slices.Reverse(kept)
	}
	kept = kept[min(c.Offset, len(kept)):]
	if c.Limit >= 0 {
		kept = kept[:min(c.Limit, len(kept))]
	}
	numbers := []uint64{}
	for _, e := range kept {
		numbers = append(numbers, e.number)
	}
	return numbers
}

// machine plays random commands on a state, on the model of it, and on forks of both.
type machine struct {
	state *requestlog.State
	model model
	ids   int

	forked      *requestlog.State
	forkedModel model
}

func (m *machine) newID() string {
	m.ids++
	return fmt.Sprint("id", m.ids)
}

func moment(t *rapid.T) time.Time {
	return noon().Add(time.Duration(rapid.IntRange(0, 20).Draw(t, "second")) * time.Second)
}

func (m *machine) anyID(t *rapid.T) string {
	return fmt.Sprint("id", rapid.IntRange(0, m.ids).Draw(t, "id"))
}

func outcome(t *rapid.T) requestlog.Outcome {
	if rapid.Bool().Draw(t, "rejected") {
		return requestlog.Outcome{Failure: refused()}
	}
	return requestlog.Outcome{}
}

func (m *machine) fire(t *rapid.T) {
	n := rapid.SampledFrom([]string{"1", "2"}).Draw(t, "rule")
	entityID := rapid.SampledFrom([]string{"x", "y"}).Draw(t, "entity")
	a, err := m.state.Fire(requestlog.Fire{Rule: byID("r" + n), EntityID: entityID})
	if err != nil {
		t.Fatal(err)
	}
	e := entry{id: m.newID(), number: m.model.next, rule: n, entityID: entityID, created: moment(t)}
	o := outcome(t)
	e.rejected = o.Rejected()
	r, err := m.state.Log(requestlog.LogAt{Log: requestlog.Log{Attempt: a, Outcome: o, ID: e.id}, At: e.created})
	if err != nil || r.Number != e.number {
		t.Fatalf("logged as %+v, %v; want number %d", r, err, e.number)
	}
	m.model.next++
	m.model.entries = append(m.model.entries, e)
}

func (m *machine) resend(t *rapid.T) {
	id := m.anyID(t)
	a, err := m.state.Resend(requestlog.Resend{Key: byID(id)})
	i := m.model.find(id)
	switch {
	case i < 0:
		want(t, err, requestlog.ErrNoRequest)
		return
	case !m.model.entries[i].rejected:
		want(t, err, requestlog.ErrNotRejected)
		return
	case err != nil:
		t.Fatal(err)
	}
	o, at := outcome(t), moment(t)
	c := requestlog.Resent{Attempt: a, Outcome: o, NewRecord: rapid.Bool().Draw(t, "new record"), ID: m.newID()}
	if _, err := m.state.Resent(requestlog.ResentAt{Resent: c, At: at}); err != nil {
		t.Fatal(err)
	}
	e := m.model.entries[i]
	e.rejected = o.Rejected()
	if c.NewRecord && !e.rejected {
		e.id, e.number, e.created = c.ID, m.model.next, at
		m.model.next++
	}
	m.model.entries = append(slices.Delete(slices.Clone(m.model.entries), i, i+1), e)
}

func (m *machine) delete(t *rapid.T) {
	id := m.anyID(t)
	_, err := m.state.Delete(requestlog.Delete{Key: byID(id)})
	i := m.model.find(id)
	if i < 0 {
		want(t, err, requestlog.ErrNoRequest)
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	m.model.entries = slices.Delete(slices.Clone(m.model.entries), i, i+1)
}

// fork goes on with one side and keeps the other, which nothing may change.
func (m *machine) fork(t *rapid.T) {
	m.forked, m.forkedModel = m.state.Copy(), model{slices.Clone(m.model.entries), m.model.next}
	if rapid.Bool().Draw(t, "go on with the fork") {
		m.state, m.forked = m.forked, m.state
	}
}

func want(t *rapid.T, err, target error) {
	t.Helper()
	if !errors.Is(err, target) {
		t.Fatalf("got error %v, want %v", err, target)
	}
}

func (m *machine) check(t *rapid.T) {
	c := query(t)
	same(t, m.state, &m.model, c)
	if m.forked != nil {
		same(t, m.forked, &m.forkedModel, c)
	}
}

func query(t *rapid.T) requestlog.List {
	c := requestlog.List{
		OldestFirst: rapid.Bool().Draw(t, "oldest first"),
		Offset:      rapid.IntRange(0, 5).Draw(t, "offset"),
		Limit:       rapid.IntRange(-1, 5).Draw(t, "limit"),
	}
	filters := rapid.IntRange(1, 63).Draw(t, "filters")
	if filters&1 != 0 || filters&7 == 0 {
		k := byID(rapid.SampledFrom([]string{"d1", "d2"}).Draw(t, "definition"))
		c.Definition = &k
	}
	if filters&2 != 0 {
		k := byID(rapid.SampledFrom([]string{"r1", "r2"}).Draw(t, "rule"))
		c.Rule = &k
	}
	if filters&4 != 0 {
		c.EntityID = new(rapid.SampledFrom([]string{"x", "y", "z"}).Draw(t, "entity id"))
	}
	if filters&8 != 0 {
		c.Rejected = new(rapid.Bool().Draw(t, "rejected"))
	}
	if filters&16 != 0 {
		c.From = moment(t)
	}
	if filters&32 != 0 {
		c.To = moment(t)
	}
	return c
}

func same(t *rapid.T, s *requestlog.State, m *model, c requestlog.List) {
	t.Helper()
	page, err := s.List(c)
	if err != nil {
		t.Fatal(err)
	}
	got := []uint64{}
	for _, r := range page {
		got = append(got, r.Number)
	}
	if diff := gocmp.Diff(m.list(c), got); diff != "" {
		t.Fatalf("page (-want +got):\n%s", diff)
	}
	if s.Len() != len(m.entries) || s.NextNumber() != m.next {
		t.Fatalf("%d requests and next %d, want %d and %d", s.Len(), s.NextNumber(), len(m.entries), m.next)
	}
}

func TestLogMatchesItsModel(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := &machine{state: newState(t), model: model{next: 1}}
		r.Repeat(map[string]func(*rapid.T){
			"":       m.check,
			"fire":   m.fire,
			"resend": m.resend,
			"delete": m.delete,
			"fork":   m.fork,
		})
	})
}
