package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
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

// fill lets the flag of that name, and its variable, refuse nothing.
func fill(flags *pflag.FlagSet, name, remedy string) {
	f := flags.Lookup(name)
	f.Value = filled{f.Value, remedy}
	hideEmptyList(f)
}

func hideEmptyList(f *pflag.Flag) {
	if f.DefValue == "[]" {
		f.DefValue = "" // which the help text leaves out, as it does [] of a value that it knows
	}
}

// given is filled for a flag whose variable may be empty: there nothing is the usual way to say that it is not set.
type given struct{ filled }

// worded is the value of a flag whose parser speaks of itself when it refuses.
type worded struct {
	pflag.Value

	remedy string
}

// Set implements pflag.Value.
func (w worded) Set(text string) error {
	err := w.Value.Set(text)
	if isParsers(err) {
		return errors.New(w.remedy)
	}
	return err
}

// isParsers reports whether an error is in the words of Go's parsers.
func isParsers(err error) bool {
	return err != nil && (errors.As(err, new(*strconv.NumError)) || strings.HasPrefix(err.Error(), "time: "))
}

// guardFlags has every flag of every command refuse nothing for a text, and say in words what it takes where it takes a number, a time
// or a truth.
func guardFlags(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		guardFlags(c)
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if _, done := f.Value.(filled); done {
			return
		}
		switch f.Value.Type() {
		case "string", "stringSlice", "stringArray":
			f.Value = given{filled{f.Value, "give it a value, or leave it out"}}
			hideEmptyList(f)
		case "int", "int64":
			f.Value = worded{f.Value, "take a whole number"}
		case "uint64":
			f.Value = worded{f.Value, "take a whole number from 0 to 18446744073709551615"}
		case "bool":
			f.Value = worded{f.Value, "take true or false"}
		case "float64":
			f.Value = worded{f.Value, "take a number"}
		case "duration":
			f.Value = worded{f.Value, "take a time such as 1.5s or 10m"}
			if f.DefValue == "0s" {
				f.DefValue = "0" // as boundTime does
			}
		}
	})
}
