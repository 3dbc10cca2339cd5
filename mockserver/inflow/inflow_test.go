package inflow_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/understudy-mock/understudy/mockserver/inflow"
)

const mib = 1 << 20

func body(size int) *strings.Reader { return strings.NewReader(strings.Repeat("x", size)) }

func TestLargeBodiesAreCounted(t *testing.T) {
	g := inflow.New(8 * mib) // 2 MiB of bodies
	first, release, err := g.Read(body(mib), mib, 5*mib)
	if err != nil || len(first) != mib {
		t.Fatal(len(first), err)
	}
	if _, done, err := g.Read(body(mib+mib/2), -1, 5*mib); !errors.Is(err, inflow.ErrBusy) {
		t.Errorf("one of unknown size beside it: %v", err)
	} else {
		done()
	}
	if _, _, err := g.Read(body(2*mib), 2*mib, 5*mib); !errors.Is(err, inflow.ErrBusy) {
		t.Errorf("a large one beside it: %v", err)
	}
	if small, _, err := g.Read(body(inflow.Small), inflow.Small, 5*mib); err != nil || len(small) != inflow.Small {
		t.Errorf("a small one beside it: %d, %v", len(small), err)
	}
	release()
	release() // twice is once
	if alone, done, err := g.Read(body(4*mib), -1, 5*mib); err != nil || len(alone) != 4*mib {
		t.Errorf("alone: %d, %v", len(alone), err)
	} else {
		done()
	}
	if _, done, err := g.Read(body(2*mib), 2*mib, 5*mib); err != nil {
		t.Errorf("what was released counts still: %v", err)
	} else {
		done()
	}
}

func TestBodiesAreWhole(t *testing.T) {
	want := bytes.Repeat([]byte("0123456789"), 30_000)
	for _, size := range []int64{-1, int64(len(want))} {
		for _, g := range []*inflow.Gate{nil, new(inflow.Gate), inflow.New(64 * mib)} {
			got, release, err := g.Read(bytes.NewReader(want), size, mib)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("size %d: %d bytes, %v", size, len(got), err)
			}
			release()
		}
	}
	if got, _, err := inflow.New(mib).Read(body(10), -1, 4); err != nil || len(got) != 4 {
		t.Errorf("beyond the bound: %d, %v", len(got), err)
	}
	if _, _, err := inflow.New(mib).Read(body(10), 20, 40); err == nil {
		t.Error("a body that ends early is whole")
	}
}

func TestTurns(t *testing.T) {
	g := inflow.New(mib)
	done, err := g.Turn(t.Context(), 10*mib)
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := g.Turn(gone, mib); !errors.Is(err, context.Canceled) {
		t.Errorf("beside a large one: %v", err)
	}
	if small, err := g.Turn(gone, inflow.Small); err != nil {
		t.Errorf("a small one: %v", err)
	} else {
		small()
	}
	done()
	again, err := g.Turn(t.Context(), mib)
	if err != nil {
		t.Fatal(err)
	}
	again()
}

// TestATurnIsWaitedFor wants a body to wait while another one has the room, and no longer.
func TestATurnIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := inflow.New(mib)
		done, err := g.Turn(t.Context(), 10*mib)
		if err != nil {
			t.Fatal(err)
		}
		var served atomic.Bool
		go func() {
			if next, err := g.Turn(t.Context(), mib); err != nil {
				t.Error(err)
			} else {
				served.Store(true)
				next()
			}
		}()
		synctest.Wait()
		if served.Load() {
			t.Error("it did not wait for the large one")
		}
		done()
		synctest.Wait()
		if !served.Load() {
			t.Error("it waits still, and the large one is done")
		}
	})
}

func TestReaders(t *testing.T) {
	g := inflow.New(mib)
	first, err := g.Out(2 * mib)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Out(2 * mib); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Out(2 * mib); !errors.Is(err, inflow.ErrReaders) {
		t.Errorf("a third one: %v", err)
	}
	if _, err := g.Out(inflow.LargeOut); err != nil {
		t.Errorf("a small one: %v", err)
	}
	first()
	if _, err := g.Out(2 * mib); err != nil {
		t.Errorf("after one has ended: %v", err)
	}
}

// TestLongWorkLeavesAProcessor has as much long work as there may be, so that one more waits until one of it is done. A small body waits
// for none of it.
func TestLongWorkLeavesAProcessor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := inflow.New(1024 * mib)
		first, err := g.Turn(t.Context(), mib)
		if err != nil {
			t.Fatal(err)
		}
		for range runtime.GOMAXPROCS(0) - 2 {
			if _, err := g.Work(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := g.Turn(gone, mib); !errors.Is(err, context.Canceled) {
			t.Errorf("a client that has left: %v", err)
		}
		if _, err := g.Turn(t.Context(), inflow.Small); err != nil {
			t.Errorf("a small body: %v", err)
		}
		var works atomic.Bool
		go func() {
			if _, err := g.Turn(t.Context(), mib); err != nil {
				t.Error(err)
			}
			works.Store(true)
		}()
		if synctest.Wait(); works.Load() {
			t.Error("no processor is left")
		}
		first()
		if synctest.Wait(); !works.Load() {
			t.Error("it waits still, and a processor is free")
		}
	})
}
