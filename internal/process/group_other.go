//go:build !unix

package process

import "os/exec"

// group does nothing here: only the program itself is ended.
func group(cmd *exec.Cmd) (end func()) { return func() {} }

// watch does nothing here: a program outlives this process when this process is killed.
func watch(int) (leave func()) { return func() {} }
