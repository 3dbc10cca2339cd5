package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/openapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func newRequirementsCommand() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "requirements [API]",
		Short: "Print the contract: every requirement and every open question",
		Example: `  understudy requirements
  understudy requirements makecom --format json`,
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: []string{"makecom", "crmcom"},
		RunE: func(cmd *cobra.Command, args []string) error {
			apis, err := selected(args)
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

// selected is the API that is named, or all of them.
func selected(args []string) ([]*contract.API, error) {
	if len(args) == 0 {
		return openapi.APIs(), nil
	}
	api, err := openapi.Lookup(args[0])
	if err != nil {
		return nil, withCode(codeUsage, err)
	}
	return []*contract.API{api}, nil
}
