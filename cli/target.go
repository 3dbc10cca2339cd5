package cli

import (
	"io"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/conformance"
)

func newTargetCommand(all apis) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "target",
		Short: "Write and describe target files",
	}
	cmd.AddCommand(newTargetInitCommand(all), newTargetSchemaCommand(all))
	return cmd
}

func newTargetInitCommand(all apis) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:     "init API",
		Short:   "Write a target file with a comment on every setting",
		Example: all.example("  understudy target init {api} -o mine.yaml"),
		Args:    all.one,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := writable(destination{"--output", out}); err != nil {
				return withCode(codeUsage, err)
			}
			return toOutput(cmd, out, func(w io.Writer) error {
				return withCode(codeUsage, conformance.WriteExample(w, args[0], all.catalogs()))
			})
		},
	}
	cmd.Flags().StringVarP(&out, "output", "o", "-", "file to write; - is standard output")
	return cmd
}

func newTargetSchemaCommand(all apis) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of target files",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := conformance.TargetSchemaOf(all.names()...)
			if err != nil {
				return err
			}
			_, err = cmd.OutOrStdout().Write(schema)
			return err
		},
	}
}

// toOutput writes to a file, or for - to the command's own output.
func toOutput(cmd *cobra.Command, path string, write func(io.Writer) error) error {
	if path == "-" {
		return write(cmd.OutOrStdout())
	}
	return writeFile(path, write)
}
