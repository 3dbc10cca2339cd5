package crmcom

import (
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	mutants "github.com/understudy-mock/understudy/mockserver/mutant/crmcom"
	"github.com/understudy-mock/understudy/mockserver/world"
	contract "github.com/understudy-mock/understudy/openapi/crmcom"
)

// API is CRM.COM's webhook_requests, with the methods that give and take back tokens.
func API() *mockapi.API {
	return &mockapi.API{
		Contract:   contract.Contract,
		Play:       play,
		Mutants:    mutants.Mutants,
		Parts:      []world.Part{login.Part(), requestlog.Part()},
		File:       file(),
		Documented: documented,
		States:     states,
		Control:    controls,
		Sizes:      sizes,
		Names:      names,
		Formed:     func(member string) bool { return member == "status" },
		View:       View,
		Codes:      codes,
		Try: []string{
			"curl -s '{base}/webhook_requests/show?token=demo&webhook_request_identifier=number=7'",
			"curl -s -H 'Content-Type: application/json' -d '{\"token\":\"demo\",\"webhook_request_identifier\":{\"number\":\"14\"}}' '{base}/webhook_requests/resend'",
		},
	}
}

func play(host *mockapi.Host) mockapi.Play {
	return mockapi.Play{Surfaces: []mockapi.Surface{{
		Title:      "CRM.COM",
		Prefix:     contract.BasePath,
		Register:   New(host.Worlds, host.Egress).Register,
		Operations: operations(),
		Open:       Open,
		Admit:      Admit,
		Prepare:    Prepare,
		Refuse:     Refuse,
	}}}
}

// operations names the operation of each route: method, a space and the path template. Each path may end with a slash;
// whether that is accepted is for the dialect to say.
func operations() map[string]string {
	operations := map[string]string{}
	for route, id := range map[string]string{
		"GET " + contract.BasePath + "/webhook_requests/show":         contract.OpShow,
		"GET " + contract.BasePath + "/webhook_requests/list":         contract.OpList,
		"POST " + contract.BasePath + "/webhook_requests/resend":      contract.OpResend,
		"POST " + contract.BasePath + "/webhook_requests/delete":      contract.OpDelete,
		"POST " + contract.BasePath + "/authentication/token":         contract.OpLogin,
		"POST " + contract.BasePath + "/authentication/token/release": contract.OpRelease,
	} {
		operations[route], operations[route+"/"] = id, id
	}
	return operations
}
