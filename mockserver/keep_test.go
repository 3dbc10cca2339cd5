package mockserver_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// fatal is a test of the testing package or of rapid.
type fatal interface {
	Helper()
	Fatal(args ...any)
}

// kept is a server that keeps its worlds in a directory.
func kept(t fatal, dir string, options ...mockserver.Option) *mockserver.Server {
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
	const most = 15 // sequences: each syncs the disk a few dozen times
	parent, n := t.TempDir(), 0
	rapid.Check(t, func(t *rapid.T) {
		if n++; n > most {
			return
		}
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

// Journals are kept when a server is closed: exchanges, commands, numbers and what was dropped.
func TestKeptJournals(t *testing.T) {
	dir := t.TempDir()
	limits := mockserver.WithJournal(journal.Limits{Entries: 5, Bytes: 1 << 20})
	mock := kept(t, dir, limits)
	for range 8 {
		get(t, mock, "/api/v2/hooks", "w")
	}
	w := lookup(t, mock, "w")
	w.Journal.RecordCommand(&journal.Entry{World: "w", Operation: "putClock", Request: journal.Request{Method: http.MethodPut, Path: "/x"}})
	get(t, mock, "/api/v2/hooks/9/incomings", "w")
	before := w.Journal.WithCommands(w.Journal.Entries())
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
	mock = kept(t, dir, limits)
	defer mock.Close()
	again := lookup(t, mock, "w")
	if diff := cmp.Diff(before, again.Journal.WithCommands(again.Journal.Entries())); diff != "" {
		t.Errorf("journal (-before +after the restart):\n%s", diff)
	}
	if again.Journal.Total() != 9 || again.Journal.Dropped() != 4 {
		t.Errorf("%d exchanges, %d dropped, want 9 and 4", again.Journal.Total(), again.Journal.Dropped())
	}
	if got := again.Journal.Resumed(); got.After != 9 || got.At.IsZero() || !w.Journal.Resumed().At.IsZero() {
		t.Errorf("the journal says that it was resumed %v, and before %v", got, w.Journal.Resumed())
	}
	get(t, mock, "/api/v2/hooks", "w")
	if entries := again.Journal.Entries(); entries[len(entries)-1].Number != 10 || len(entries) != 5 {
		t.Errorf("the journal goes on with %d of %d", entries[len(entries)-1].Number, len(entries))
	}
	if again.Journal.Clear(); again.Journal.Resumed() != (journal.Resumed{}) {
		t.Error("an empty journal says that something of it is missing")
	}
}

func lookup(t *testing.T, mock *mockserver.Server, name string) *world.World {
	t.Helper()
	w, err := mock.Worlds().Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// get asks for something of a world, and returns the status.
func get(t *testing.T, mock http.Handler, path, token string) int {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.Header.Set("Authorization", "Token "+token)
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	return w.Code
}

// A token leads to the world that it was given to last, whatever the order in which worlds are read, and to none once that is gone.
func TestKeptTokensThatMoved(t *testing.T) {
	dir := t.TempDir()
	mock := kept(t, dir)
	worlds := mock.Worlds()
	a, b := create(t, worlds, "a"), create(t, worlds, "b")
	for _, w := range []*world.World{a, b} { // b has both in the end
		for _, token := range []string{"moves", "vanishes"} {
			if err := worlds.Issue(w, token, world.Grant{User: w.Name}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := worlds.Issue(a, "back", world.Grant{}); err != nil {
		t.Fatal(err)
	}
	c, err := worlds.Put("c", world.Base{Tokens: map[string]world.Grant{"vanishes": {}, "back": {}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := worlds.Revoke(c, "back"); err != nil {
		t.Fatal(err)
	}
	if err := worlds.Delete("b"); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"moves": "", "vanishes": "c", "back": "c"}
	check := func() {
		t.Helper()
		for token, name := range want {
			if got := owner(mock, token); got != name {
				t.Errorf("token %q leads to %q, want %q", token, got, name)
			}
		}
	}
	check()
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
	mock = kept(t, dir)
	defer mock.Close()
	check()
}

func create(t *testing.T, worlds *world.Registry, name string) *world.World {
	t.Helper()
	w, err := worlds.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// owner is the world that a token was issued for, "" for none.
func owner(mock *mockserver.Server, token string) string {
	for _, w := range mock.Worlds().Worlds() {
		if _, has := mock.Worlds().Tokens(w)[token]; has {
			return w.Name
		}
	}
	return ""
}

// Worlds that made room for others stay dropped, forks and deletions stay, and worlds keep their origin.
func TestKeptRegistry(t *testing.T) {
	dir := t.TempDir()
	mock := kept(t, dir, mockserver.WithMaxWorlds(3))
	worlds := mock.Worlds()
	first := create(t, worlds, "first")
	if _, err := first.Do(queue.RemoveHook{HookID: 655}); err != nil {
		t.Fatal(err)
	}
	fork, err := worlds.Fork(first, "fork")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fork.Do(queue.RemoveHook{HookID: 654}); err != nil {
		t.Fatal(err)
	}
	create(t, worlds, "third")
	get(t, mock, "/api/v2/hooks", "fork")
	get(t, mock, "/api/v2/hooks", "fourth") // drops the first
	if err := worlds.Delete("third"); err != nil {
		t.Fatal(err)
	}
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
	mock = kept(t, dir, mockserver.WithMaxWorlds(3))
	defer mock.Close()
	var names []string
	for _, w := range mock.Worlds().Worlds() {
		names = append(names, w.Name)
	}
	if diff := cmp.Diff([]string{"fork", "fourth"}, names); diff != "" {
		t.Errorf("worlds (-want +got):\n%s", diff)
	}
	if _, err := mock.Worlds().Find("first"); !errors.Is(err, world.ErrEvicted) {
		t.Errorf("the world that made room: %v", err)
	}
	fork = lookup(t, mock, "fork")
	if n := hooksOf(t, fork); n != 0 {
		t.Errorf("the fork has %d hooks", n)
	}
	if err := fork.Reset(); err != nil {
		t.Fatal(err)
	}
	if n := hooksOf(t, fork); n != 1 {
		t.Errorf("a reset fork has %d hooks, want the one that it was made of", n)
	}
}

func hooksOf(t *testing.T, w *world.World) (n int) {
	t.Helper()
	if err := world.View(w, queue.PartName, nil, func(s *queue.State) error {
		n = len(s.Hooks())
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return n
}
