// Package lazyregexp compiles regular expressions when they are first used, and not in every process that links them: those of this
// module took 270 KB and a millisecond at each start, most of which neither serve nor verify ever matched against anything.
package lazyregexp

import (
	"regexp"
	"sync"
)

// New is for package-level variables, as regexp.MustCompile is. A wrong expression panics where it is first used.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
