package cli

import (
	"errors"
	"strings"

	"github.com/spf13/pflag"
)

// filled is the value of a flag for which nothing would be taken for not being given, such as by --data "$DIR" in a script where DIR is
// not set.
type filled struct {
	pflag.Value

	remedy string
}

// Set implements pflag.Value.
func (f filled) Set(text string) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty; " + f.remedy)
	}
	return f.Value.Set(text)
}

// fill lets the flag of that name refuse nothing.
func fill(flags *pflag.FlagSet, name, remedy string) {
	f := flags.Lookup(name)
	f.Value = filled{f.Value, remedy}
	if f.DefValue == "[]" {
		f.DefValue = "" // which the help text leaves out, as it does [] of a value that it knows
	}
}
