//go:build linux

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// wait is how long a program may take for what it ought to do at once. Where no time is judged, the machine may be as busy as it likes.
var wait = 20 * time.Second //nolint:gochecknoglobals // set once, at the start

// program is a command under attack.
type program struct {
	cmd   *exec.Cmd
	out   *output
	done  chan struct{}
	said  string // how it was called
	ended error
}

// output keeps the first megabytes of what a program writes, and counts the rest.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
	size int64
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.size += int64(len(p))
	if room := 4<<20 - o.text.Len(); room > 0 {
		o.text.Write(p[:min(len(p), room)])
	}
	return len(p), nil
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// launch starts a command whose memory is watched.
func (sc *scene) launch(ctx context.Context, args ...string) (*program, error) {
	p := &program{cmd: exec.CommandContext(ctx, sc.settings.binary, args...), out: new(output), done: make(chan struct{}), said: strings.Join(args[:min(len(args), 2)], " ")}
	p.cmd.Dir = sc.dir
	p.cmd.Stdout, p.cmd.Stderr = p.out, p.out
	p.cmd.WaitDelay = time.Second
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go sc.watch.over(p.cmd.Process.Pid, p.done)
	go func() {
		p.ended = p.cmd.Wait()
		close(p.done)
	}()
	return p, nil
}

// interrupt is Ctrl-C.
func (p *program) interrupt() { _ = p.cmd.Process.Signal(syscall.SIGINT) } // it may have ended

// wants waits for the end, which has to come within a time and with one of these codes.
func (p *program) wants(within time.Duration, codes ...int) error {
	select {
	case <-p.done:
	case <-time.After(within):
		_ = p.cmd.Process.Kill()
		<-p.done
		return fmt.Errorf("%s did not end within %s: %s", p.said, within, lastLine(p.out.String()))
	}
	if code := p.cmd.ProcessState.ExitCode(); !slices.Contains(codes, code) {
		return fmt.Errorf("%s ended with %d, want %v: %s", p.said, code, codes, lastLine(p.out.String()))
	}
	return nil
}

// ready waits until the program has written that it is.
func (p *program) ready() error {
	for until := time.Now().Add(wait); time.Now().Before(until); time.Sleep(glance) {
		if strings.Contains(p.out.String(), "ready") {
			return nil
		}
	}
	return fmt.Errorf("%s did not say that it is ready", p.said)
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	line := text[strings.LastIndexByte(text, '\n')+1:]
	return line[:min(len(line), 200)]
}

// none is an error while a process with that word in its command line is there.
func none(word string) error {
	var found []string
	for until := time.Now().Add(wait); ; time.Sleep(glance) {
		if found = commandsWith(word); len(found) == 0 {
			return nil
		}
		if time.Now().After(until) {
			return fmt.Errorf("left running: %s", strings.Join(found, ", "))
		}
	}
}

func commandsWith(word string) (found []string) {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline") // the pattern is good
	for _, name := range lines {
		text, err := os.ReadFile(name)
		if err == nil && bytes.Contains(text, []byte(word)) && !strings.Contains(name, fmt.Sprint("/", os.Getpid(), "/")) {
			found = append(found, strings.ReplaceAll(strings.TrimRight(string(text), "\x00"), "\x00", " "))
		}
	}
	return found
}

// write makes a file for an attack.
func (sc *scene) write(name, text string) (string, error) {
	path := filepath.Join(sc.dir, name)
	return path, os.WriteFile(path, []byte(text), 0o700) //nolint:gosec // some are scripts
}

func repeatedBetween(before, text string, size int64, after string) io.Reader {
	return io.MultiReader(strings.NewReader(before), repeated(text, size-size%int64(len(text))), strings.NewReader(after))
}
