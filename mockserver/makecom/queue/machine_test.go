package queue

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// model is a queue as a slice: slow, and too simple to be wrong.
type model struct {
	ids  []string
	busy map[string]bool
}

func (m *model) remove(id string) {
	m.ids = slices.DeleteFunc(m.ids, func(other string) bool { return other == id })
	delete(m.busy, id)
}

func (m *model) waiting() []string {
	return slices.DeleteFunc(slices.Clone(m.ids), func(id string) bool { return m.busy[id] })
}

const modelLimit = 12

// TestQueueAgreesWithTheModel sends random commands to both. The seed of a failure is printed by rapid.
func TestQueueAgreesWithTheModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := withHook(t, Settings{ID: 1, UDID: "u", Limit: modelLimit, Enabled: true})
		m := &model{busy: map[string]bool{}}
		given := 0
		pick := func() string {
			return rapid.SampledFrom(append([]string{"unknown"}, m.ids...)).Draw(t, "id")
		}
		t.Repeat(map[string]func(*rapid.T){
			"arrive": func(t *rapid.T) {
				given++
				id := fmt.Sprint(given)
				_, err := s.Arrive(arrival{HookID: 1, ID: id})
				if full := len(m.ids) == modelLimit; full != errors.Is(err, ErrFull) {
					t.Fatalf("%d items of %d: %v", len(m.ids), modelLimit, err)
				}
				if err == nil {
					m.ids = append(m.ids, id)
				}
			},
			"begin": func(t *rapid.T) {
				ids, err := s.Begin(Begin{HookID: 1})
				if waiting := m.waiting(); len(waiting) == 0 {
					if !errors.Is(err, ErrNoneWaiting) {
						t.Fatalf("began %v of none: %v", ids, err)
					}
				} else if err != nil || ids[0] != waiting[0] {
					t.Fatalf("began %v (%v), want %s", ids, err, waiting[0])
				} else {
					m.busy[ids[0]] = true
				}
			},
			"finish": func(t *rapid.T) {
				id := pick()
				_, err := s.Finish(Finish{HookID: 1, IDs: []string{id}})
				if (err == nil) != m.busy[id] {
					t.Fatalf("finish %s: %v", id, err)
				}
				if err == nil {
					m.remove(id)
				}
			},
			"delete ids": func(t *rapid.T) {
				ids := []string{pick(), pick()}
				got, err := s.Delete(Delete{HookID: 1, IDs: ids})
				if err != nil {
					t.Fatal(err)
				}
				var want []string
				for _, id := range m.waiting() {
					if slices.Contains(ids, id) {
						want = append(want, id)
						m.remove(id)
					}
				}
				slices.Sort(want)
				slices.Sort(got.IDs)
				if !slices.Equal(got.IDs, want) || got.Count != len(want) {
					t.Fatalf("deleted %v (%d), want %v", got.IDs, got.Count, want)
				}
			},
			"delete all": func(t *rapid.T) {
				except := pick()
				got, err := s.Delete(Delete{HookID: 1, All: true, Confirmed: true, Except: []string{except}})
				if err != nil {
					t.Fatal(err)
				}
				want := slices.DeleteFunc(m.waiting(), func(id string) bool { return id == except })
				if !slices.Equal(got.IDs, want) {
					t.Fatalf("deleted %v, want %v", got.IDs, want)
				}
				for _, id := range want {
					m.remove(id)
				}
			},
			"fork and go on in the fork": func(*rapid.T) {
				old := s
				s = s.fork()
				_, _ = old.Delete(Delete{HookID: 1, All: true, Confirmed: true}) // must not show in the fork
			},
			"": func(t *rapid.T) { compare(t, s, m) },
		})
	})
}

func compare(t *rapid.T, s *State, m *model) {
	t.Helper()
	offset := rapid.IntRange(0, modelLimit+1).Draw(t, "offset")
	limit := rapid.IntRange(1, modelLimit+1).Draw(t, "limit")
	newest := rapid.Bool().Draw(t, "newest first")
	waitingOnly := rapid.Bool().Draw(t, "waiting only")
	want := slices.Clone(m.ids)
	if waitingOnly {
		want = m.waiting()
	}
	if newest {
		slices.Reverse(want)
	}
	want = want[min(offset, len(want)):]
	want = want[:min(limit, len(want))]
	items, err := s.List(Page{HookID: 1, Offset: offset, Limit: limit, NewestFirst: newest, WaitingOnly: waitingOnly})
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(items))
	for _, item := range items {
		got = append(got, item.ID)
	}
	if diff := cmp.Diff(want, got, cmp.Transformer("empty", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
		t.Fatalf("page at %d of %d (-want +got):\n%s", offset, limit, diff)
	}
	status, err := s.Hook(1)
	if err != nil || status.Queued != len(m.ids) || status.Processing != len(m.busy) {
		t.Fatalf("status %+v (%v), want %d queued and %d processing", status, err, len(m.ids), len(m.busy))
	}
}

type failer interface {
	Helper()
	Fatal(...any)
}

func withHook(t failer, settings Settings) *State {
	t.Helper()
	s := NewState()
	if err := s.CreateHook(CreateHook{Settings: settings}); err != nil {
		t.Fatal(err)
	}
	return s
}

//nolint:gochecknoglobals // a constant, as far as the language lets a time be one
var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
