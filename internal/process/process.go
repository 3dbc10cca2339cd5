// Package process runs somebody else's programs so that nothing of them is left: each in a process group of its own, which is ended
// with the program, with its context, and, where there is a shell, with the process that runs it, however that ends.
package process

import (
	"errors"
	"fmt"
	"os/exec"
	"time"
)

// pipes is how long the output of a program is waited for when the program itself has ended, and others hold it open.
const pipes = time.Second

// Run is cmd.Run for a command that [exec.CommandContext] made. What the program started ends with it. That others held its output
// open is no error.
func Run(cmd *exec.Cmd) error {
	cmd.WaitDelay = pipes
	end := group(cmd)
	err := cmd.Start()
	if err == nil {
		leave := watch(cmd.Process.Pid)
		err = cmd.Wait()
		end()
		leave()
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// Bounded keeps what is written to it up to Most bytes, and refuses more.
type Bounded struct {
	Most int
	Text []byte
}

// ErrTooMuch is what a program wrote too much for.
var ErrTooMuch = errors.New("it writes too much")

// Write implements io.Writer.
func (b *Bounded) Write(p []byte) (int, error) {
	room := min(len(p), b.Most-len(b.Text))
	b.Text = append(b.Text, p[:room]...)
	if room < len(p) {
		return room, fmt.Errorf("%w: more than %d bytes", ErrTooMuch, b.Most)
	}
	return room, nil
}
