package cli

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func TestSenselessNumbersAreRefused(t *testing.T) {
	verify := []string{"verify", "makecom", "--url", "http://127.0.0.1:1/api/v2", "--token", "demo"}
	mutate := func(flags ...string) []string {
		return slices.Concat([]string{"mutate", "makecom"}, flags, []string{"--", "true"})
	}
	for _, test := range []struct {
		args   []string
		flag   string
		value  string
		remedy string
	}{
		{[]string{"serve"}, "rate-limit", "-3", "take 0 for any number, or the calls per minute"},
		{[]string{"serve"}, "max-worlds", "-1", "take 1 to 1073741824"},
		{[]string{"serve"}, "max-worlds", "0", "take 1 to 1073741824"},
		{[]string{"serve"}, "max-worlds", "9000000000000000000", "take 1 to 1073741824"},
		{[]string{"serve"}, "max-body", "0", "take 1 to 1073741824 bytes"},
		{[]string{"serve"}, "max-body", "9223372036854775807", "take 1 to 1073741824 bytes"},
		{[]string{"serve"}, "journal-entries", "-5", "take 1 or more"},
		{[]string{"serve"}, "journal-bytes", "0", "take 1 or more"},
		{[]string{"serve"}, "drain", "-1s", "take 0s to cut them off at once, or a time such as 1.5s"},
		{[]string{"serve"}, "drain", "5", "take 0s to cut them off at once, or a time such as 1.5s"},
		{verify, "rate", "-1", "take 0 for no bound, or the requests per second"},
		{verify, "rate", "NaN", "take 0 for no bound, or the requests per second"},
		{verify, "rate", "+Inf", "take 0 for no bound, or the requests per second"},
		{verify, "max-requests", "-1", "take 0 for no bound, or a number"},
		{verify, "workers", "1000000000", "take 0 for the default, or 1 to 1000"},
		{verify, "timeout", "-1s", "take 0s for the default, or a time such as 10s"},
		{verify, "patience", "-1s", "take 0s for not at all, or a time such as 5s"},
		{verify, "rounds", "-1", "take 0 for the defaults, or a number"},
		{verify, "seed", "-1", "take a whole number from 0 to 18446744073709551615"},
		{[]string{"fixtures", "makecom.hook"}, "share-rejected", "1.5", "take a number from 0 to 1"},
		{[]string{"fixtures", "makecom.hook"}, "count", "-1", "take a whole number, 0 or more"},
		{[]string{"fixtures", "makecom.hook"}, "count", "many", "take a whole number, 0 or more"},
		{[]string{"fixtures", "makecom.hook"}, "seed", "1.5", "take a whole number, 0 or more"},
		{mutate(), "sample", "-1", "take 0 for all, or a number"},
		{mutate(), "parallel", "0", "take 1 to 1000"},
		{mutate(), "timeout", "-1s", "take 0s for the default, or a time such as 1m"},
	} {
		t.Run(test.args[0]+" --"+test.flag+" "+test.value, func(t *testing.T) {
			var out, complaint bytes.Buffer
			args := slices.Insert(slices.Clone(test.args), 1, "--"+test.flag+"="+test.value)
			if code := tested().run(t.Context(), args, &out, &complaint); code != codeUsage {
				t.Errorf("exit code %d, want %d", code, codeUsage)
			}
			for _, word := range []string{`"` + test.value + `"`, "--" + test.flag, test.remedy} {
				if !strings.Contains(complaint.String(), word) {
					t.Errorf("%q does not say %s", complaint.String(), word)
				}
			}
			if out.Len() > 0 || strings.Count(complaint.String(), "\n") != 1 {
				t.Errorf("printed %q, complained %q", out.String(), complaint.String())
			}
		})
	}
}

// What a variable sets is held to the same bounds.
func TestSenselessVariableIsRefused(t *testing.T) {
	t.Setenv("UNDERSTUDY_MAX_BODY", "0")
	var out, complaint bytes.Buffer
	if code := tested().run(t.Context(), []string{"serve"}, &out, &complaint); code != codeUsage {
		t.Errorf("exit code %d", code)
	}
	if want := `UNDERSTUDY_MAX_BODY="0"`; !strings.Contains(complaint.String(), want) || !strings.Contains(complaint.String(), "take 1 to") {
		t.Errorf("%q does not say %s", complaint.String(), want)
	}
}

// A flag that is added without a bound is found here.
func TestEveryNumberHasABound(t *testing.T) {
	seen := 0
	for _, command := range commandsBelow(newRootCommand(tested())) {
		command.Flags().VisitAll(func(f *pflag.Flag) {
			value, numeric := map[string]string{"int": "-1", "int64": "-1", "float64": "-1", "duration": "-1s"}[f.Value.Type()]
			if !numeric || f.Name == "seed" {
				return
			}
			seen++
			if err := f.Value.Set(value); err == nil {
				t.Errorf("%s --%s takes %s", command.CommandPath(), f.Name, value)
			}
			if err := f.Value.Set(f.DefValue); err != nil {
				t.Errorf("%s --%s does not take its default %s: %v", command.CommandPath(), f.Name, f.DefValue, err)
			}
		})
	}
	if seen < 12 {
		t.Errorf("only %d flags were seen", seen)
	}
}

func commandsBelow(c *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{c}
	for _, below := range c.Commands() {
		all = append(all, commandsBelow(below)...)
	}
	return all
}
