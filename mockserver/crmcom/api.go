package crmcom

import (
	"github.com/understudy-mock/understudy/mockserver/crmcom/login"
	"github.com/understudy-mock/understudy/mockserver/crmcom/requestlog"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	breakcrm "github.com/understudy-mock/understudy/mockserver/mutant/crmcom"
	"github.com/understudy-mock/understudy/mockserver/world"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// API is CRM.COM's webhook_requests, with the methods that give and take back tokens.
func API() *mockapi.API {
	return &mockapi.API{
		Contract:   crmapi.Contract,
		Play:       play,
		Mutants:    breakcrm.Mutants,
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
		DeliversTo: deliversTo,
		Try: []string{
			"curl -s '{base}/webhook_requests/show?token=demo&webhook_request_identifier=number=7'",
			"curl -s -H 'Content-Type: application/json' -d '{\"token\":\"demo\",\"webhook_request_identifier\":{\"number\":\"14\"}}' '{base}/webhook_requests/resend'",
		},
	}
}

func play(host *mockapi.Host) mockapi.Play {
	return mockapi.Play{Surfaces: []mockapi.Surface{{
		Title:      "CRM.COM",
		Prefix:     crmapi.BasePath,
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
		"GET " + crmapi.BasePath + "/webhook_requests/show":         crmapi.OpShow,
		"GET " + crmapi.BasePath + "/webhook_requests/list":         crmapi.OpList,
		"POST " + crmapi.BasePath + "/webhook_requests/resend":      crmapi.OpResend,
		"POST " + crmapi.BasePath + "/webhook_requests/delete":      crmapi.OpDelete,
		"POST " + crmapi.BasePath + "/authentication/token":         crmapi.OpLogin,
		"POST " + crmapi.BasePath + "/authentication/token/release": crmapi.OpRelease,
	} {
		operations[route], operations[route+"/"] = id, id
	}
	return operations
}
