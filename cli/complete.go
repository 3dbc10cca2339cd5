package cli

import (
	"strings"

	"github.com/spf13/cobra"
)

// completion is what a shell may offer for an argument or a flag.
type completion = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective)

// complete teaches every command what its arguments and flags may be. What it does not know stays a file name.
func (all apis) complete(root *cobra.Command) {
	for _, cmd := range root.Commands() {
		all.complete(cmd)
	}
	if takesAPI(root) && root.ValidArgsFunction == nil {
		root.ValidArgsFunction = func(_ *cobra.Command, given []string, start string) ([]string, cobra.ShellCompDirective) {
			if len(given) > 0 {
				return nil, cobra.ShellCompDirectiveDefault // a command of the user's, or a file
			}
			return starting(start, all.names()), cobra.ShellCompDirectiveNoFileComp
		}
	}
	for flag, offer := range all.offers() {
		if root.Flags().Lookup(flag) == nil {
			continue
		}
		if _, known := root.GetFlagCompletionFunc(flag); !known {
			_ = root.RegisterFlagCompletionFunc(flag, offer) // the flag is there, and has none
		}
	}
	if format := root.Flags().Lookup("format"); format != nil {
		_ = root.RegisterFlagCompletionFunc("format", words(enumerated(format.Usage)...))
	}
}

func takesAPI(cmd *cobra.Command) bool {
	_, arguments, _ := strings.Cut(cmd.Use, " ")
	return strings.HasPrefix(strings.TrimPrefix(arguments, "["), "API")
}

// offers are by flag. One that names ids offers those of the API that the command is given, or of all of them.
func (all apis) offers() map[string]completion {
	return map[string]completion{
		"api":         words(all.names()...),
		"tokens":      words("open", "declared"),
		"log-format":  words("auto", "text", "json"),
		"log-level":   words("debug", "info", "warn", "error"),
		"mode":        words("read-only", "owned", "disposable"),
		"mutant":      all.ids(API.mutantIDs),
		"only":        all.ids(func(a API) []string { return append(a.mutantIDs(), a.requirementIDs()...) }),
		"run":         all.ids(API.requirementIDs),
		"require":     all.ids(API.requirementIDs),
		"requirement": all.ids(API.requirementIDs),
	}
}

func words(offered ...string) completion {
	return func(_ *cobra.Command, _ []string, start string) ([]string, cobra.ShellCompDirective) {
		return starting(start, offered), cobra.ShellCompDirectiveNoFileComp
	}
}

func starting(start string, offered []string) (left []string) {
	for _, word := range offered {
		if strings.HasPrefix(word, start) {
			left = append(left, word)
		}
	}
	return left
}

// enumerated are the words of a usage such as "json, yaml or csv".
func enumerated(usage string) []string {
	return strings.FieldsFunc(strings.ReplaceAll(usage, " or ", ","), func(r rune) bool { return r == ',' || r == ' ' })
}

func (all apis) ids(of func(API) []string) completion {
	return func(_ *cobra.Command, given []string, start string) ([]string, cobra.ShellCompDirective) {
		var offered []string
		for _, api := range all {
			if len(given) == 0 || api.contract().Name == given[0] {
				offered = append(offered, of(api)...)
			}
		}
		return starting(start, offered), cobra.ShellCompDirectiveNoFileComp
	}
}

func (a API) mutantIDs() (ids []string) {
	if a.Mock.Mutants == nil {
		return nil
	}
	for _, m := range a.Mock.Mutants() {
		ids = append(ids, m.ID)
	}
	return ids
}

func (a API) requirementIDs() (ids []string) {
	for _, r := range a.contract().Requirements {
		ids = append(ids, r.ID)
	}
	return ids
}
