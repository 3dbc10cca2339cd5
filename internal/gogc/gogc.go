// Package gogc lets the heap of a program that imports it grow to thrice what is in use before it is swept, unless the variable GOGC
// says otherwise, and tells the collector how much memory there is where the process may not have all of the machine's, unless the
// variable GOMEMLIMIT does: before it reaches that, the heap is swept more often.
//
// A mock has a few MiB in use and makes garbage fast: by Go's default a sixth of its time under load went into marking the same few
// MiB. And the packages that are linked in allocate 2.7 MB before main, just so much that Go's first collection fell into the
// start of every process.
package gogc

import (
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

const percent = 200

// It is no function that main calls because that would come too late: this package needs little, so it is initialised before
// most others. Where it is not, a collection more is all that happens.
func init() { //nolint:gochecknoinits // see above
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
	if os.Getenv("GOMEMLIMIT") != "" {
		return
	}
	if limit, ok := limitIn(controlGroup); ok {
		debug.SetMemoryLimit(limit)
	}
}

// controlGroup says how much memory the processes of a container may have. It is there on Linux, inside of one.
const controlGroup = "/sys/fs/cgroup/memory.max"

// limitIn is nine tenths of what a file allows: the rest is for what the collector does not count. It reports whether there is a limit.
func limitIn(file string) (limit int64, ok bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	most, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" is none
	return most / 10 * 9, err == nil && most > 0
}
