// Package gogc lets the heap of a program that imports it grow to thrice what is in use before it is swept, unless the variable GOGC
// says otherwise.
//
// A mock has a few MiB in use and makes garbage fast: by Go's default a sixth of its time under load went into marking the same few
// MiB. And the packages that are linked in allocate 2.7 MB before main, just so much that Go's first collection fell into the
// start of every process.
package gogc

import (
	"os"
	"runtime/debug"
)

const percent = 200

// It is no function that main calls because that would come too late: this package needs little, so it is initialised before
// most others. Where it is not, a collection more is all that happens.
func init() { //nolint:gochecknoinits // see above
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}
