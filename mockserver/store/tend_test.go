package store_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// A text of which a part cannot be made leaves nothing in the file, also where parts before it were written already.
func TestTextThatFails(t *testing.T) {
	s := open(t, t.TempDir(), store.Options{})
	defer s.Close()
	before, broken := s.Parts(), errors.New("no more parts")
	_, err := s.Write(func(yield func([]byte, error) bool) {
		for range 3 {
			if !yield(make([]byte, 1<<20), nil) {
				return
			}
		}
		if s.Parts() == before {
			t.Error("no part was written before the one that fails")
		}
		yield(nil, broken)
	})
	if !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	for deadline := time.Now().Add(30 * time.Second); s.Parts() != before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d parts are left", s.Parts()-before)
		}
	}
}

// A directory that cannot be written to is refused with its name and the remedy.
func TestReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	readOnly(t, dir)
	for _, at := range []string{dir, filepath.Join(dir, "new")} {
		_, err := store.Open(at, store.Options{})
		if err == nil || !strings.Contains(err.Error(), at) || !strings.Contains(err.Error(), "can be written to") && !strings.Contains(err.Error(), "can write to") {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// readOnly takes the right to write from a directory: root needs a file system for it.
func readOnly(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		if err := os.Chmod(dir, 0o500); err != nil { //nolint:gosec // a directory wants the right to search
			t.Fatal(err)
		}
		return
	}
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m,ro", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no tmpfs can be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil { //nolint:noctx // the test's context is over
			t.Errorf("%v: %s", err, out)
		}
	})
}

// A file that is small already does not grow.
func TestCompactASmallFile(t *testing.T) {
	dir := t.TempDir()
	mock := serve(t, open(t, dir, store.Options{}))
	_, err := mock.Worlds().Create("w")
	if err := errors.Join(err, mock.Close()); err != nil {
		t.Fatal(err)
	}
	if before, after, err := store.Compact(dir); err != nil || after > before {
		t.Errorf("%d bytes before, %d after: %v", before, after, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.new")); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
}

// A compacted file is smaller than before and holds the same worlds; while a server runs on it, it is left alone.
func TestCompact(t *testing.T) {
	dir, want := filled(t)
	mock := serve(t, open(t, dir, store.Options{}))
	for n := range 8 {
		if _, err := mock.Worlds().Fork(named(t, mock, "w"), fmt.Sprint("dropped-", n)); err != nil {
			t.Fatal(err)
		}
		if err := mock.Worlds().Delete(fmt.Sprint("dropped-", n)); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := store.Compact(dir); !errors.Is(err, store.ErrInUse) {
		t.Errorf("while a server runs on it: %v", err)
	}
	if err := mock.Close(); err != nil {
		t.Fatal(err)
	}
	before, after, err := store.Compact(dir)
	if err != nil || after <= 0 || after >= before {
		t.Errorf("%d bytes before, %d after: %v", before, after, err)
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.new")); err != nil || len(left) > 0 {
		t.Errorf("left: %v %v", left, err)
	}
	s := open(t, dir, store.Options{ReadOnly: true})
	defer s.Close()
	worlds, err := mockserver.ReadWorlds(s, mockserver.APIs()...)
	if err != nil {
		t.Fatal(err)
	}
	var w *world.World
	if w, err = worlds.Lookup("w"); err != nil || queued(t, w) != want || len(worlds.Worlds()) != 1 {
		t.Errorf("%d worlds: %v", len(worlds.Worlds()), err)
	}
}
