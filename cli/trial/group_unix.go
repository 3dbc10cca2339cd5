//go:build unix

package trial

import (
	"os/exec"
	"syscall"
)

// inItsOwnGroup lets a command that is stopped take along what it has started, such as the test binary of `go test`.
func inItsOwnGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
}
