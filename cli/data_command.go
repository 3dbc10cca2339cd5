package cli

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/internal/near"
	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/store"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/mockserver/worldfile"
)

func newDataCommand(all apis) *cobra.Command {
	return &cobra.Command{
		Use:   "data DIR (list | export WORLD | compact | check)",
		Short: "Look after a directory of serve --data",
		Long: `Data looks after the directory in which serve --data keeps its worlds. No server may run on it.

  list          the worlds, and what each takes
  export WORLD  a world file, on standard output
  compact       write the file anew, without the space that nothing needs any longer
  check         read everything: exit 0 when all of it is whole, 1 when something is damaged`,
		Example: `  understudy data ./worlds list
  understudy data ./worlds export demo > demo.json
  understudy data ./worlds check`,
		Args: cobra.RangeArgs(2, 3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return runData(cmd.OutOrStdout(), all.mocks(), args[0], args[1], args[2:])
		},
	}
}

func runData(w io.Writer, apis []*mockapi.API, dir, verb string, rest []string) error {
	if wanted := map[string]int{"export": 1}[verb]; len(rest) != wanted {
		return withCode(codeUsage, fmt.Errorf("data: %s takes %d more words, not %d", verb, wanted, len(rest)))
	}
	if dir == "" {
		return withCode(codeUsage, errors.New("data: the name of the directory is empty; give one that serve --data has used"))
	}
	switch verb {
	case "list":
		return withData(dir, func(s *store.Store) error { return listData(w, s) })
	case "export":
		return withData(dir, func(s *store.Store) error { return exportData(w, s, apis, rest[0]) })
	case "check":
		return withData(dir, func(s *store.Store) error { return checkData(w, s, apis) })
	case "compact":
		before, after, err := store.Compact(dir)
		if err == nil {
			_, err = fmt.Fprintf(w, "%d bytes before, %d after\n", before, after)
		}
		return err
	}
	return withCode(codeUsage, fmt.Errorf("data: unknown word %q; %s", verb, near.Remedy(verb, []string{"list", "export", "compact", "check"})))
}

// withData lets do look at a directory, of which nothing is changed.
func withData(dir string, do func(*store.Store) error) error {
	s, err := store.Open(dir, store.Options{ReadOnly: true})
	if err != nil {
		return err
	}
	return errors.Join(do(s), s.Close())
}

func listData(w io.Writer, s *store.Store) error {
	list, err := s.Describe()
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "WORLD\tCHANGES\tRECORDS\tBYTES\tSNAPSHOT")
	for _, d := range list {
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", d.Head.Name, d.Last, d.Records, d.Bytes, d.SnapshotBytes)
	}
	return table.Flush()
}

func exportData(w io.Writer, s *store.Store, apis []*mockapi.API, name string) error {
	worlds, damage := mockserver.ReadWorlds(s, apis...)
	if worlds == nil {
		return damage
	}
	found, err := worlds.Lookup(name)
	if err != nil {
		var names []string
		for _, w := range worlds.Worlds() {
			names = append(names, w.Name)
		}
		return errors.Join(fmt.Errorf("%w; %s", err, near.Remedy(name, names)), damage)
	}
	return writeWorld(w, worlds, found, apis)
}

func writeWorld(w io.Writer, worlds *world.Registry, found *world.World, apis []*mockapi.API) error {
	return worldfile.Write(w, worlds.Export(found), apis...)
}

func checkData(w io.Writer, s *store.Store, apis []*mockapi.API) error {
	err := s.Check()
	worlds, damage := mockserver.ReadWorlds(s, apis...)
	if err = errors.Join(err, damage); err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%d worlds, all of them whole\n", len(worlds.Worlds()))
	return err
}
