package makecom

import (
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	mutants "github.com/understudy-mock/understudy/mockserver/mutant/makecom"
	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/makecom"
)

// API is Make's Hooks > Incomings, with the hooks' own addresses.
func API() *mockapi.API {
	return &mockapi.API{
		Contract:   contract.Contract,
		Play:       play,
		Mutants:    mutants.Mutants,
		Parts:      []world.Part{queue.Part()},
		Vendor:     Vendor,
		File:       file(),
		Documented: documented,
		States:     states,
		Control:    controls,
		Sizes:      sizes,
		Formed:     formed,
		Names:      names,
		Scopes:     []string{contract.ScopeRead, contract.ScopeWrite},
		View:       View,
		Try: []string{
			"curl -s -H 'Authorization: Token demo' '{base}/hooks/654/incomings'",
			"curl -s -X DELETE -H 'Authorization: Token demo' -H 'Content-Type: application/json' -d '{\"all\":true}' '{base}/hooks/654/incomings'",
		},
	}
}

// formed reports whether the form inside a member of an answer is Make's.
func formed(member string) bool {
	switch member {
	case "incoming", "incomingStat", "pg", "hook", "incomings", "hooks":
		return true
	}
	return false
}

func play(*mockapi.Host) mockapi.Play {
	return mockapi.Play{Surfaces: []mockapi.Surface{
		{
			Title:      "Make",
			Prefix:     contract.BasePath,
			Register:   Register,
			Operations: operations(),
			Open:       Open,
			Count:      Count,
			SetHeaders: SetHeaders,
			Admit:      Admit,
			Prepare:    Prepare,
			Head:       takesHead,
			Refuse:     Refuse,
		},
		{
			Title:      "its hooks' own addresses",
			Prefix:     contract.IngestPath,
			Register:   RegisterIngest,
			Operations: map[string]string{contract.IngestPath + "/{udid}": contract.OpIngest},
			Open:       OpenAddress,
			SetHeaders: setRequestID,
			Refuse:     RefuseDelivery,
		},
	}}
}

// operations names the operation of each route: method, a space and the path template. Each path may end with a slash; whether
// that is accepted is for the dialect to say.
func operations() map[string]string {
	operations := map[string]string{}
	for route, id := range map[string]string{
		"GET " + contract.BasePath + "/hooks":                                 contract.OpListHooks,
		"GET " + contract.BasePath + "/hooks/{hookId}":                        contract.OpGetHook,
		"POST " + contract.BasePath + "/hooks/{hookId}/enable":                contract.OpEnableHook,
		"POST " + contract.BasePath + "/hooks/{hookId}/disable":               contract.OpDisableHook,
		"GET " + contract.BasePath + "/hooks/{hookId}/incomings":              contract.OpList,
		"DELETE " + contract.BasePath + "/hooks/{hookId}/incomings":           contract.OpDelete,
		"GET " + contract.BasePath + "/hooks/{hookId}/incomings/stats":        contract.OpStats,
		"GET " + contract.BasePath + "/hooks/{hookId}/incomings/{incomingId}": contract.OpDetail,
	} {
		operations[route], operations[route+"/"] = id, id
	}
	return operations
}
