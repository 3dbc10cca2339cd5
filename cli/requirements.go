package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/openapi"
)

func newRequirementsCommand(all apis) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:       "requirements [API]",
		Short:     "Print the contract: every requirement and every open question",
		Example:   all.example("  understudy requirements\n  understudy requirements {api} --format json"),
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: all.names(),
		RunE: func(cmd *cobra.Command, args []string) error {
			apis, err := all.selected(args)
			if err != nil {
				return err
			}
			switch format {
			case "md":
				return openapi.Markdown(cmd.OutOrStdout(), apis...)
			case "json":
				return openapi.WriteJSON(cmd.OutOrStdout(), apis...)
			}
			return withCode(codeUsage, fmt.Errorf("--format %q: take md or json", format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "md", "md or json")
	return cmd
}
