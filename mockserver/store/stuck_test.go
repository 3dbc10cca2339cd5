package store_test

import (
	"errors"
	"reflect"
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// patience is how long something may take that waits for nothing.
const patience = 30 * time.Second

// gate is a disk that can get stuck, and that can fail.
type gate struct {
	fails   atomic.Pointer[error]
	shut    atomic.Pointer[chan struct{}]
	waiting atomic.Int64 // commits that came to a shut gate
}

func (g *gate) commit(tx *bolt.Tx) error {
	if shut := g.shut.Load(); shut != nil {
		g.waiting.Add(1)
		<-*shut
	}
	if err := g.fails.Load(); err != nil {
		return *err
	}
	return tx.Commit()
}

func (g *gate) stick() (release func()) {
	shut := make(chan struct{})
	g.shut.Store(&shut)
	return func() {
		g.shut.Store(nil)
		close(shut)
	}
}

// step lets one commit through, and returns when another one waits; false when there is none before the end of a call.
func (g *gate) step(done <-chan error) bool {
	before := g.waiting.Load()
	for through := false; len(done) == 0; runtime.Gosched() {
		select {
		case *g.shut.Load() <- struct{}{}:
			through = true
		default:
		}
		if through && g.waiting.Load() > before {
			return true
		}
	}
	return false
}

// stage is a server on such a disk, with two worlds that it keeps and one that nothing has changed.
type stage struct {
	disk                 *gate
	mock                 *mockserver.Server
	worlds               *world.Registry
	stuck, other, intact *world.World
}

func newStage(t *testing.T, options ...mockserver.Option) *stage {
	t.Helper()
	s := &stage{disk: new(gate)}
	mock, err := mockserver.New(append(options, mockserver.WithStore(open(t, t.TempDir(), store.Tampered(s.disk.commit))))...)
	if err != nil {
		t.Fatal(err)
	}
	s.mock, s.worlds = mock, mock.Worlds()
	t.Cleanup(func() { _ = mock.Close() }) // a disk that failed may have kept no journal
	s.stuck, s.other, s.intact = named(t, mock, "stuck"), named(t, mock, "other"), named(t, mock, "intact")
	if err := errors.Join(s.worlds.Issue(s.stuck, "of-stuck", world.Grant{}), s.worlds.Issue(s.other, "of-other", world.Grant{})); err != nil {
		t.Fatal(err)
	}
	return s
}

// calls are all that a registry can be asked, apart from what is in the stuck world.
func (s *stage) calls() map[string]func() error {
	return map[string]func() error{
		"Open":   func() error { _, _, err := s.worlds.Open("new-token"); return err },
		"Find":   func() error { return second(s.worlds.Find("new-name")) },
		"Look":   func() error { return second(s.worlds.Look("stuck")) },
		"Lookup": func() error { return second(s.worlds.Lookup("stuck")) },
		"Create": func() error { return second(s.worlds.Create("created")) },
		"Put":    func() error { return second(s.worlds.Put("stuck", world.Base{})) },
		"Put, a token": func() error {
			return second(s.worlds.Put("put", world.Base{Tokens: map[string]world.Grant{"of-stuck": {}}}))
		},
		"Fork":         func() error { return second(s.worlds.Fork(s.other, "copy")) },
		"Past":         func() error { _, _, err := s.worlds.Past(s.other, s.other.Moment()); return err },
		"ForkPast":     func() error { return second(s.worlds.ForkPast(s.other, "past", s.other.Moment())) },
		"Delete":       func() error { return s.worlds.Delete("stuck") },
		"Worlds":       func() error { s.worlds.Worlds(); return nil },
		"Mint":         func() error { return second(s.worlds.Mint(s.other, world.Grant{})) },
		"Issue":        func() error { return s.worlds.Issue(s.other, "of-stuck", world.Grant{}) },
		"Revoke":       func() error { return s.worlds.Revoke(s.other, "of-stuck") },
		"Tokens":       func() error { s.worlds.Tokens(s.stuck); return nil },
		"Export":       func() error { s.worlds.Export(s.other); return nil },
		"ExportOrigin": func() error { s.worlds.ExportOrigin(s.other); return nil },
		"Cite":         func() error { s.worlds.Cite(nil); return nil },
		"Reached":      func() error { s.worlds.Reached(nil); return nil },
		"DeclaredOnly": func() error { s.worlds.DeclaredOnly(); return nil },
		"Promise":      func() error { s.worlds.Promise(); return nil },
		"Memory":       func() error { s.worlds.Memory(); return nil },
		"Close":        func() error { return s.worlds.Close() },
		"Snapshot":     func() error { return s.worlds.Snapshot(s.other) },
		"Unkept":       func() error { s.worlds.Unkept(); return nil },
		"NewRequestID": func() error { s.worlds.NewRequestID(); return nil },
		"ReadRecord":   func() error { _, _ = s.worlds.ReadRecord(nil); return nil },
	}
}

func second[T any](_ T, err error) error { return err }

func TestEveryCallIsTried(t *testing.T) {
	calls := new(stage).calls()
	for i := range reflect.TypeFor[*world.Registry]().NumMethod() {
		if name := reflect.TypeFor[*world.Registry]().Method(i).Name; calls[name] == nil {
			t.Errorf("%s is not tried; add it", name)
		}
	}
}

// getStuck keeps a world at work until release is called.
func (s *stage) getStuck(t *testing.T) (release func()) {
	t.Helper()
	begun, end, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_, _ = world.Decide(s.stuck, queue.PartName, nil, func(*queue.State) (world.Command, error) {
			close(begun)
			<-end
			return nil, errors.New("nothing")
		})
	}()
	<-begun
	return func() {
		close(end)
		<-done
	}
}

// begin runs a call, and returns when it is done or the disk has got something to do.
func (s *stage) begin(call func() error) <-chan error {
	before := s.disk.waiting.Load()
	done := make(chan error, 1)
	go func() { done <- call() }()
	for len(done) == 0 && s.disk.waiting.Load() == before {
		runtime.Gosched()
	}
	return done
}

func atOnce(t *testing.T, what string, done <-chan error) {
	t.Helper()
	t.Helper()
	select {
	case err := <-done:
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	case <-time.After(patience):
		t.Errorf("%s waits for what it did not ask for", what)
	}
}

// goOn calls what others ask for.
func (s *stage) goOn(t *testing.T) {
	t.Helper()
	done := make(chan error, 1)
	go func() {
		_, _, err := s.worlds.Open("late-token")
		_, found := s.worlds.Find("late-name")
		s.worlds.Worlds()
		s.worlds.Tokens(s.other)
		s.worlds.Export(s.intact)
		done <- errors.Join(err, found, world.View(s.intact, queue.PartName, nil, func(*queue.State) error { return nil }))
	}()
	atOnce(t, "somebody else", done)
}

// A world that is kept and works for ever is waited for by nobody but those who ask for what is in it.
func TestNobodyWaitsForAStuckWorld(t *testing.T) {
	for name := range new(stage).calls() {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			release := s.getStuck(t)
			defer release()
			atOnce(t, name, s.begin(s.calls()[name]))
			s.goOn(t)
		})
	}
	t.Run("making room for a new one", func(t *testing.T) {
		s := newStage(t, mockserver.WithMaxWorlds(3))
		release := s.getStuck(t)
		defer release()
		for _, name := range []string{"other", "intact"} {
			named(t, s.mock, name)
		}
		atOnce(t, "Find", s.begin(func() error { return second(s.worlds.Find("new-name")) }))
		if _, err := s.worlds.Lookup("stuck"); !errors.Is(err, world.ErrNoWorld) {
			t.Errorf("the world did not make room: %v", err)
		}
	})
	t.Run("making room for what others hold", func(t *testing.T) {
		s := newStage(t, mockserver.WithMemory(16<<20))
		fill := func(w *world.World) error {
			for range 6 {
				if _, err := w.Do(queue.Arrive{HookID: 654, Data: make([]byte, 1<<20)}); err != nil {
					return err
				}
			}
			return nil
		}
		if err := fill(s.stuck); err != nil {
			t.Fatal(err)
		}
		release := s.getStuck(t)
		defer release()
		atOnce(t, "the others", s.begin(func() error { return errors.Join(fill(s.other), fill(s.intact)) }))
		if _, err := s.worlds.Lookup("stuck"); !errors.Is(err, world.ErrNoWorld) {
			t.Errorf("the world did not make room: %v", err)
		}
	})
}

// While the disk syncs for ever, nobody waits for it but those whose changes it has not kept.
func TestNobodyWaitsForAStuckDisk(t *testing.T) {
	for name := range new(stage).calls() {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			release := s.disk.stick()
			done := s.begin(s.calls()[name])
			s.goOn(t)
			for s.disk.step(done) {
				s.goOn(t)
			}
			release()
			atOnce(t, name, done)
		})
	}
}

// A disk that failed, and then gets stuck as it is tried again, keeps nobody waiting: what it would have to keep is refused.
func TestNobodyWaitsForAFailingDisk(t *testing.T) {
	s := newStage(t)
	unkept := s.disk.stick()
	lost := s.begin(func() error { return s.stuck.Advance(time.Hour) })
	stop := s.getStuck(t)
	full := error(syscall.ENOSPC)
	s.disk.fails.Store(&full)
	unkept()
	var heal func()
	refused := make(chan error, 1)
	go func() {
		err := s.worlds.Issue(s.other, "new", world.Grant{})
		for heal = s.disk.stick(); s.disk.waiting.Load() < 2; { // and now it is tried again
			runtime.Gosched()
		}
		for _, again := range []error{
			s.worlds.Delete("other"), second(s.worlds.Create("created")), second(s.worlds.Put("other", world.Base{})),
			s.worlds.Issue(s.other, "new", world.Grant{}),
		} {
			if err == nil || again == nil {
				err = errors.New("nothing was refused")
			}
			err = errors.Join(err, again)
		}
		refused <- err
	}()
	select {
	case err := <-refused:
		if !errors.Is(err, world.ErrNotKept) {
			t.Errorf("a change on the full disk: %v", err)
		}
	case <-time.After(patience):
		t.Fatal("a change of another world waits")
	}
	s.goOn(t)
	stop()
	if err := <-lost; !errors.Is(err, world.ErrNotKept) {
		t.Errorf("a change of the stuck world: %v", err)
	}
	s.disk.fails.Store(nil)
	heal()
	if mode := s.stuck.Clock().Mode(); mode != "real" {
		t.Errorf("the clock of the stuck world is %s", mode)
	}
	until := time.Now().Add(patience)
	for err := world.ErrNotKept; errors.Is(err, world.ErrNotKept) && time.Now().Before(until); runtime.Gosched() {
		if again := errors.Join(s.stuck.Advance(time.Hour), s.worlds.Issue(s.other, "new", world.Grant{})); again == nil {
			return
		}
	}
	t.Error("it does not go on")
}

// A token that moved without that being kept opens the world that it opened before.
func TestTokensThatDidNotMove(t *testing.T) {
	s := newStage(t)
	full := error(syscall.ENOSPC)
	s.disk.fails.Store(&full)
	if err := s.worlds.Issue(s.other, "of-stuck", world.Grant{}); !errors.Is(err, world.ErrNotKept) {
		t.Fatal(err)
	}
	until := time.Now().Add(patience)
	for owner(s, "of-stuck") != "stuck" && time.Now().Before(until) {
		runtime.Gosched()
	}
	if got := owner(s, "of-stuck"); got != "stuck" {
		t.Errorf("the token opens %q", got)
	}
	if _, both := s.worlds.Tokens(s.other)["of-stuck"]; both {
		t.Error("the other world lists it still")
	}
}

// owner is the name of the world that a token opens.
func owner(s *stage, token string) string {
	w, _, err := s.worlds.Open(token)
	if err != nil {
		return err.Error()
	}
	return w.Name
}
