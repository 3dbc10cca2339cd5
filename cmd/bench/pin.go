package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
)

// pinCommand is the first argument of a process that keeps to one processor and becomes another program.
const pinCommand = "pin"

// anyProcessor is where a process may run anywhere.
const anyProcessor = -1

// pinned is a command that runs a program on one processor. The program is given with its arguments.
func pinned(self string, processor int, program ...string) (name string, args []string) {
	if processor == anyProcessor {
		return program[0], program[1:]
	}
	return self, append([]string{pinCommand, strconv.Itoa(processor)}, program...)
}

// becomePinned keeps to the processor and becomes the program, which takes the place of this one.
func becomePinned(_ context.Context, args []string) error {
	const least = 2
	if len(args) < least {
		return errors.New("pin: give a processor and a program")
	}
	processor, err := strconv.Atoi(args[0])
	if err != nil {
		return fmt.Errorf("pin: %w", err)
	}
	program, err := exec.LookPath(args[1])
	if err != nil {
		return err
	}
	return become(processor, program, args[1:])
}
