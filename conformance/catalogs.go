package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/conformance/crmcom"
	"github.com/understudy-mock/understudy/conformance/makecom"
	"github.com/understudy-mock/understudy/conformance/suite"
)

// catalogs lists the APIs that can be verified.
func catalogs() []*suite.Catalog { return []*suite.Catalog{makecom.Catalog(), crmcom.Catalog()} }

// APIs names them.
func APIs() []string {
	var names []string
	for _, c := range catalogs() {
		names = append(names, c.API.Name)
	}
	return names
}

func catalog(name string) (*suite.Catalog, error) {
	all := catalogs()
	i := slices.IndexFunc(all, func(c *suite.Catalog) bool { return c.API.Name == name })
	if i < 0 {
		return nil, configError("api %s is unknown; take one of %s", fmt.Sprintf("%q", name), strings.Join(APIs(), ", "))
	}
	return all[i], nil
}
