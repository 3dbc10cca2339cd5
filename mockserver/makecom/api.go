package makecom

import (
	"github.com/understudy-mock/understudy/mockserver/makecom/queue"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	breakmake "github.com/understudy-mock/understudy/mockserver/mutant/makecom"
	"github.com/understudy-mock/understudy/mockserver/world"
	makeapi "github.com/understudy-mock/understudy/openapi/makecom"
)

// API is Make's Hooks > Incomings, with the hooks' own addresses.
func API() *mockapi.API {
	return &mockapi.API{
		Contract:   makeapi.Contract,
		Play:       play,
		Mutants:    breakmake.Mutants,
		Parts:      []world.Part{queue.Part()},
		Vendor:     Vendor,
		File:       file(),
		Documented: documented,
		States:     states,
		Control:    controls,
		Sizes:      sizes,
		Formed:     formed,
		Names:      names,
		Scopes:     []string{makeapi.ScopeRead, makeapi.ScopeWrite},
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
			Prefix:     makeapi.BasePath,
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
			Prefix:     makeapi.IngestPath,
			Register:   RegisterIngest,
			Operations: map[string]string{makeapi.IngestPath + "/{udid}": makeapi.OpIngest},
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
		"GET " + makeapi.BasePath + "/hooks":                                 makeapi.OpListHooks,
		"GET " + makeapi.BasePath + "/hooks/{hookId}":                        makeapi.OpGetHook,
		"POST " + makeapi.BasePath + "/hooks/{hookId}/enable":                makeapi.OpEnableHook,
		"POST " + makeapi.BasePath + "/hooks/{hookId}/disable":               makeapi.OpDisableHook,
		"GET " + makeapi.BasePath + "/hooks/{hookId}/incomings":              makeapi.OpList,
		"DELETE " + makeapi.BasePath + "/hooks/{hookId}/incomings":           makeapi.OpDelete,
		"GET " + makeapi.BasePath + "/hooks/{hookId}/incomings/stats":        makeapi.OpStats,
		"GET " + makeapi.BasePath + "/hooks/{hookId}/incomings/{incomingId}": makeapi.OpDetail,
	} {
		operations[route], operations[route+"/"] = id, id
	}
	return operations
}
