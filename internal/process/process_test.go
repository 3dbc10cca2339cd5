//go:build unix

package process_test

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/internal/process"
)

func shell(ctx context.Context, script string) (*exec.Cmd, *process.Bounded) {
	out := &process.Bounded{Most: 1 << 10}
	cmd := exec.CommandContext(ctx, "/bin/sh", "-c", script)
	cmd.Stdout = out
	return cmd, out
}

// gone waits until there is no such process.
func gone(t *testing.T, out *process.Bounded) {
	t.Helper()
	pid, err := strconv.Atoi(strings.TrimSpace(string(out.Text)))
	if err != nil {
		t.Fatalf("%q is no number of a process", out.Text)
	}
	for deadline := time.Now().Add(10 * time.Second); syscall.Kill(pid, 0) == nil; time.Sleep(time.Millisecond) {
		if state, _ := exec.CommandContext(t.Context(), "ps", "-o", "stat=", "-p", strconv.Itoa(pid)).Output(); strings.HasPrefix(string(state), "Z") {
			return // ended, and its parent has not looked
		}
		if time.Now().After(deadline) {
			_ = syscall.Kill(pid, syscall.SIGKILL)
			t.Fatalf("process %d is left", pid)
		}
	}
}

func TestWhatAProgramStartedEndsWithIt(t *testing.T) {
	cmd, out := shell(t.Context(), "sleep 600 & echo $!")
	if err := process.Run(cmd); err != nil {
		t.Error(err)
	}
	gone(t, out)
}

func TestEverythingEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	cmd, out := shell(ctx, "sleep 600 & echo $!; sleep 600")
	began := time.Now()
	if err := process.Run(cmd); err == nil {
		t.Error("it succeeded")
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	gone(t, out)
}

// TestMain is also a process that runs a program and is killed meanwhile.
func TestMain(m *testing.M) {
	if os.Getenv("PROCESS_TEST") == "" {
		os.Exit(m.Run())
	}
	cmd := exec.CommandContext(context.Background(), "/bin/sh", "-c", "sleep 600 & echo $!; exec sleep 600")
	cmd.Stdout = os.Stdout
	_ = process.Run(cmd) // it does not come back
}

func TestEverythingEndsWithAProcessThatIsKilled(t *testing.T) {
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.CommandContext(t.Context(), own)
	parent.Env = append(os.Environ(), "PROCESS_TEST=yes")
	printed, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(printed).ReadBytes('\n')
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait() // it was killed
	gone(t, &process.Bounded{Text: line})
}

func TestEndlessOutputEndsAProgram(t *testing.T) {
	cmd, out := shell(t.Context(), "while :; do echo yes; done")
	if err := process.Run(cmd); !errors.Is(err, process.ErrTooMuch) {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			t.Errorf("got %v", err)
		}
	}
	if len(out.Text) != 1<<10 {
		t.Errorf("%d bytes are kept", len(out.Text))
	}
}
