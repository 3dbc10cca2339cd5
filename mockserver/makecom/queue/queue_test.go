package queue

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func arrive(t *testing.T, s *State, n int) []string {
	t.Helper()
	ids := make([]string, n)
	for i := range ids {
		ids[i] = fmt.Sprintf("%c", 'a'+i)
		if _, err := s.Arrive(arrival{HookID: 1, ID: ids[i], At: start}); err != nil {
			t.Fatal(err)
		}
	}
	return ids
}

func ids(t *testing.T, s *State) []string {
	t.Helper()
	items, err := s.List(Page{HookID: 1, Limit: 1000})
	if err != nil {
		t.Fatal(err)
	}
	list := []string{}
	for _, item := range items {
		list = append(list, item.ID)
	}
	return list
}

func TestDeleteRefusesWithoutTouchingTheQueue(t *testing.T) {
	for name, c := range map[string]struct {
		delete Delete
		want   error
	}{
		"all unconfirmed":     {Delete{All: true}, ErrUnconfirmed},
		"nothing selected":    {Delete{}, ErrNoSelector},
		"empty arrays":        {Delete{IDs: []string{}, Except: []string{}}, ErrNoSelector},
		"ids and all":         {Delete{IDs: []string{"a"}, All: true, Confirmed: true}, ErrIDsWithAll},
		"ids and except":      {Delete{IDs: []string{"a"}, Except: []string{"b"}}, ErrExceptWithIDs},
		"except alone":        {Delete{Except: []string{"b"}}, ErrExceptWithIDs},
		"unknown, refused":    {Delete{IDs: []string{"a", "zz"}, Rules: DeleteRules{Unknown: UnknownRefused}}, ErrNoItem},
		"a hook that is none": {Delete{HookID: 2, IDs: []string{"a"}}, ErrNoHook},
	} {
		t.Run(name, func(t *testing.T) {
			s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true})
			want := arrive(t, s, 3)
			c.delete.HookID = max(c.delete.HookID, 1)
			if _, err := s.Delete(c.delete); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if diff := cmp.Diff(want, ids(t, s)); diff != "" {
				t.Errorf("the queue changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestDeleteAnswersByTheRules(t *testing.T) {
	for name, c := range map[string]struct {
		delete Delete
		want   Deleted
	}{
		"one is busy":            {Delete{IDs: []string{"a", "b"}}, Deleted{IDs: []string{"b"}, Count: 1, Busy: []string{"a"}}},
		"one is busy, all named": {Delete{IDs: []string{"a", "b"}, Rules: DeleteRules{ListAllRequested: true}}, Deleted{IDs: []string{"a", "b"}, Count: 1, Busy: []string{"a"}, left: []string{"b"}}},
		"all but the busy one":   {Delete{All: true, Confirmed: true}, Deleted{IDs: []string{"b", "c"}, Count: 2, Busy: []string{"a"}, All: true}},
		"the busy one is kept":   {Delete{All: true, Confirmed: true, Except: []string{"a"}}, Deleted{IDs: []string{"b", "c"}, Count: 2, All: true}},
		"unknown, omitted":       {Delete{IDs: []string{"b", "zz"}}, Deleted{IDs: []string{"b"}, Count: 1, Unknown: 1}},
		"unknown, echoed":        {Delete{IDs: []string{"b", "zz"}, Rules: DeleteRules{Unknown: UnknownEchoed}}, Deleted{IDs: []string{"b", "zz"}, Count: 1, Unknown: 1, left: []string{"b"}}},
		"twice, once":            {Delete{IDs: []string{"b", "b"}}, Deleted{IDs: []string{"b"}, Count: 1}},
		"twice, twice":           {Delete{IDs: []string{"b", "b"}, Rules: DeleteRules{RepeatDuplicates: true}}, Deleted{IDs: []string{"b", "b"}, Count: 1, left: []string{"b"}}},
		"all wins":               {Delete{IDs: []string{"b"}, All: true, Confirmed: true, Rules: DeleteRules{IDsWithAll: AllWins}}, Deleted{IDs: []string{"b", "c"}, Count: 2, Busy: []string{"a"}, All: true}},
		"ids win":                {Delete{IDs: []string{"b"}, All: true, Rules: DeleteRules{IDsWithAll: IDsWin}}, Deleted{IDs: []string{"b"}, Count: 1}},
		"except ignored":         {Delete{IDs: []string{"b"}, Except: []string{"b"}, Rules: DeleteRules{IgnoreExcept: true}}, Deleted{IDs: []string{"b"}, Count: 1}},
		"no selector":            {Delete{Rules: DeleteRules{AllowNoSelector: true}}, Deleted{IDs: []string{}}},
	} {
		t.Run(name, func(t *testing.T) {
			s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true})
			arrive(t, s, 3)
			if _, err := s.Begin(Begin{HookID: 1, IDs: []string{"a"}}); err != nil {
				t.Fatal(err)
			}
			c.delete.HookID = 1
			got, err := s.Delete(c.delete)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(Deleted{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestArriveRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		settings Settings
		want     error
	}{
		"full":     {Settings{Enabled: true, Limit: 1}, ErrFull},
		"disabled": {Settings{Limit: 10}, ErrDisabled},
		"gone":     {Settings{Enabled: true, Gone: true, Limit: 10}, ErrNoAddress},
		"too fast": {Settings{Enabled: true, Limit: 10, IngestRate: 1}, ErrTooFast},
		"id taken": {Settings{Enabled: true, Limit: 10}, ErrIDTaken},
	} {
		t.Run(name, func(t *testing.T) {
			c.settings.ID, c.settings.UDID = 1, "u"
			s := withHook(t, c.settings)
			_, _ = s.Arrive(arrival{HookID: 1, ID: "a", At: start}) // where the settings allow it
			before := ids(t, s)
			if _, err := s.Arrive(arrival{HookID: 1, ID: "a", At: start}); !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
			if diff := cmp.Diff(before, ids(t, s)); diff != "" {
				t.Errorf("the queue changed (-before +after):\n%s", diff)
			}
		})
	}
}

func TestIngestRateIsPerTenSeconds(t *testing.T) {
	s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true, IngestRate: 2})
	for i, c := range []struct {
		after time.Duration
		want  error
	}{{0, nil}, {time.Second, nil}, {9 * time.Second, ErrTooFast}, {10 * time.Second, nil}} {
		if _, err := s.Arrive(arrival{HookID: 1, ID: fmt.Sprint(i), At: start.Add(c.after)}); !errors.Is(err, c.want) {
			t.Errorf("after %v: got %v, want %v", c.after, err, c.want)
		}
	}
}

func TestScheduleRunsWhatBecameDue(t *testing.T) {
	plan := Schedule{Every: time.Minute, MaxResults: 2, Duration: 10 * time.Second}
	for _, c := range []struct {
		after      time.Duration
		left       []string
		processing int
	}{
		{59 * time.Second, []string{"a", "b", "c", "d", "e"}, 0},
		{60 * time.Second, []string{"a", "b", "c", "d", "e"}, 2},
		{70 * time.Second, []string{"c", "d", "e"}, 0},
		{120 * time.Second, []string{"c", "d", "e"}, 2},
		{72 * time.Hour, []string{}, 0},
	} {
		t.Run(c.after.String(), func(t *testing.T) {
			s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true, Processing: plan})
			arrive(t, s, 5)
			if _, err := s.Apply(Elapse{HookID: 1}, at(start.Add(c.after))); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.left, ids(t, s)); diff != "" {
				t.Errorf("left in the queue (-want +got):\n%s", diff)
			}
			if status, _ := s.Hook(1); status.Processing != c.processing {
				t.Errorf("%d processing, want %d", status.Processing, c.processing)
			}
		})
	}
}

// A run that takes longer than the interval delays the next one to the next full interval.
func TestScheduleDoesNotOverlapItself(t *testing.T) {
	s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true, Processing: Schedule{Every: time.Minute, MaxResults: 1, Duration: 90 * time.Second}})
	arrive(t, s, 3)
	for _, c := range []struct {
		after time.Duration
		left  int
	}{{150*time.Second - 1, 3}, {150 * time.Second, 2}, {269 * time.Second, 2}, {270 * time.Second, 1}} {
		if _, err := s.Apply(Elapse{HookID: 1}, at(start.Add(c.after))); err != nil {
			t.Fatal(err)
		}
		if got := len(ids(t, s)); got != c.left {
			t.Errorf("after %v: %d left, want %d", c.after, got, c.left)
		}
	}
}

func TestAnIdleScheduleIsSkippedInOneStep(t *testing.T) {
	for _, years := range []int{100, 7900} { // a Duration ends at 292
		s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 10, Enabled: true, Processing: Schedule{Every: time.Second}})
		to := start.AddDate(years, 0, 0)
		if _, err := s.Apply(Elapse{HookID: 1}, at(to)); err != nil {
			t.Fatal(err)
		}
		if s.Due(to, At(1)) != nil {
			t.Errorf("after %d years something is due still", years)
		}
		if _, err := s.Arrive(arrival{HookID: 1, ID: "late", At: to}); err != nil {
			t.Fatal(err)
		}
		if s.Due(to.Add(time.Second), At(1)) == nil {
			t.Errorf("after %d years the next run is not due a second later", years)
		}
	}
}

func TestHooksAreFoundByIDAndAddress(t *testing.T) {
	s := withHook(t, Settings{ID: 1, UDID: "u"})
	if err := s.CreateHook(CreateHook{Settings: Settings{ID: 1, UDID: "v"}}); !errors.Is(err, ErrHookTaken) {
		t.Errorf("same id: %v", err)
	}
	if err := s.CreateHook(CreateHook{Settings: Settings{ID: 2, UDID: "u"}}); !errors.Is(err, ErrAddressTaken) {
		t.Errorf("same address: %v", err)
	}
	if got, err := s.HookAt("u"); err != nil || got.ID != 1 {
		t.Errorf("at u: %+v, %v", got, err)
	}
	if got := s.NextHookID(); got != 2 {
		t.Errorf("next id %d, want 2", got)
	}
	if err := s.RemoveHook(RemoveHook{HookID: 1}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.HookAt("u"); !errors.Is(err, ErrNoAddress) {
		t.Errorf("after removal: %v", err)
	}
	if got := s.fork().NextHookID(); got != 2 {
		t.Errorf("next id after removal %d, want 2: an id is never given twice", got)
	}
}

// What is held at the front of a queue is passed over once, not with each run: 20,000 runs take milliseconds, and took most of a minute.
func TestCatchingUpIsLinearAndInSlices(t *testing.T) {
	const each = 20_000
	s := withHook(t, Settings{ID: 1, UDID: "u", Limit: 2 * each, Enabled: true, Processing: Schedule{Every: time.Second, MaxResults: 1}})
	if _, err := result[[]string](s, Deliver{HookID: 1, Data: make([][]byte, 2*each)}, at(start)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Begin(Begin{HookID: 1, Count: each}); err != nil { // these are held
		t.Fatal(err)
	}
	began, slices := time.Now(), 0
	for later := start.Add(2 * each * time.Second); ; slices++ {
		due := s.Due(later, At(1))
		if due == nil {
			break
		}
		before, _ := s.Hook(1)
		if _, err := s.Apply(due, at(later)); err != nil {
			t.Fatal(err)
		}
		if after, _ := s.Hook(1); before.Queued-after.Queued > slice {
			t.Fatalf("one slice took %d items", before.Queued-after.Queued)
		}
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	if status, _ := s.Hook(1); status.Queued != each || status.Processing != each || slices < each/slice {
		t.Errorf("got %+v after %d slices", status, slices)
	}
}
