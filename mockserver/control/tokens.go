package control

import (
	"fmt"
	"time"

	api "github.com/understudy-mock/understudy/generated/control"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// tokenStates are the provider states of the credentials that see a world, whatever the API.
func tokenStates() []mockapi.ProviderState {
	return []mockapi.ProviderState{
		{Name: "a token", SetUp: aToken}, // a teardown's token may be the caller's own
		{Name: "an expired token", SetUp: anExpiredToken},
		{Name: "a refused token", SetUp: aRefusedToken},
	}
}

func aToken(c *mockapi.Call) (map[string]any, error) {
	var p struct {
		Scopes []string `json:"scopes"`
	}
	if err := c.Read(&p); err != nil {
		return nil, err
	}
	for _, scope := range p.Scopes {
		if !api.Scope(scope).Valid() {
			return nil, refusal.BadValue("scopes", fmt.Sprintf("%q is none of hooks:read, hooks:write", scope))
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
