// Command understudy plays documented webhook APIs, and finds out whether somebody else plays them right.
package main

import (
	"github.com/understudy-mock/understudy/cli"
	checkcrm "github.com/understudy-mock/understudy/conformance/crmcom"
	checkmake "github.com/understudy-mock/understudy/conformance/makecom"
	mockcrm "github.com/understudy-mock/understudy/mockserver/crmcom"
	mockmake "github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// main lists the APIs that the command line knows.
func main() {
	cli.Main(
		cli.API{
			Mock: mockmake.API(), Suite: checkmake.Catalog(), Title: "Make",
			Addresses: []cli.Address{{Name: "ingest", Title: "hooks' own addresses", Path: makecom.IngestPath}},
			Call:      "-H 'Authorization: Token demo' {url}/hooks/654/incomings",
			Mutant:    "makecom/delete/ids/only-first",
		},
		cli.API{
			Mock: mockcrm.API(), Suite: checkcrm.Catalog(), Title: "CRM.COM", VerifyFlags: " --login demo:demo@demo",
			Call: "'{url}/webhook_requests/show?webhook_request_identifier=number=14&token=demo'",
		},
	)
}
