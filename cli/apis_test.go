package cli

import (
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// tested are the APIs that the tests use: they are those of cmd/understudy.
func tested() apis {
	return apis{
		{
			Contract: makecom.Contract,
			Addresses: []Address{
				{Name: makecom.Contract.Name, Title: "Make", Path: makecom.BasePath},
				{Name: "ingest", Title: "hooks' own addresses", Path: makecom.IngestPath},
			},
			Call:   "-H 'Authorization: Token demo' {url}/hooks/654/incomings",
			Mutant: "makecom/delete/ids/only-first",
		},
		{
			Contract:    crmcom.Contract,
			Addresses:   []Address{{Name: crmcom.Contract.Name, Title: "CRM.COM", Path: crmcom.BasePath}},
			VerifyFlags: " --login demo:demo@demo",
		},
	}
}
