package cli

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant/catalog"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// API is one API for the command line, which itself knows none: the mock's value and the suite's, and words for the help texts.
type API struct {
	Mock  *mockapi.API
	Suite *suite.Catalog
	// Title is the vendor's name for people; "" for the contract's title.
	Title string
	// Addresses are where serve plays more of the API than its base URL.
	Addresses []Address
	// Call is an example request: what stands behind curl, with {url} for the base URL; "" for a list of operations at the base.
	Call string
	// VerifyFlags are what a run of verify on the mock needs beside the token, such as a login, with a leading blank.
	VerifyFlags string
	// Mutant is the id of a broken vendor; "" for the first.
	Mutant string
}

// Address is one of the places where serve plays an API.
type Address struct {
	Name  string // the member of the line that serve prints
	Title string // for people
	Path  string
}

func (a API) contract() *contract.API { return a.Mock.Contract }

func (a API) addresses() []Address {
	title := cmp.Or(a.Title, a.contract().Title)
	return append([]Address{{a.contract().Name, title, a.contract().BasePath}}, a.Addresses...)
}

// apis are those that the command line was given, in their order.
type apis []API

func (all apis) contracts() []*contract.API {
	contracts := make([]*contract.API, len(all))
	for i, api := range all {
		contracts[i] = api.contract()
	}
	return contracts
}

// mocks are the mock's sides of them.
func (all apis) mocks() []*mockapi.API {
	mocks := make([]*mockapi.API, len(all))
	for i, api := range all {
		mock := *api.Mock
		mock.Check = api.check
		mocks[i] = &mock
	}
	return mocks
}

// check says how a requirement is checked, with a command that does so on the mock itself.
func (a API) check(r *contract.Requirement) mockapi.Check {
	i := slices.IndexFunc(a.Suite.Checks, func(c suite.Check) bool { return c.Requirement == r })
	if i < 0 {
		return mockapi.Check{Untestable: "the suite has no check for it"}
	}
	if reason := a.Suite.Checks[i].Untestable; reason != "" {
		return mockapi.Check{Untestable: reason}
	}
	return mockapi.Check{Command: "understudy verify " + a.contract().Name + " --run '^" + r.ID + "$' --url {base} --token check" + a.VerifyFlags +
		" --state-url {states}{credential}"}
}

// catalogs has a run of the suite choose among them.
func (all apis) catalogs() conformance.Option {
	catalogs := make([]*suite.Catalog, len(all))
	for i, api := range all {
		catalogs[i] = api.Suite
	}
	return conformance.Catalogs(catalogs...)
}

// mutants are the broken vendors of all of them.
func (all apis) mutants() *catalog.Catalog { return catalog.New(all.mocks()...) }

func (all apis) names() []string {
	names := make([]string, len(all))
	for i, api := range all {
		names[i] = api.contract().Name
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
	return []*contract.API{api.contract()}, nil
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
		list = append(list, api.addresses()...)
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
		titles[i] = fmt.Sprintf("%s (%s)", api.contract().Title, api.contract().Name)
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
// token, {group} of requirements, {requirement}, {mutant} and {call}.
func (a API) example(template string) string {
	base := exampleServer + a.contract().BasePath
	return strings.NewReplacer(
		"{api}", a.contract().Name,
		"{url}", base,
		"{login}", a.VerifyFlags,
		"{requirement}", a.contract().Requirements[0].ID,
		"{group}", a.contract().Requirements[0].Group(),
		"{mutant}", a.exampleMutant(),
		"{call}", strings.ReplaceAll(cmp.Or(a.Call, "-H 'Authorization: Bearer demo' {url}"), "{url}", base),
	).Replace(template)
}

func (a API) exampleMutant() string {
	if a.Mutant == "" && a.Mock.Mutants != nil {
		return a.Mock.Mutants()[0].ID
	}
	return a.Mutant
}
