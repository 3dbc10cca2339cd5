package cli

import (
	checkcrm "github.com/understudy-mock/understudy/conformance/crmcom"
	checkmake "github.com/understudy-mock/understudy/conformance/makecom"
	mockcrm "github.com/understudy-mock/understudy/mockserver/crmcom"
	mockmake "github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// tested are the APIs that the tests use, as cmd/understudy lists them.
func tested() apis {
	return apis{
		{
			Mock: mockmake.API(), Suite: checkmake.Catalog(), Title: "Make",
			Addresses: []Address{{Name: "ingest", Title: "hooks' own addresses", Path: makecom.IngestPath}},
			Mutant:    "makecom/delete/ids/only-first",
		},
		{Mock: mockcrm.API(), Suite: checkcrm.Catalog(), VerifyFlags: " --login demo:demo@demo"},
	}
}
