// Command understudy plays documented webhook APIs, and finds out whether somebody else plays them right.
package main

import (
	"github.com/understudy-mock/understudy/cli"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// main lists the APIs that the command line knows.
func main() {
	cli.Main(
		cli.API{
			Contract: makecom.Contract,
			Addresses: []cli.Address{
				{Name: makecom.Contract.Name, Title: "Make", Path: makecom.BasePath},
				{Name: "ingest", Title: "hooks' own addresses", Path: makecom.IngestPath},
			},
			Call:   "-H 'Authorization: Token demo' {url}/hooks/654/incomings",
			Mutant: "makecom/delete/ids/only-first",
		},
		cli.API{
			Contract:    crmcom.Contract,
			Addresses:   []cli.Address{{Name: crmcom.Contract.Name, Title: "CRM.COM", Path: crmcom.BasePath}},
			Call:        "-H 'Authorization: Bearer demo' {url}/webhook_requests",
			VerifyFlags: " --login demo:demo@demo",
			Mutant:      "crmcom/list/order/reversed",
		},
	)
}
