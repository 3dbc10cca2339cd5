package mockserver_test

import (
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// kept is a server that keeps its worlds in a directory.
func kept(t interface {
	Helper()
	Fatal(args ...any)
}, dir string, options ...mockserver.Option) *mockserver.Server {
	t.Helper()
	s, err := mockserver.New(append(options, mockserver.WithData(dir))...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// exportKept is an export without the count of request ids, of which every start begins a new row.
func exportKept(t *rapid.T, mock *mockserver.Server, w *world.World) string {
	t.Helper()
	return regexp.MustCompile(`requests=\d+`).ReplaceAllString(export(t, mock, w), "requests=n")
}

// Whatever commands made of a world, it is the same after a restart, also where a snapshot was taken on the way, and it goes on in the
// same way.
func TestKeptWorldsComeBack(t *testing.T) {
	parent, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		dir := filepath.Join(parent, strconv.Itoa(n))
		mock := kept(t, dir)
		base := mockserver.Documented(mock.APIs()...)
		base.Now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		w, err := mock.Worlds().Put("w", base)
		if err != nil {
			t.Fatal(err)
		}
		d := &drawn{t: t, world: w, rules: []string{"6A8C0E2F4B6D48A0C2E4F60819A2B3C4"}, logged: []string{"1D7C4B0E5A9F4C0B8E2D3F6A7B8C9D0E"}}
		commands := d.commands()
		commands["snapshot"] = func(*rapid.T) {
			if err := mock.Worlds().Snapshot(w); err != nil {
				t.Fatal(err)
			}
		}
		commands["restart"] = func(*rapid.T) {
			want := exportKept(t, mock, w)
			resets := w.Resets()
			if err := mock.Close(); err != nil {
				t.Fatal(err)
			}
			mock = kept(t, dir)
			if w, err = mock.Worlds().Lookup("w"); err != nil {
				t.Fatal(err)
			}
			d.world = w
			if diff := cmp.Diff(want, exportKept(t, mock, w)); diff != "" || w.Resets() != resets {
				t.Fatalf("world (-before +after the restart), resets %d and %d:\n%s", resets, w.Resets(), diff)
			}
		}
		t.Repeat(commands)
		if err := mock.Close(); err != nil {
			t.Fatal(err)
		}
	})
}
