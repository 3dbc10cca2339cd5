//go:build unix

package process

import (
	"os/exec"
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
