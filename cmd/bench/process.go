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

func start(ctx context.Context, binary string, args ...string) (*process, error) {
	p, err := child.Start(ctx, binary, args...)
	return &process{p}, err
}

func startMock(ctx context.Context, s settings) (*process, error) {
	return start(ctx, s.binary, "serve", "--addr", "127.0.0.1:0", "--log-level", "error")
}

func startBare(ctx context.Context, size int, routed bool) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	return start(ctx, self, bareCommand, "-size", strconv.Itoa(size), fmt.Sprintf("-mux=%t", routed))
}

func (p *process) stop() { _ = p.Stop() } // how it ended does not matter any more

// processor is the processor time that the process has used, of all its threads. Only Linux tells.
func (p *process) processor() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID()))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	const user, system, tick = 11, 12, 10 * time.Millisecond // counted from behind the name; a tick is 10 ms on every Linux
	u, err := strconv.Atoi(fields[user])
	if err != nil {
		return 0, err
	}
	k, err := strconv.Atoi(fields[system])
	return time.Duration(u+k) * tick, err
}
