//go:build unix

package cli

import (
	"io"
	"io/fs"
	"os"
	"strconv"
	"syscall"
)

// launcherPipe is the variable by which a program that starts this one, and stands in for it, names a pipe that ends with it.
const launcherPipe = "UNDERSTUDY_LAUNCHER_PIPE"

// launcherGone is closed when the program that started this one is gone, one that was killed included; nil where none wants that. What
// is started from here gets neither the pipe nor the variable.
func launcherGone() <-chan struct{} {
	number, err := strconv.Atoi(os.Getenv(launcherPipe))
	if err != nil || number < 3 {
		return nil
	}
	_ = os.Unsetenv(launcherPipe) // it was set
	pipe := os.NewFile(uintptr(number), "launcher")
	if about, err := pipe.Stat(); err != nil || about.Mode()&(fs.ModeNamedPipe|fs.ModeSocket) == 0 {
		return nil
	}
	syscall.CloseOnExec(number)
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, pipe) // an end is an end, whatever its reason
	}()
	return gone
}
