// Package sweep marks tests that go through a whole range, such as every broken vendor, every dialect or days of a world, where a
// part of it tells whether a change is right. `make test` runs the part and `make sweep`, which the continuous integration runs, all.
package sweep

import (
	"os"
	"testing"
)

// Variable is the environment variable that asks for whole ranges; any value does.
const Variable = "UNDERSTUDY_SWEEP"

// Whole reports whether whole ranges are asked for.
func Whole() bool { return os.Getenv(Variable) != "" }

// Skip leaves a test out unless whole ranges are asked for.
func Skip(tb testing.TB) {
	tb.Helper()
	if !Whole() {
		tb.Skip("a sweep: make sweep runs it, or " + Variable + "=1")
	}
}

// Of is the whole list when whole ranges are asked for, and otherwise about n of it, spread evenly, the first one among them.
func Of[T any](list []T, n int) []T {
	if Whole() || len(list) <= n {
		return list
	}
	part := make([]T, n)
	for i := range part {
		part[i] = list[i*len(list)/n]
	}
	return part
}
