package mocktest

import (
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// setAddresses fills the fields that the APIs have which come with the mock. [Bench.BaseURL] knows those of others.
func (b *Bench) setAddresses() {
	b.MakecomURL, b.CrmcomURL = b.URL+makecom.BasePath, b.URL+crmcom.BasePath
}

// BaseURL is the base of an API that the server knows, by its name.
func (b *Bench) BaseURL(api string) string {
	b.t.Helper()
	for _, known := range b.contracts() {
		if known.Name == api {
			return b.URL + known.BasePath
		}
	}
	b.t.Fatalf("mocktest: the server knows no API %q; give it to mocktest.Playing", api)
	return ""
}

// contracts are those of the server's APIs, as far as this process knows them.
func (b *Bench) contracts() []*contract.API {
	b.t.Helper()
	if b.world != nil {
		return mockapi.Contracts(b.server.mock.APIs())
	}
	shell, err := b.server.shell()
	b.must(err)
	return mockapi.Contracts(shell.APIs())
}
