package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/openapi/contract"
)

func newMutantsCommand(all apis) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "mutants [API]",
		Short: "Print the broken vendors, and the requirement that each breaks",
		Long: `A mutant is the mock with exactly one documented sentence broken. serve --mutant plays one for
every world, PUT /_understudy/v1/worlds/{world}/mutants for a single one.`,
		Example:   all.example("  understudy mutants {api}\n  understudy serve --mutant {mutant}"),
		Args:      cobra.MaximumNArgs(1),
		ValidArgs: all.names(),
		RunE: func(cmd *cobra.Command, args []string) error {
			chosen, err := all.selected(args)
			if err != nil {
				return err
			}
			switch format {
			case "text":
				return writeMutants(cmd.OutOrStdout(), all.mutantsOf(chosen))
			case "json":
				return writeMutantsJSON(cmd.OutOrStdout(), all.mutantsOf(chosen))
			}
			return withCode(codeUsage, fmt.Errorf("--format %q: take text or json", format))
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func (all apis) mutantsOf(apis []*contract.API) []*mutant.Mutant {
	return slices.DeleteFunc(all.mutants().All(), func(m *mutant.Mutant) bool {
		return !slices.ContainsFunc(apis, func(a *contract.API) bool { return a.Name == m.API() })
	})
}

// writeMutants prints the mutants below the requirement that they break.
func writeMutants(w io.Writer, mutants []*mutant.Mutant) error {
	var last *contract.Requirement
	for _, m := range mutants {
		if m.Breaks != last {
			last = m.Breaks
			if _, err := fmt.Fprintf(w, "%s\n  %s\n", last.ID, last.Text); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(w, "    %s\n        %s%s\n", m.ID, m.Text, needs(m)); err != nil {
			return err
		}
	}
	return nil
}

// needs says what it takes beyond a check to notice a mutant.
func needs(m *mutant.Mutant) string {
	if m.Needs == mutant.Checks {
		return ""
	}
	return fmt.Sprintf(" (needs %s)", m.Needs)
}

type mutantJSON struct {
	ID         string       `json:"id"`
	Breaks     string       `json:"breaks"`
	Text       string       `json:"text"`
	Needs      mutant.Needs `json:"needs,omitempty"`
	ServerWide bool         `json:"serverWide,omitempty"` // no single world can play it
}

func writeMutantsJSON(w io.Writer, mutants []*mutant.Mutant) error {
	list := []mutantJSON{}
	for _, m := range mutants {
		list = append(list, mutantJSON{ID: m.ID, Breaks: m.Breaks.ID, Text: m.Text, Needs: m.Needs, ServerWide: m.ServerWide})
	}
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(map[string][]mutantJSON{"mutants": list})
}
