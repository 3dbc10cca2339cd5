//go:build unix

package process

import (
	"context"
	"os/exec"
	"strconv"
	"syscall"
)

// group gives a program a group of its own, such as the test binary of `go test` is in, and returns what ends all of it.
func group(cmd *exec.Cmd) (end func()) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	kill := func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.Cancel = kill
	return func() {
		if cmd.Process != nil {
			_ = kill() // that nobody is left is as it should be
		}
	}
}

// watch ends the group of a program when this process is gone, one that was killed included: a shell in a session of its own waits for
// the end of a pipe that nobody else holds. Where there is no shell, nobody watches. Linux would end the program itself with its parent
// (PDEATHSIG), and nothing that the program started.
func watch(pid int) (leave func()) {
	shell := exec.CommandContext(context.Background(), "/bin/sh", "-c", `read -r _; kill -9 "-$0"`, strconv.Itoa(pid)) //nolint:gosec // a number
	shell.Env = []string{}
	shell.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if _, err := shell.StdinPipe(); err != nil || shell.Start() != nil {
		return func() {}
	}
	return func() {
		_ = shell.Process.Kill() // it waits, and has nothing to say
		_ = shell.Wait()
	}
}
