package cli

import (
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestEveryFlagSaysWhatItTakes gives every flag of every command nothing, and something that is no number, time or truth. Nothing is what a
// script gives whose variable is not set: taken for no flag at all, --require "$NEEDED" would require nothing.
func TestEveryFlagSaysWhatItTakes(t *testing.T) {
	flags := 0
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, c := range cmd.Commands() {
			visit(c)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			flags++
			kind := f.Value.Type()
			for _, nothing := range []string{"", " "} {
				err := f.Value.Set(nothing)
				if err == nil {
					t.Errorf("%s --%s %q is accepted", cmd.CommandPath(), f.Name, nothing)
				} else if strings.HasPrefix(kind, "string") && !strings.HasPrefix(err.Error(), "it is empty; ") {
					t.Errorf("%s --%s %q: %v", cmd.CommandPath(), f.Name, nothing, err)
				}
			}
			if err := f.Value.Set("x,y"); err != nil && !strings.Contains(err.Error(), "take ") {
				t.Errorf("%s --%s x,y does not say what to take: %v", cmd.CommandPath(), f.Name, err)
			}
		})
	}
	visit(newRootCommand(tested()))
	if flags < 100 {
		t.Errorf("%d flags were looked at", flags)
	}
}
