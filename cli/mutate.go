package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"path"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/cli/trial"
	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
)

type mutateFlags struct {
	only     string
	sample   int
	seed     uint64
	parallel int
	patience time.Duration
	dialects bool
	json     string
	html     string
}

func newMutateCommand(all apis) *cobra.Command {
	var f mutateFlags
	cmd := &cobra.Command{
		Use:   "mutate API -- COMMAND [ARGUMENT ...]",
		Short: "Run your own tests against broken vendors, and see which ones they notice",
		Long: `Mutate runs your test command once against the honest mock, where it has to succeed, and then
once for every broken vendor, where it ought to fail. The command finds the vendor in its environment:

  UNDERSTUDY_URL          base URL of the API, such as http://127.0.0.1:40123/api/v2
  UNDERSTUDY_TOKEN        a token that opens a fresh world
  UNDERSTUDY_STATE_URL    where states are set up, in Pact's format
  UNDERSTUDY_CONTROL_URL  the control API

Tests that call mocktest.Start (Go), start() (JavaScript, Python) or have pytest's fixture need none of them:
UNDERSTUDY_MOCKTEST_URL lets them join the vendor.
After the honest run it says how long the others will take about.

With --dialects it runs your tests under every legal answer to what the documents leave open instead,
and reports which answers they depend on that no vendor promised.

It exits with 0 when every broken vendor was noticed (or every answer tolerated), 1 when not, 2 on
wrong usage or when the command cannot be run, and 3 when nothing could be measured: the tests fail on
the honest mock, no request of theirs reached the vendor, or the run was interrupted.`,
		Example: all.example(`  understudy mutate {api} -- go test ./...
  understudy mutate {api} --only '{api}/{group}/*' --html report.html -- npm test
  understudy mutate {api} --dialects -- go test ./billing`),
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.ArgsLenAtDash() != 1 || len(args) < 2 {
				return withCode(codeUsage, errors.New("give one API, then --, then the command, as in: "+all.example("understudy mutate {api} -- go test ./pkg")))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			api, err := all.lookup(args[0])
			if err != nil {
				return err
			}
			return f.run(cmd.Context(), api, args[1:], cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.only, "only", "", "pattern of mutant ids, or of the requirements that they break: "+all.example("'{api}/{group}/*'"))
	flags.IntVar(&f.sample, "sample", 0, "so many of them, drawn by --seed; 0 for all")
	flags.Uint64Var(&f.seed, "seed", 1, "seed of --sample")
	flags.IntVar(&f.parallel, "parallel", runtime.NumCPU(), "runs at the same time")
	flags.DurationVar(&f.patience, "timeout", 0, "for one run; by default ten times the honest run, and at least 20s")
	bound(flags, "sample", &f.sample, 0, math.MaxInt, "take 0 for all, or a number")
	bound(flags, "parallel", &f.parallel, 1, 1000, "take 1 to 1000")
	boundTime(flags, "timeout", &f.patience, "take 0s for the default, or a time such as 1m")
	flags.BoolVar(&f.dialects, "dialects", false, "vary the answers to the open questions instead of breaking requirements")
	flags.StringVar(&f.json, "json", "", "file for the result as JSON")
	flags.StringVar(&f.html, "html", "", "file for the result as one HTML page")
	return cmd
}

func (f *mutateFlags) run(ctx context.Context, api API, command []string, stdout, stderr io.Writer) error {
	if f.dialects && (f.only != "" || f.sample != 0) {
		return withCode(codeUsage, errors.New("--only and --sample choose broken vendors; leave them out with --dialects"))
	}
	vendors, err := f.vendors(api)
	if err != nil {
		return withCode(codeUsage, err)
	}
	shown := newTrialProgress(stderr, len(vendors), min(f.parallel, len(vendors)))
	defer shown.stop()
	t := trial.Trial{
		API: api.Mock, Command: command, Parallel: f.parallel, Patience: f.patience,
		Began: shown.begin, Progress: shown.count,
	}
	result, err := t.Run(ctx, vendors)
	shown.stop()
	switch {
	case errors.Is(err, trial.ErrHonest), errors.Is(err, trial.ErrUnmet):
		return withCode(codeUnmeasured, err)
	case ctx.Err() != nil:
		return withCode(codeUnmeasured, errors.New("interrupted before every vendor was tried; nothing is reported"))
	case err != nil:
		return withCode(codeUsage, err)
	}
	if err := f.write(t, result, stdout); err != nil {
		return err
	}
	return f.verdict(result)
}

func (f *mutateFlags) vendors(api API) ([]trial.Vendor, error) {
	if f.dialects {
		return trial.Dialects(api.contract()), nil
	}
	var chosen []*mutant.Mutant
	for _, m := range catalog.New(api.Mock).All() {
		if f.chooses(m) {
			chosen = append(chosen, m)
		}
	}
	if len(chosen) == 0 {
		remedy := near.Remedy(f.only, append(api.mutantIDs(), api.requirementIDs()...))
		if remedy == "" {
			remedy = "see understudy mutants " + api.contract().Name
		}
		return nil, fmt.Errorf("--only %q: no mutant of %s has such an id or breaks a requirement of such an id; %s", f.only, api.contract().Name, remedy)
	}
	if f.sample > 0 && f.sample < len(chosen) {
		draw := rand.New(rand.NewPCG(f.seed, 0)) //nolint:gosec // a sample, not a secret
		draw.Shuffle(len(chosen), func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
		chosen = chosen[:f.sample]
	}
	return trial.Broken(chosen), nil
}

func (f *mutateFlags) chooses(m *mutant.Mutant) bool {
	if f.only == "" {
		return true
	}
	byID, _ := path.Match(f.only, m.ID)
	byRequirement, _ := path.Match(f.only, m.Breaks.ID)
	return byID || byRequirement
}

func (f *mutateFlags) write(t trial.Trial, r trial.Result, stdout io.Writer) error {
	text := r.WriteText
	if f.dialects {
		text = r.WriteSweep
	}
	for _, report := range []struct {
		file  string
		write func(io.Writer) error
	}{
		{f.json, func(w io.Writer) error { return t.WriteJSON(w, r) }},
		{f.html, func(w io.Writer) error { return t.WriteHTML(w, r) }},
	} {
		if report.file == "" {
			continue
		}
		if err := writeFile(report.file, report.write); err != nil {
			return err
		}
	}
	return text(stdout)
}

func (f *mutateFlags) verdict(r trial.Result) error {
	noticed := r.Count().Noticed
	if f.dialects && noticed > 0 || !f.dialects && noticed < len(r.Findings) {
		return silent{codeViolates}
	}
	return nil
}
