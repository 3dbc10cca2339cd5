package cli

import (
	"cmp"
	"errors"
	"math"
	"time"

	"github.com/spf13/pflag"
)

// bounded is the value of a flag that takes some numbers, or times, and no others. What it refuses leaves it as it was.
type bounded[T cmp.Ordered] struct {
	pflag.Value
	now      *T
	from, to T
	remedy   string
}

// Set implements pflag.Value.
func (b bounded[T]) Set(text string) error {
	before := *b.now
	if err := b.Value.Set(text); err != nil {
		*b.now = before
		if isParsers(err) {
			return errors.New(b.remedy)
		}
		return err
	}
	if *b.now >= b.from && *b.now <= b.to { // NaN is neither
		return nil
	}
	*b.now = before
	return errors.New(b.remedy)
}

// bound lets the flag of that name take only what is within bounds, and says what to do about everything else.
func bound[T cmp.Ordered](flags *pflag.FlagSet, name string, at *T, from, to T, remedy string) {
	f := flags.Lookup(name)
	f.Value = bounded[T]{f.Value, at, from, to, remedy}
}

// boundTime is bound for a time, with zero for the remedy's own meaning.
func boundTime(flags *pflag.FlagSet, name string, at *time.Duration, remedy string) {
	bound(flags, name, at, 0, math.MaxInt64, remedy)
	if f := flags.Lookup(name); *at == 0 {
		f.DefValue = "0" // which the help text leaves out, as it does not 0s of a value that it does not know
	}
}
