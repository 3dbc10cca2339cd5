package store_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func open(t *testing.T, dir string, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func serve(t *testing.T, s *store.Store) *mockserver.Server {
	t.Helper()
	mock, err := mockserver.New(mockserver.WithStore(s))
	if err != nil {
		t.Fatal(err)
	}
	return mock
}

// send delivers to the documented hook of a world, and returns the status.
func send(t *testing.T, mock http.Handler, w *world.World, payload string) int {
	t.Helper()
	var udid string
	if err := world.View(w, queue.PartName, nil, func(s *queue.State) error {
		hook, err := s.Hook(654)
		udid = hook.UDID
		return err
	}); err != nil {
		return http.StatusInternalServerError
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wh/"+udid+"."+w.Name, strings.NewReader(`{"n":"`+payload+`"}`))
	r.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	mock.ServeHTTP(answer, r)
	return answer.Code
}

// queued counts the items of the documented hook.
func queued(t *testing.T, w *world.World) (n int) {
	t.Helper()
	if err := world.View(w, queue.PartName, nil, func(s *queue.State) error {
		hook, err := s.Hook(654)
		n = hook.Queued
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

func named(t *testing.T, mock *mockserver.Server, name string) *world.World {
	t.Helper()
	w, err := mock.Worlds().Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// disk is one that can be full.
type disk struct {
	fails atomic.Pointer[error]
	late  bool // the failure comes after everything was written
}

func (d *disk) commit(tx *bolt.Tx) error {
	err := d.fails.Load()
	if err == nil {
		return tx.Commit()
	}
	if d.late {
		return errors.Join(*err, tx.Commit())
	}
	return *err
}

func (d *disk) fail(err error) { d.fails.Store(&err) }

// With a full disk a request is answered with the vendor's own 500, and nothing of it is there. What was acknowledged before is there,
// and the mock goes on when there is room. A failing sync is the same, but that what it refused may be there, whole.
func TestFullDisk(t *testing.T) {
	for name, d := range map[string]*disk{"full": {}, "sync": {late: true}} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			mock := serve(t, open(t, dir, store.Tampered(d.commit)))
			w := named(t, mock, "w")
			before := queued(t, w)
			if status := send(t, mock, w, "kept"); status != http.StatusOK {
				t.Fatalf("the first delivery: %d", status)
			}
			d.fail(syscall.ENOSPC)
			for range 3 {
				if status := send(t, mock, w, "lost"); status != http.StatusInternalServerError {
					t.Errorf("a delivery on the full disk: %d", status)
				}
				if _, err := mock.Worlds().Put("new", world.Base{}); !errors.Is(err, world.ErrNotKept) {
					t.Errorf("a world on the full disk: %v", err)
				}
				if err := mock.Worlds().Delete("w"); !errors.Is(err, world.ErrNotKept) {
					t.Errorf("a deletion on the full disk: %v", err)
				}
				for name, err := range map[string]error{
					"Freeze": w.Freeze(w.Clock().Now()), "Advance": w.Advance(time.Hour), "Reset": w.Reset(), "SetDialect": w.SetDialect(contract.Dialect{}),
					"SetLimit": w.SetLimit("make", 1), "Revoke": mock.Worlds().Revoke(w, "w"),
				} {
					if !errors.Is(err, world.ErrNotKept) {
						t.Errorf("%s on the full disk: %v", name, err)
					}
				}
			}
			if w.Clock().Mode() != "real" {
				t.Error("the clock that could not be kept is there")
			}
			d.fails.Store(nil)
			if n := queued(t, named(t, mock, "w")); n != before+1 && (!d.late || n > before+4) {
				t.Errorf("%d items, want %d", n, before+1)
			}
			for until := time.Now().Add(patience); send(t, mock, w, "again") != http.StatusOK; { // a moment after there is room again
				if time.Now().After(until) {
					t.Fatal("it does not go on")
				}
			}
			want := queued(t, w)
			if err := mock.Close(); err != nil {
				t.Fatal(err)
			}
			mock = serve(t, open(t, dir, store.Options{}))
			defer mock.Close()
			if n := queued(t, named(t, mock, "w")); n != want {
				t.Errorf("%d items after the restart, want %d", n, want)
			}
		})
	}
}

// While the disk fails now and then under many clients, every delivery that was acknowledged is there, once, and the memory is what the
// disk has.
func TestDiskThatFailsNowAndThen(t *testing.T) {
	dir := t.TempDir()
	var n atomic.Int64
	s := open(t, dir, store.Tampered(func(tx *bolt.Tx) error {
		if n.Add(1)%7 == 0 {
			return syscall.EIO
		}
		return tx.Commit()
	}))
	mock := serve(t, s)
	w := named(t, mock, "w")
	for send(t, mock, w, "first") != http.StatusOK { // the disk may begin with a failure
	}
	before := queued(t, w)
	var acknowledged atomic.Int64
	var working sync.WaitGroup
	for range 8 {
		working.Go(func() {
			for i := range 40 {
				for kept := false; !kept; runtime.Gosched() {
					_, err := world.Do[*queue.Item](w, queue.Arrive{HookID: 654, Data: []byte("\x80")})
					kept = err == nil
				}
				acknowledged.Add(1)
				if i%10 == 0 {
					_, _ = mock.Worlds().Fork(w, fmt.Sprint("fork-", n.Load()))
				}
			}
		})
	}
	working.Wait()
	want := before + int(acknowledged.Load())
	if got := settled(w); got != want {
		t.Errorf("%d items, want %d", got, want)
	}
	_ = mock.Close() // the last journal may meet the failing disk
	again := serve(t, open(t, dir, store.Options{}))
	defer again.Close()
	if got := settled(named(t, again, "w")); got != want {
		t.Errorf("%d items after the restart, want %d", got, want)
	}
}

// settled counts the items once nothing fails.
func settled(w *world.World) (n int) {
	for err := errors.New("not yet"); err != nil; {
		err = world.View(w, queue.PartName, nil, func(s *queue.State) error {
			hook, err := s.Hook(654)
			n = hook.Queued
			return err
		})
	}
	return n
}

// An answer leaves after the commit that keeps it has returned, and bolt syncs every commit.
func TestAcknowledgedIsSynced(t *testing.T) {
	var committed atomic.Int64
	s := open(t, t.TempDir(), store.Tampered(func(tx *bolt.Tx) error {
		err := tx.Commit()
		committed.Add(1)
		return err
	}))
	if !s.Syncs() {
		t.Error("bolt does not sync")
	}
	mock := serve(t, s)
	defer mock.Close()
	w := named(t, mock, "w")
	for range 20 {
		before := committed.Load()
		if status := send(t, mock, w, "x"); status != http.StatusOK || committed.Load() == before {
			t.Fatalf("%d after %d commits", status, committed.Load()-before)
		}
	}
}

// A directory belongs to one process, and others are told to which.
func TestDirectoryInUse(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	s.Announce("http://127.0.0.1:8654")
	_, err := store.Open(dir, store.Options{})
	for _, want := range []string{dir, fmt.Sprint("process ", os.Getpid()), "http://127.0.0.1:8654", "give another directory"} {
		if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want one that says %q", err, want)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir, store.Options{}).Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNewerFormat(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, store.Options{})
	if err := s.Rewrite(func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte("99")) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	var wrong *store.FormatError
	_, err := store.Open(dir, store.Options{})
	if !errors.As(err, &wrong) || wrong.Format != 99 || !strings.Contains(err.Error(), filepath.Join(dir, store.FileName)) {
		t.Errorf("%v", err)
	}
}

// The disk is really full: a tmpfs of 1 MB, where this user may mount one.
func TestTmpfsThatIsFull(t *testing.T) {
	dir := t.TempDir()
	if out, err := exec.CommandContext(t.Context(), "mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no tmpfs can be mounted here: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil { //nolint:noctx // the test's context is over
			t.Errorf("%v: %s", err, out)
		}
	})
	mock := serve(t, open(t, dir, store.Options{}))
	w := named(t, mock, "w")
	acknowledged, status := queued(t, w), http.StatusOK
	for range 2000 {
		if status = send(t, mock, w, strings.Repeat("x", 4000)); status != http.StatusOK {
			break
		}
		acknowledged++
	}
	if status != http.StatusInternalServerError {
		t.Fatalf("the disk never got full: %d", status)
	}
	if n := queued(t, w); n != acknowledged {
		t.Errorf("%d items, want %d", n, acknowledged)
	}
	_ = mock.Close() // the journal does not fit
	again := serve(t, open(t, dir, store.Options{}))
	defer again.Close()
	if n := queued(t, named(t, again, "w")); n != acknowledged {
		t.Errorf("%d items after the restart, want %d", n, acknowledged)
	}
}
