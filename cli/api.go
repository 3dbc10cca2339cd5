package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/openapi/contract"
)

// API is what the command line says of one API and takes for it. The command line itself knows none.
type API struct {
	Contract *contract.API
	// Addresses are where serve plays the API. The first one is its base URL.
	Addresses []Address
	// Call is an example request for the help texts: what stands behind curl, with {url} for the base URL.
	Call string
	// VerifyFlags are what the help texts add to a run of verify on the mock, such as a login, with a leading blank.
	VerifyFlags string
	// Mutant is the id of a broken vendor, for the help texts.
	Mutant string
}

// Address is one of the places where serve plays an API.
type Address struct {
	Name  string // the member of the line that serve prints
	Title string // for people
	Path  string
}

// apis are those that the command line was given, in their order.
type apis []API

func (all apis) contracts() []*contract.API {
	contracts := make([]*contract.API, len(all))
	for i, api := range all {
		contracts[i] = api.Contract
	}
	return contracts
}

func (all apis) names() []string {
	names := make([]string, len(all))
	for i, api := range all {
		names[i] = api.Contract.Name
	}
	return names
}

// lookup finds an API by its name. The error lists the names there are.
func (all apis) lookup(name string) (API, error) {
	i := slices.Index(all.names(), name)
	if i < 0 {
		return API{}, withCode(codeUsage, fmt.Errorf("unknown API %q, take one of %s", name, strings.Join(all.names(), ", ")))
	}
	return all[i], nil
}

// selected are the API that is named, or all of them.
func (all apis) selected(args []string) ([]*contract.API, error) {
	if len(args) == 0 {
		return all.contracts(), nil
	}
	api, err := all.lookup(args[0])
	if err != nil {
		return nil, err
	}
	return []*contract.API{api.Contract}, nil
}

// one wants the name of one API for the only argument.
func (all apis) one(_ *cobra.Command, args []string) error {
	if len(args) != 1 {
		return withCode(codeUsage, fmt.Errorf("name one API: %s", strings.Join(all.names(), " or ")))
	}
	_, err := all.lookup(args[0])
	return err
}

// addresses are where serve plays all of them.
func (all apis) addresses() []Address {
	var list []Address
	for _, api := range all {
		list = append(list, api.Addresses...)
	}
	return list
}

// places says it for people, one a line.
func (all apis) places() string {
	text := ""
	for _, at := range all.addresses() {
		text += fmt.Sprintf("  %-20s %s\n", at.Path, at.Title)
	}
	return text
}

// titles names them for people: A and B.
func (all apis) titles() string {
	titles := make([]string, len(all))
	for i, api := range all {
		titles[i] = fmt.Sprintf("%s (%s)", api.Contract.Title, api.Contract.Name)
	}
	return strings.Join(titles, " and ")
}

// examples are the lines that a template makes, one for each API.
func (all apis) examples(template string) string {
	lines := make([]string, len(all))
	for i, api := range all {
		lines[i] = api.example(template)
	}
	return strings.Join(lines, "\n")
}

// example is what a template makes of the first API.
func (all apis) example(template string) string { return all[0].example(template) }

const exampleServer = "http://127.0.0.1:8654"

// example fills in a line of a help text: {api}, {url} on the mock, {login} with the flag that verify needs beside the
// token, {group} of requirements, {mutant} and {call}.
func (a API) example(template string) string {
	base := exampleServer + a.Addresses[0].Path
	return strings.NewReplacer(
		"{api}", a.Contract.Name,
		"{url}", base,
		"{login}", a.VerifyFlags,
		"{group}", a.Contract.Requirements[0].Group(),
		"{mutant}", a.Mutant,
		"{call}", strings.ReplaceAll(a.Call, "{url}", base),
	).Replace(template)
}
