package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/conformance"
)

// mostTimes is how often one question may be asked: what answers otherwise once in a thousand times is no dialect.
const mostTimes = 1000

type learnFlags struct {
	targetFlags
	out   string
	times int
}

func newLearnCommand(all apis) *cobra.Command {
	var f learnFlags
	cmd := &cobra.Command{
		Use:   "learn API",
		Short: "Observe how a target answers what the documents leave open",
		Long: `Learn asks a target the open questions and writes its answers as a dialect file, each with the
exchange that showed it. The mock started with that file gives the same answers. A question is asked
--times over, each time on something fresh; one that is answered now so, now otherwise is left to its
default, and the file says which answers came.

Exit codes: 0 at least one answer was observed, 2 usage or configuration, 3 none was, 4 left something
behind.`,
		Example: all.example(`  understudy learn {api} --target vendor.yaml --mode owned -o dialect.yaml
  understudy serve --dialect dialect.yaml`),
		Args: all.one,
		RunE: func(cmd *cobra.Command, args []string) error { return learn(cmd, all, args[0], &f) },
	}
	f.register(cmd.Flags())
	cmd.Flags().IntVar(&f.times, "times", 3, "how often each question is asked")
	bound(cmd.Flags(), "times", &f.times, 1, mostTimes, fmt.Sprint("take 1 to ", mostTimes))
	cmd.Flags().StringVarP(&f.out, "output", "o", "-", "dialect file to write; - is standard output")
	return cmd
}

func learn(cmd *cobra.Command, all apis, api string, f *learnFlags) error {
	opts, err := f.options()
	if err != nil {
		return withCode(codeUsage, err)
	}
	if err := writable(destination{"--output", f.out}); err != nil {
		return withCode(codeUsage, err)
	}
	r, err := f.run(cmd, all, api, append(opts, conformance.OnlyQuestions(), conformance.Times(f.times)))
	if err != nil {
		return err
	}
	if err := toOutput(cmd, f.out, func(w io.Writer) error { return conformance.WriteDialect(w, r) }); err != nil {
		return err
	}
	observed := 0
	for i := range r.Questions {
		if r.Questions[i].Answer != "" {
			observed++
		}
	}
	fmt.Fprintf(cmd.ErrOrStderr(), "understudy: %d of %d questions answered, with %d requests\n", observed, len(r.Questions), r.Requests)
	for _, what := range r.Left {
		fmt.Fprintf(cmd.ErrOrStderr(), "understudy: left behind: %s\n", what)
	}
	switch {
	case len(r.Left) > 0:
		return exitWith(codeLeftover)
	case observed == 0:
		return exitWith(codeUnmeasured)
	}
	return nil
}
