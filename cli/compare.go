package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/report"
)

type diffFlags struct {
	a, b   string
	seed   uint64
	format string
}

func newDiffCommand(all apis) *cobra.Command {
	var f diffFlags
	cmd := &cobra.Command{
		Use:   "diff API",
		Short: "Run the same checks on two targets and compare their answers",
		Long: `Diff sends the same seeded requests to two targets. Ids, dates and addresses that a target makes up
are bound to each other by the part that they play. Where both keep a requirement and still answer
differently, the documents are silent.

Exit codes: 0 neither violates, 1 one does, 2 usage or configuration, 3 nothing could be compared,
4 left something behind.`,
		Example: all.example("  understudy diff {api} --a mock.yaml --b vendor.yaml"),
		Args:    all.one,
		RunE:    func(cmd *cobra.Command, args []string) error { return diff(cmd, all, args[0], f) },
	}
	cmd.Flags().StringVar(&f.a, "a", "", "target file of the one")
	cmd.Flags().StringVar(&f.b, "b", "", "target file of the other")
	cmd.Flags().Uint64Var(&f.seed, "seed", 1, "seed of the data that is sent")
	cmd.Flags().StringVar(&f.format, "format", "text", "text or json")
	return cmd
}

func diff(cmd *cobra.Command, all apis, api string, f diffFlags) error {
	write, ok := map[string]func(*report.Comparison, io.Writer) error{
		"text": (*report.Comparison).Write, "json": (*report.Comparison).WriteJSON,
	}[f.format]
	if !ok {
		return withCode(codeUsage, fmt.Errorf("--format %q: take text or json", f.format))
	}
	c, err := compareFiles(cmd.Context(), all, api, f)
	if err != nil {
		return withCode(conformance.ExitCode(nil, err), err)
	}
	if err := write(c, cmd.OutOrStdout()); err != nil {
		return err
	}
	return exitWith(c.ExitCode())
}

func compareFiles(ctx context.Context, all apis, api string, f diffFlags) (*report.Comparison, error) {
	a, err := targetOf(all, api, "--a", f.a)
	if err != nil {
		return nil, err
	}
	b, err := targetOf(all, api, "--b", f.b)
	if err != nil {
		return nil, err
	}
	return conformance.Compare(ctx, a, b, all.catalogs(), conformance.Seed(f.seed))
}

func targetOf(all apis, api, flag, path string) (conformance.Target, error) {
	if path == "" {
		return conformance.Target{}, fmt.Errorf("%w: %s is missing; give a target file, see understudy target init", conformance.ErrConfig, flag)
	}
	t, err := conformance.LoadTarget(path, all.catalogs())
	if err == nil && t.API != "" && t.API != api {
		err = fmt.Errorf("%w: %s: api: found %q, want %s", conformance.ErrConfig, path, t.API, api)
	}
	t.API = api
	return t, err
}

func newDriftCommand(all apis) *cobra.Command {
	return &cobra.Command{
		Use:   "drift BEFORE NOW",
		Short: "Say what changed between two JSON reports, and whether document, suite or server did",
		Example: all.example(`  understudy verify {api} --target vendor.yaml --report json=today.json
  understudy drift last-week.json today.json`),
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			before, err := readReport(args[0])
			if err != nil {
				return err
			}
			now, err := readReport(args[1])
			if err != nil {
				return err
			}
			d, err := report.Between(before, now)
			if err != nil {
				return withCode(codeUsage, err)
			}
			if err := d.Write(cmd.OutOrStdout()); err != nil {
				return err
			}
			if len(d.Changes) > 0 {
				return exitWith(codeViolates)
			}
			return nil
		},
	}
}

func newVerifyReportCommand(all apis) *cobra.Command {
	var f struct {
		reports []string
		noColor bool
	}
	cmd := &cobra.Command{
		Use:   "verify-report FILE",
		Short: "Derive the verdicts of a JSON report again from its exchanges, offline",
		Long: `Verify-report runs every check on the exchanges that the report holds. Whoever distrusts a report can
so see whether its verdicts follow from what was sent and answered. Nothing is sent.

Exit codes are those of verify.`,
		Example: "  understudy verify-report report.json",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			files, err := parseReports(f.reports)
			if err != nil {
				return withCode(codeUsage, err)
			}
			recorded, err := readReport(args[0])
			if err != nil {
				return err
			}
			again, err := conformance.Replay(cmd.Context(), recorded, all.catalogs())
			if err != nil {
				return withCode(codeUsage, err)
			}
			if err := files.write(again); err != nil {
				return err
			}
			console := report.Console{Color: !f.noColor && isTerminal(cmd.OutOrStdout())}
			if err := console.Write(cmd.OutOrStdout(), again); err != nil {
				return err
			}
			return exitWith(again.ExitCode())
		},
	}
	cmd.Flags().StringArrayVar(&f.reports, "report", nil, "json=F, junit=F or html=F; repeatable")
	cmd.Flags().BoolVar(&f.noColor, "no-color", false, "no colours")
	return cmd
}

func readReport(path string) (*report.Report, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, withCode(codeUsage, err)
	}
	defer file.Close()
	r, err := report.ReadJSON(file)
	if err != nil {
		return nil, withCode(codeUsage, fmt.Errorf("%s: %w", path, err))
	}
	return r, nil
}
