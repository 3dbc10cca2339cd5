package conformance

import (
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/suite"
)

// builtIn lists the APIs that a run knows unless [Catalogs] says otherwise. Nothing else in this package names an API.
func builtIn() []*suite.Catalog { return []*suite.Catalog{makecom.Catalog(), crmcom.Catalog()} }

// APIs names them.
func APIs() []string { return namesOf(builtIn()) }

// Catalogs has a run choose among these APIs: somebody's own, for instance.
//
//	conformance.Test(t, conformance.Target{API: "printshop", URL: url}, conformance.Catalogs(printshop.Catalog()))
func Catalogs(all ...*suite.Catalog) Option { return func(o *options) { o.catalogs = all } }

func namesOf(catalogs []*suite.Catalog) []string {
	var names []string
	for _, c := range catalogs {
		names = append(names, c.API.Name)
	}
	return names
}

// catalog finds the API of a target.
func (o options) catalog(name string) (*suite.Catalog, error) {
	i := slices.IndexFunc(o.catalogs, func(c *suite.Catalog) bool { return c.API.Name == name })
	if i < 0 {
		return nil, configError("api %q is unknown; take one of %s", name, strings.Join(namesOf(o.catalogs), ", "))
	}
	return o.catalogs[i], nil
}
