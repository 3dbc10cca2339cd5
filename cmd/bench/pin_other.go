//go:build !linux

package main

import (
	"errors"
	"time"
)

const canPin = false

var errOnlyLinux = errors.New("only Linux keeps a process to a processor and tells its processor time")

func become(int, string, []string) error { return errOnlyLinux }

func processorTime(int) (time.Duration, error) { return 0, errOnlyLinux }
