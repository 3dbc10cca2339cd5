package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/internal/child"
)

// process is a running server.
type process struct{ *child.Process }

func start(ctx context.Context, processor int, program ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	name, args := pinned(self, processor, program...)
	p, err := child.Start(ctx, name, args...)
	return &process{p}, err
}

func startMock(ctx context.Context, s settings) (*process, error) {
	return startMockOn(ctx, s, anyProcessor)
}

func startMockOn(ctx context.Context, s settings, processor int) (*process, error) {
	return start(ctx, processor, s.binary, "serve", "--addr", "127.0.0.1:0", "--log-level", "error")
}

func startBare(ctx context.Context, size int, routed bool, processor int) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, processor, self, bareCommand, "-size", strconv.Itoa(size), fmt.Sprintf("-mux=%t", routed))
}

func (p *process) stop() { _ = p.Stop() } // how it ended does not matter any more

// used is processor time: all of it to the nanosecond, and by the kernel's ticks of 10 ms for whom it was used.
type used struct {
	total        time.Duration
	user, system int
}

func (u used) since(before used) used {
	return used{u.total - before.total, u.user - before.user, u.system - before.system}
}

func (u used) plus(other used) used {
	return used{u.total + other.total, u.user + other.user, u.system + other.system}
}

// ofUser is the part that was not the kernel's.
func (u used) ofUser() float64 { return float64(u.user) / float64(max(1, u.user+u.system)) }

// processor is the processor time that the process has used, of all its threads. Only Linux tells.
func (p *process) processor() (u used, err error) {
	if u.total, err = processorTime(p.PID()); err != nil {
		return u, err
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		return u, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const user, system = 11, 12 // counted from behind the name
	if u.user, err = strconv.Atoi(fields[user]); err != nil {
		return u, err
	}
	u.system, err = strconv.Atoi(fields[system])
	return u, err
}
