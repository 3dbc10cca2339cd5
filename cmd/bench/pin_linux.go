package main

import (
	"os"
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// canPin says that processes can be kept to a processor here.
const canPin = true

// become keeps this process to a processor and runs the program in its place, which inherits that.
func become(processor int, program string, args []string) error {
	runtime.LockOSThread() // the mask is the thread's that becomes the program
	var only unix.CPUSet
	only.Set(processor)
	if err := unix.SchedSetaffinity(0, &only); err != nil {
		return err
	}
	return unix.Exec(program, args, os.Environ()) //nolint:gosec // a program that the bench itself names
}

// processorTime is what all threads of a process have used, to the nanosecond.
func processorTime(pid int) (time.Duration, error) {
	const scheduled = 2 // the clock of what the scheduler counts, as clock_getcpuclockid(3) makes it
	var at unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|scheduled), &at) //nolint:gosec // a process id has 22 bits
	return time.Duration(at.Nano()), err
}
