//go:build linux

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

// watch bounds the memory of processes, and remembers the most that one came to.
type watch struct {
	limit  int64
	most   atomic.Int64
	killed atomic.Bool
}

// glance is the time between two looks.
const glance = 10 * time.Millisecond

// over looks at a process until done is closed.
func (w *watch) over(pid int, done <-chan struct{}) {
	ticks := time.NewTicker(glance)
	defer ticks.Stop()
	for {
		select {
		case <-done:
			return
		case <-ticks.C:
		}
		resident := residentOf(pid)
		w.most.Store(max(w.most.Load(), resident))
		if w.limit > 0 && resident > w.limit && !w.killed.Swap(true) {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended by itself
		}
	}
}

func (w *watch) beyond() error {
	if w.killed.Load() {
		return fmt.Errorf("it needed more than %d MiB and was killed", w.limit>>20)
	}
	return nil
}

// residentOf is the memory of a process, 0 for one that has ended.
func residentOf(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
			if err != nil {
				return 0
			}
			return kib << 10
		}
	}
	return 0
}

// server is a mock under attack.
type server struct {
	addr   string
	cmd    *exec.Cmd
	stderr *bytes.Buffer
	seen   chan struct{} // closed to end the watch
	ended  chan struct{} // closed when the process has ended
	err    error
}

// budget is what a container of 512 MiB would have `serve` take by itself.
const budget = "--memory=134217728"

// start runs `serve` and returns once it answers.
func (sc *scene) start(ctx context.Context, flags ...string) (*server, error) {
	args := append([]string{"serve", "--addr", "127.0.0.1:0", "--log-level", "error", budget}, flags...)
	s := &server{cmd: exec.CommandContext(ctx, sc.settings.binary, args...), stderr: new(bytes.Buffer), seen: make(chan struct{}), ended: make(chan struct{})}
	s.cmd.Stderr = s.stderr
	out, err := s.cmd.StdoutPipe()
	if err == nil {
		err = s.cmd.Start()
	}
	if err != nil {
		return nil, err
	}
	go sc.watch.over(s.cmd.Process.Pid, s.seen)
	var says struct {
		Addr string `json:"addr"`
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &says)
	}
	go func() {
		s.err = s.cmd.Wait()
		close(s.ended)
	}()
	if err != nil {
		return nil, fmt.Errorf("the server did not announce itself: %w", errors.Join(err, s.stop()))
	}
	s.addr = says.Addr
	return s, nil
}

// stop asks the server to stop and reports how it ended otherwise, and what it logged of a failure.
func (s *server) stop() error {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may have ended, which is told below
	select {
	case <-s.ended:
	case <-time.After(wait):
		_ = s.cmd.Process.Kill()
		<-s.ended
		return fmt.Errorf("it did not stop within %s of SIGTERM", wait)
	}
	close(s.seen)
	if s.err != nil {
		return fmt.Errorf("the server ended with %w: %s", s.err, firstLine(s.stderr.String()))
	}
	if text := s.stderr.String(); strings.Contains(text, "panic") || strings.Contains(text, "DATA RACE") {
		return fmt.Errorf("the server said: %s", firstLine(text))
	}
	return nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	return line[:min(len(line), 200)]
}
