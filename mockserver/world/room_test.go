package world

import (
	"errors"
	"fmt"
	"testing"

	"github.com/understudy-mock/understudy/mockserver/sink"
)

func smallRegistry(t *testing.T) *Registry {
	t.Helper()
	r, err := NewRegistry(Config{Memory: 1 << 20}, Base{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func program(w *World, name string, bytes int) error {
	_, err := w.Do(ProgramSink{Name: name, Answers: []sink.Answer{{Body: make([]byte, bytes)}}})
	return err
}

// One world holds half of the room at the most. What would be more is refused and changes nothing; what is given back can be had again.
func TestOneWorldHoldsHalf(t *testing.T) {
	r := smallRegistry(t)
	w := found(t, r, "greedy")
	for i := range 4 {
		if err := program(w, fmt.Sprint("s", i), 100<<10); err != nil {
			t.Fatal(err)
		}
	}
	if err := program(w, "more", 200<<10); !errors.Is(err, ErrNoRoom) {
		t.Fatalf("got error %v", err)
	}
	if err := w.Sinks(func(s *sink.State) error { _, err := s.Sink("more"); return err }); !errors.Is(err, sink.ErrNoSink) {
		t.Errorf("what was refused is there: %v", err)
	}
	for i := range 4 {
		if err := program(w, fmt.Sprint("s", i), 1); err != nil {
			t.Fatal(err)
		}
	}
	if err := program(w, "more", 400<<10); err != nil {
		t.Errorf("what was given back is not to be had: %v", err)
	}
	if _, err := r.Put("large", Base{Sinks: []sink.Sink{{Name: "s", Answers: []sink.Answer{{Body: make([]byte, 600<<10)}}}}}); !errors.Is(err, ErrNoRoom) {
		t.Errorf("a world that begins with more: got error %v", err)
	}
}

// The world unused for longest makes room, of those that hold much. It is told apart from one that never was.
func TestTheOldestLargeWorldMakesRoom(t *testing.T) {
	r := smallRegistry(t)
	small := found(t, r, "small")
	if err := program(small, "s", 10); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"first", "second", "third"} {
		if err := program(found(t, r, name), "s", 400<<10); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Find("first"); !errors.Is(err, ErrEvicted) {
		t.Errorf("the oldest large world: got error %v", err)
	}
	for _, name := range []string{"small", "second", "third"} {
		if _, err := r.Lookup(name); err != nil {
			t.Error(err)
		}
	}
	if held := r.room.held.Load(); held > r.Memory() {
		t.Errorf("%d bytes are held of %d", held, r.Memory())
	}
	for _, name := range []string{"small", "second", "third"} {
		if err := r.Delete(name); err != nil {
			t.Fatal(err)
		}
	}
	if held := r.room.held.Load(); held != 0 {
		t.Errorf("%d bytes are held, and nobody is there", held)
	}
}

// A fork counts as much as what it was made of, and its tokens count.
func TestForksAndTokensCount(t *testing.T) {
	r := smallRegistry(t)
	w := found(t, r, "w")
	if err := program(w, "s", 300<<10); err != nil {
		t.Fatal(err)
	}
	before := r.room.held.Load()
	if _, err := r.Fork(w, "fork"); err != nil {
		t.Fatal(err)
	}
	if grew := r.room.held.Load() - before; grew != before {
		t.Errorf("a fork of %d bytes counts %d", before, grew)
	}
	if _, err := r.Mint(w, Grant{}); err != nil {
		t.Fatal(err)
	}
	if grew := r.room.held.Load() - 2*before; grew != tokenWeight {
		t.Errorf("a token counts %d", grew)
	}
}
