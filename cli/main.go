// Package cli is the command line: it plays documented webhook APIs, and finds out whether somebody else plays them right.
//
// It knows no API. [Main] is given those that it is for, so that a program for somebody's own API is as short as
// cmd/understudy.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/understudy-mock/understudy/internal/buildinfo"
	_ "github.com/understudy-mock/understudy/internal/gogc" // for every subcommand
	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/internal/shown"
)

// The rules of this command line, kept by every subcommand:
//
//   - standard output carries what was asked for, standard error everything else;
//   - a flag wins over its variable: --state-url over UNDERSTUDY_STATE_URL;
//   - an error names what was wrong and what to do, on one line where it can;
//   - exit codes are those of exit.go and never carry a count;
//   - Ctrl-C ends what is under way and takes back what was set up; a second one ends at once.

// Main is the whole program for the APIs given, at least one. It ends the process.
func Main(apis ...API) { os.Exit(program(apis)) }

// program runs until it is done or told to stop.
func program(all apis) int {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	launcher := launcherGone()
	go func() {
		defer cancel()
		select {
		case s := <-signals:
			signal.Stop(signals) // the next one is not caught
			if s == os.Interrupt {
				fmt.Fprintln(os.Stderr, "understudy: stopping; interrupt again to end at once")
			}
		case <-launcher:
		}
	}()
	return all.run(ctx, os.Args[1:], os.Stdout, os.Stderr)
}

// run is the whole program, for Main and for the tests.
func (all apis) run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRootCommand(all)
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
	if err != nil && !errors.As(err, new(silent)) {
		fmt.Fprintf(stderr, "understudy: %s\n", shown.Text(err.Error()))
	}
	return codeOf(err)
}

func newRootCommand(all apis) *cobra.Command {
	root := &cobra.Command{
		Use:   "understudy",
		Short: "A stand-in for documented webhook APIs, and the proof that it keeps to the documents",
		Long: `Understudy plays documented APIs, state, refusals and transient states included:
` + all.titles() + `.
It also checks whether a vendor, the mock or any other implementation keeps to what is documented.

Every flag can be given as a variable too: --state-url as UNDERSTUDY_STATE_URL. The flag wins.`,
		Example:           "  understudy serve\n" + all.example(verifyExample),
		Version:           buildinfo.Read().String(),
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: fromEnvironment,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return withCode(codeUsage, fmt.Errorf("%w; %ssee %s --help", err, together(err), cmd.CommandPath()))
	})
	root.SetVersionTemplate("{{.Version}}\n")
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetHelpCommand(newHelpCommand())
	root.AddCommand(
		newServeCommand(all),
		newFixturesCommand(all),
		newVerifyCommand(all),
		newReproduceCommand(all),
		newLearnCommand(all),
		newTargetCommand(all),
		newDiffCommand(all),
		newDriftCommand(all),
		newVerifyReportCommand(all),
		newRequirementsCommand(all),
		newMutantsCommand(all),
		newMutateCommand(all),
		newMCPCommand(all),
		newHealthCommand(),
		newDataCommand(all),
		newVersionCommand(),
	)
	root.InitDefaultCompletionCmd()
	all.complete(root)
	sayUsage(root)
	guardFlags(root)
	return root
}

// newHelpCommand is cobra's own, but that it refuses a topic that there is not.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(cmd *cobra.Command, topic []string) error {
			found, rest, err := cmd.Root().Find(topic)
			if err != nil || found == nil || len(rest) > 0 {
				return withCode(codeUsage, unknownTopic(cmd.Root(), topic))
			}
			found.InitDefaultHelpFlag()
			return found.Help()
		},
	}
}

func unknownTopic(root *cobra.Command, topic []string) error {
	text := fmt.Sprintf("there is no help on %q", strings.Join(topic, " "))
	if remedy := near.Remedy(topic[0], subcommands(root)); remedy != "" {
		text += "; " + remedy
	}
	return errors.New(text)
}

// fromEnvironment sets the flags that were not given from their variables.
func fromEnvironment(cmd *cobra.Command, _ []string) error {
	var wrong error
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		name := "UNDERSTUDY_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, set := os.LookupEnv(name)
		if _, text := f.Value.(given); text && value == "" {
			return
		}
		if f.Changed || !set || f.Name == "help" || f.Name == "version" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			wrong = errors.Join(wrong, withCode(codeUsage, fmt.Errorf("%s=%q: %w", name, value, err)))
		}
	})
	return wrong
}
