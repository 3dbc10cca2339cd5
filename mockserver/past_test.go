package mockserver_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/clock"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// withoutClock is a world as its file has it, but for tokens, which no copy has, and the time, which stands still in the past.
func withoutClock(t *rapid.T, mock *mockserver.Server, w *world.World) string {
	t.Helper()
	base := mock.Worlds().Export(w)
	base.Tokens, base.Now, base.Running = nil, time.Time{}, false
	return encoded(t, mock, base)
}

// Whatever happened, a world can be shown as it was after each of its latest changes, and what is done to a copy of it changes neither.
func TestEveryMomentCanBeLookedBackTo(t *testing.T) {
	mock, err := mockserver.New(mockserver.WithJournal(journal.Limits{Entries: 7, Bytes: 1 << 20}))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		w := stopped(t, mock, fmt.Sprint("w", n))
		was := map[uint64]string{0: withoutClock(t, mock, w)}
		stood := map[uint64]time.Time{} // the clock, where it stood
		d := &drawn{t: t, world: w, definitions: []string{"3C5E7A9B1D2F4C6E8A0B2C4D6E8F0A1B"}, rules: []string{"6A8C0E2F4B6D48A0C2E4F60819A2B3C4"}, logged: []string{"1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E"}}
		steps := map[string]func(*rapid.T){}
		for name, step := range d.commands() {
			steps[name] = func(t *rapid.T) {
				step(t)
				text := withoutClock(t, mock, w) // after what time has made happen
				was[w.Moment()] = text
				if now := w.Clock(); now.Mode() != clock.Real {
					stood[w.Moment()] = now.Now()
				}
			}
		}
		t.Repeat(steps)
		first, last := w.Moments()
		if last > 100 && last-first < 4*7 && w.Resets() == 0 {
			t.Errorf("of %d moments only those from %d can be looked back to", last, first)
		}
		for moment := first; moment <= last; moment++ {
			want, seen := was[moment]
			if !seen {
				continue // a command was one of several of a step
			}
			past, at, err := mock.Worlds().Past(w, moment)
			if err != nil {
				t.Fatal(err)
			}
			if now, stands := stood[moment]; stands && !at.Equal(now) {
				t.Fatalf("moment %d was at %v, it is looked back to at %v", moment, now, at)
			}
			if diff := cmp.Diff(want, withoutClock(t, mock, past)); diff != "" {
				t.Fatalf("moment %d (-then +looked back):\n%s", moment, diff)
			}
			if err := past.Reset(); err != nil {
				t.Fatal(err)
			}
		}
		for _, moment := range []uint64{first - 1, last + 1} {
			if _, _, err := mock.Worlds().Past(w, moment); !errors.Is(err, world.ErrForgotten) {
				t.Errorf("moment %d of %d to %d: %v", moment, first, last, err)
			}
		}
		if err := mock.Worlds().Delete(w.Name); err != nil {
			t.Fatal(err)
		}
	})
}
