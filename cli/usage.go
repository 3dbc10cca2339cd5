package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/internal/near"
)

// sayUsage has every command say how it is called when its arguments are wrong. A command of commands refuses one that it does not have.
func sayUsage(cmd *cobra.Command) {
	for _, c := range cmd.Commands() {
		sayUsage(c)
	}
	switch check := cmd.Args; {
	case cmd.HasSubCommands() && cmd.HasParent():
		cmd.Args, cmd.RunE = noSuchCommand, func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	case check != nil:
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			err := check(cmd, args)
			if err == nil || !isUsage(err) {
				return err
			}
			return withCode(codeUsage, fmt.Errorf("%w; it is called as %s", err, cmd.UseLine()))
		}
	}
}

func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	return withCode(codeUsage, fmt.Errorf("unknown command %q for %q; %s", args[0], cmd.CommandPath(), near.Remedy(args[0], subcommands(cmd))))
}

// together is the remedy for a flag and its value that came as one argument, as where a line stands for each; "" for any other error.
func together(err error) string {
	flag, value, found := strings.Cut(strings.TrimPrefix(err.Error(), "unknown flag: "), " ")
	if !found || !strings.HasPrefix(flag, "--") {
		return ""
	}
	return fmt.Sprintf("flag and value came as one argument: give each its own, one a line, or write %s=%s; ", flag, strings.TrimSpace(value))
}

// subcommands are the names of the commands of a command that somebody may call.
func subcommands(cmd *cobra.Command) (names []string) {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			names = append(names, c.Name())
		}
	}
	return names
}
