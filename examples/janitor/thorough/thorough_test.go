// Package thorough is a test suite that also looks at what was left, at refusals and at what is being processed.
package thorough

import (
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/understudy-mock/understudy/examples/janitor"
	"github.com/understudy-mock/understudy/examples/janitor/bench"
)

// wantLeft compares the queue, and its count, with the ids that should be left.
func wantLeft(t *testing.T, b *bench.Bench, want []string) {
	t.Helper()
	items, err := b.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	got := make([]string, 0, len(items))
	for _, i := range items {
		got = append(got, i.ID)
	}
	if diff := cmp.Diff(append([]string{}, want...), got); diff != "" {
		t.Errorf("left in the queue (-want +got):\n%s", diff)
	}
	if n, err := b.Count(t.Context()); err != nil || n != len(want) {
		t.Errorf("count %d (%v), want %d", n, err, len(want))
	}
}

func wantCleared(t *testing.T, got janitor.Cleared, err error, ids []string, busy bool) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got.Deleted)
	want := slices.Sorted(slices.Values(ids))
	if !slices.Equal(got.Deleted, want) || got.Busy != busy {
		t.Errorf("deleted %v (busy %v), want %v (%v)", got.Deleted, got.Busy, want, busy)
	}
}

func TestListTurnsPages(t *testing.T) {
	b := bench.Start(t)
	wantLeft(t, b, b.Deliver(5))
}

func TestSizes(t *testing.T) {
	b := bench.Start(t)
	b.Deliver(1)
	items, err := b.List(t.Context())
	if err != nil || len(items) != 1 || items[0].Size != 8 { // {"order":0} in MessagePack
		t.Errorf("%v (%v), want one item of 8 bytes", items, err)
	}
}

func TestRemoveSome(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(4)
	got, err := b.Remove(t.Context(), ids[1], ids[2])
	wantCleared(t, got, err, ids[1:3], false)
	wantLeft(t, b, []string{ids[0], ids[3]})
}

func TestRemoveWhileOneIsBusy(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(3)
	b.Hold(ids[1])
	got, err := b.Remove(t.Context(), ids...)
	wantCleared(t, got, err, []string{ids[0], ids[2]}, true)
	wantLeft(t, b, ids[1:2])
}

func TestRemoveOfAnotherHook(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(2)
	if _, err := b.Another().Remove(t.Context(), ids...); err != nil {
		t.Fatal(err)
	}
	wantLeft(t, b, ids)
}

func TestClearNeedsConfirmation(t *testing.T) {
	for name, keep := range map[string]int{"everything": 0, "all but one": 1} {
		t.Run(name, func(t *testing.T) {
			b := bench.Start(t)
			ids := b.Deliver(3)
			_, err := b.Clear(t.Context(), false, ids[:keep]...)
			var refusal *janitor.Error
			if !errors.As(err, &refusal) || refusal.Status != http.StatusNotAcceptable || refusal.Code != "IM004" {
				t.Errorf("got %v, want 406 IM004", err)
			}
			wantLeft(t, b, ids)
		})
	}
}

func TestClear(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(4)
	b.Another().Deliver(1)
	got, err := b.Clear(t.Context(), true, ids[1], ids[3])
	wantCleared(t, got, err, []string{ids[0], ids[2]}, false)
	wantLeft(t, b, []string{ids[1], ids[3]})
	got, err = b.Clear(t.Context(), true)
	wantCleared(t, got, err, []string{ids[1], ids[3]}, false)
	got, err = b.Clear(t.Context(), true)
	wantCleared(t, got, err, nil, false)
	wantLeft(t, b, nil)
}

func TestClearWhileOneIsBusy(t *testing.T) {
	b := bench.Start(t)
	ids := b.Deliver(3)
	b.Hold(ids[0])
	got, err := b.Clear(t.Context(), true)
	wantCleared(t, got, err, ids[1:], true)
	wantLeft(t, b, ids[:1])
}

func TestAnotherTokenSeesNothing(t *testing.T) {
	b := bench.Start(t)
	b.Deliver(1)
	b.Token = ""
	var refusal *janitor.Error
	if _, err := b.List(t.Context()); !errors.As(err, &refusal) {
		t.Errorf("without a token: %v", err)
	}
	if _, err := b.Clear(t.Context(), true); !errors.As(err, &refusal) {
		t.Errorf("without a token: %v", err)
	}
}
