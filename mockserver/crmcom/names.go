package crmcom

import (
	"regexp"

	"github.com/understudy-mock/understudy/mockserver/journal"
	crmapi "github.com/understudy-mock/understudy/openapi/crmcom"
)

// names are the ids that CRM.COM gives and that are shorter than 32 hex digits, and where a request names the world: a login does, by the
// organisation.
func names() journal.Names {
	return journal.Names{
		IDs: []journal.IDForm{
			{Answer: `"number":"[0-9]+`, Request: regexp.MustCompile(`number(?:"\s*:\s*"|=|%3[Dd])`)},
		},
		Worlds: []journal.WorldForm{
			{Operation: crmapi.OpLogin, Body: regexp.MustCompile(`("organisation"\s*:\s*)"(?:[^"\\]|\\.)*"`), With: `$1"` + journal.Place + `"`},
		},
		Logins: []string{crmapi.OpLogin},
	}
}
