package conformance_test

import (
	"testing"

	"github.com/understudy-mock/understudy/conformance"
	"github.com/understudy-mock/understudy/conformance/suite"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	"github.com/understudy-mock/understudy/openapi/crmcom"
	"github.com/understudy-mock/understudy/openapi/makecom"
)

// TestRequestsPerRun bounds what a run of all checks and probes sends to a target, which may charge or throttle each request. What it
// allows is a tenth above what was needed when it was set.
func TestRequestsPerRun(t *testing.T) {
	for _, c := range []struct {
		api, path string
		most      int
	}{
		{makecom.Contract.Name, makecom.BasePath, 685},
		{crmcom.Contract.Name, crmcom.BasePath, 593},
	} {
		t.Run(c.api, func(t *testing.T) {
			mock, err := mocktest.NewServer()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = mock.Close() }() // nothing is left to lose
			target := at(mock.URL)
			target.API, target.URL = c.api, mock.URL+c.path
			target.Mode = suite.Owned
			target.Login = conformance.Login{Username: "demo", Password: "demo", Organisation: "demo"}
			r, err := conformance.Run(t.Context(), target, conformance.Transport(mock.Client.Transport))
			if err != nil {
				t.Fatal(err)
			}
			if r.Requests == 0 || r.Requests > c.most {
				t.Errorf("%d requests, want at most %d", r.Requests, c.most)
			}
		})
	}
}
