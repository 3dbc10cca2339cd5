package control

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// tokenStates are the provider states of the credentials that see a world, whatever the API.
func tokenStates(apis []*mockapi.API) []mockapi.ProviderState {
	scopes := mockapi.Scopes(apis)
	return []mockapi.ProviderState{
		{Name: "a token", SetUp: func(c *mockapi.Call) (map[string]any, error) { return aToken(c, scopes) }}, // a teardown's token may be the caller's own
		{Name: "an expired token", SetUp: anExpiredToken},
		{Name: "a refused token", SetUp: aRefusedToken},
	}
}

func aToken(c *mockapi.Call, known []string) (map[string]any, error) {
	var p struct {
		Scopes []string `json:"scopes"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	for _, scope := range p.Scopes {
		if !slices.Contains(known, scope) {
			return nil, refusal.BadValue("scopes", fmt.Sprintf("%q is none of %s", scope, cmp.Or(strings.Join(known, ", "), "the scopes that are played")))
		}
	}
	return mint(c, world.Grant{Scopes: p.Scopes})
}

func mint(c *mockapi.Call, g world.Grant) (map[string]any, error) {
	token, err := c.Host.Worlds.Mint(c.World, g)
	return map[string]any{"token": token}, err
}

func anExpiredToken(c *mockapi.Call) (map[string]any, error) {
	if err := c.Read(&struct{}{}); err != nil {
		return nil, err
	}
	return mint(c, world.Grant{Expires: time.Unix(0, 0)})
}

func aRefusedToken(c *mockapi.Call) (map[string]any, error) {
	if err := c.Read(&struct{}{}); err != nil {
		return nil, err
	}
	return mint(c, world.Grant{Revoked: true})
}
