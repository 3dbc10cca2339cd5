package mockserver

import (
	"fmt"
	"slices"
	"strings"

	"github.com/understudy-mock/understudy/mockserver/crmcom"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// APIs are the APIs that come with the mock, in a fixed order. [WithAPI] adds others.
func APIs() []*mockapi.API { return []*mockapi.API{makecom.API(), crmcom.API()} }

// WithAPI has the server play other APIs beside those that come with the mock.
func WithAPI(apis ...*mockapi.API) Option {
	return func(s *settings) {
		for _, api := range apis {
			complete := api != nil && api.Contract != nil && api.Play != nil
			s.want(complete, "WithAPI: give APIs that have a Contract and a Play")
			if complete {
				s.apis = append(s.apis, api)
			}
		}
	}
}

// WithAPIs narrows what is played to the APIs named, such as "makecom".
func WithAPIs(names ...string) Option {
	return func(s *settings) { s.played = names }
}

// checkNames notes names that no API has or that two have.
func (s *settings) checkNames() {
	known := make([]string, len(s.apis))
	for i, api := range s.apis {
		known[i] = api.Name()
		s.want(!slices.Contains(known[:i], known[i]), "WithAPI: two APIs are named %q; give each a name of its own", known[i])
	}
	for _, name := range s.played {
		s.want(slices.Contains(known, name), "WithAPIs: unknown API %q, take one of %s", name, strings.Join(known, ", "))
	}
}

// playedAPIs are those that are not narrowed away.
func (s *settings) playedAPIs() []*mockapi.API {
	return slices.DeleteFunc(slices.Clone(s.apis), func(api *mockapi.API) bool {
		return len(s.played) > 0 && !slices.Contains(s.played, api.Name())
	})
}

// parts are what the APIs keep in a world, each once.
func parts(apis []*mockapi.API) []world.Part {
	var all []world.Part
	for _, api := range apis {
		for _, part := range api.Parts {
			if !slices.ContainsFunc(all, func(p world.Part) bool { return p.Name == part.Name }) {
				all = append(all, part)
			}
		}
	}
	return all
}

// Documented is the world of the documents of some APIs: the ids in their example calls exist, so that the calls work as they
// stand.
func Documented(apis ...*mockapi.API) world.Base {
	b := world.Base{Seed: 1}
	for _, api := range apis {
		if api.Documented != nil {
			api.Documented(&b)
		}
	}
	return b
}

// checkSurfaces refuses a route or an operation id that two surfaces have: only one of them would ever be reached.
func checkSurfaces(surfaces []*surface) error {
	routes, ids := make(map[string]string, 64), make(map[string]string, 32)
	for _, of := range surfaces {
		for route, id := range of.Operations {
			if other, taken := routes[route]; taken {
				return fmt.Errorf("mockserver.WithAPI: %s and %s both have the route %s; move one of them", other, of.api, route)
			}
			if other, taken := ids[id]; taken && other != of.api {
				return fmt.Errorf("mockserver.WithAPI: %s and %s both have the operation %q; rename one of them", other, of.api, id)
			}
			routes[route], ids[id] = of.api, of.api
		}
	}
	return nil
}
