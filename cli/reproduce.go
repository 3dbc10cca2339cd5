package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/conformance/report"
)

func newReproduceCommand(all apis) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "reproduce REPORT ID",
		Short: "Print a shell script that shows a failure again",
		Long: `Reproduce reads a JSON report and prints what a check sent as a script of plain sh and curl: the states
that it set up, its calls, and what it took back. The script prints each answer, and at the end what was
wanted and what the run got. It needs UNDERSTUDY_TOKEN, and takes the addresses from UNDERSTUDY_URL and
UNDERSTUDY_STATE_URL where those are set. Where the target delivered to the receiver of the run, the script says what that answered and
takes the address of another one from UNDERSTUDY_RECEIVER: a script cannot receive.`,
		Example: all.example(`  understudy verify {api} --target mine.yaml --report json=report.json
  understudy reproduce report.json {requirement} | sh`),
		Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writable(destination{"--output", out}); err != nil {
				return withCode(codeUsage, err)
			}
			r, err := readReport(args[0])
			if err != nil {
				return withCode(codeUsage, err)
			}
			script, err := r.Reproduce(args[1])
			if err != nil {
				return withCode(codeUsage, fmt.Errorf("%s: %w", args[0], err))
			}
			return toOutput(cmd, out, func(w io.Writer) error {
				_, err := io.WriteString(w, script)
				return err
			})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "-", "file to write; - is standard output")
	return cmd
}

// writeScripts writes a script for every failure into a directory, and removes what an earlier run wrote there for what passes now.
func writeScripts(dir string, r *report.Report) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return err
	}
	for i := range r.Results {
		result := &r.Results[i]
		file := filepath.Join(dir, strings.ReplaceAll(result.Requirement, "/", "-")+".sh")
		if len(result.Findings) > 0 {
			if err := writeScript(file, r, result.Requirement); err != nil {
				return err
			}
		} else if result.Outcome == report.Pass {
			if err := os.Remove(file); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}

func writeScript(file string, r *report.Report, requirement string) error {
	script, err := r.Reproduce(requirement)
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(script), 0o600)
}
