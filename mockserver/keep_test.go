package mockserver_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/store"
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
	if got := again.Journal.Resumed(); got.After != 9 || got.At.IsZero() || !got.Whole || !w.Journal.Resumed().At.IsZero() {
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

// A journal that lost what came just before a crash proves that something was asked for, and never that nothing was: not after the restart,
// nor after later ones, until somebody empties it.
func TestAJournalWithAGapProvesNothingOfWhatIsMissing(t *testing.T) {
	never := func(mock *mockserver.Server) string {
		t.Helper()
		findings, err := lookup(t, mock, "w").Verify(false, journal.Expectation{Filter: journal.Filter{Operation: "deleteHookIncomings"}, Never: true})
		if err != nil {
			t.Fatal(err)
		}
		return findings[0].Reason
	}
	dir, crashed := t.TempDir(), t.TempDir()
	mock := kept(t, dir)
	get(t, mock, "/api/v2/hooks", "w")
	closed(t, mock)
	mock = kept(t, dir)
	defer mock.Close()
	if got := never(mock); got != "" {
		t.Errorf("after a stop in order: %s", got)
	}
	text, err := os.ReadFile(filepath.Join(dir, store.FileName)) // as a crash would leave it
	if err == nil {
		err = os.WriteFile(filepath.Join(crashed, store.FileName), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, life := range []struct {
		what string
		do   func(*world.World)
	}{
		{"after a crash", func(*world.World) {}},
		{"and a restart", func(w *world.World) { w.Journal.Record(&journal.Entry{}) }},
		{"and another one", func(w *world.World) { w.Journal.Clear() }},
	} {
		again := kept(t, crashed)
		if got := never(again); !strings.Contains(got, "is the last that was written down, so that the journal cannot tell; clear it before") {
			t.Errorf("%s: %q", life.what, got)
		}
		life.do(lookup(t, again, "w"))
		closed(t, again)
	}
	again := kept(t, crashed)
	defer again.Close()
	if got := never(again); got != "" {
		t.Errorf("of a journal that was emptied after the crash: %s", got)
	}
}

// The start page says what an acknowledgement is worth.
func TestTheStartPageSaysHowWorldsAreKept(t *testing.T) {
	memory, err := mockserver.New()
	if err != nil {
		t.Fatal(err)
	}
	defer memory.Close()
	directory := kept(t, t.TempDir())
	defer directory.Close()
	const synced = "is written and synced before its answer leaves"
	for mock, promised := range map[*mockserver.Server]bool{memory: false, directory: true} {
		if _, text := look(t, mock, "/"); strings.Contains(text, "a change  "+synced) != promised {
			t.Errorf("text (%t): %s", promised, text)
		}
		_, page := look(t, mock, "/", "text/html")
		if strings.Contains(page, "A change "+synced+".") != promised || strings.Contains(page, "Worlds are in memory: a restart forgets them.") == promised {
			t.Errorf("page (%t): %s", promised, page)
		}
	}
}

// look asks the control API or the page, as a client on this machine does.
func look(t *testing.T, mock http.Handler, path string, accept ...string) (status int, text string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://localhost"+path, nil)
	r.Header["Accept"] = accept
	w := httptest.NewRecorder()
	mock.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func closed(t *testing.T, mock *mockserver.Server) {
	t.Helper()
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
}

// Whoever looks at a world that there is not makes none: not now, and not for the next start.
func TestReadsKeepNoWorld(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		mock := kept(t, dir)
		for _, path := range []string{"", "/clock", "/dialect", "/faults", "/mutants", "/journal", "/coverage", "/sinks"} {
			if status, text := look(t, mock, "/_understudy/v1/worlds/nobody"+path); status != http.StatusOK {
				t.Errorf("%s: %d %s", path, status, text)
			}
		}
		if got := mock.Worlds().Worlds(); len(got) != 0 {
			t.Errorf("there is now a world %q", got[0].Name)
		}
		closed(t, mock)
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
