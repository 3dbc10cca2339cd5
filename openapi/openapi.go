// Package openapi is the way into the contracts: which APIs there are, and their requirements and open questions printed
// for people (Markdown) and programs (JSON).
//
// REQUIREMENTS.md beside this file is that print. It is written by the tests of this package: go test ./openapi -update.
package openapi

import (
	"fmt"
	"strings"

	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// APIs are the contracts that the project knows, in a fixed order.
func APIs() []*contract.API {
	return []*contract.API{makecom.Contract, crmcom.Contract}
}

// Lookup finds a contract by the name of its API. The error lists the names there are.
func Lookup(name string) (*contract.API, error) {
	var names []string
	for _, api := range APIs() {
		if api.Name == name {
			return api, nil
		}
		names = append(names, api.Name)
	}
	return nil, fmt.Errorf("unknown API %q, take one of %s", name, strings.Join(names, ", "))
}
