package printshop

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/understudy-mock/understudy/examples/printshop/contract"
	"github.com/understudy-mock/understudy/examples/printshop/mock"
	"github.com/understudy-mock/understudy/mockserver/fault"
	"github.com/understudy-mock/understudy/mockserver/journal"
	"github.com/understudy-mock/understudy/mockserver/mocktest"
	openapi "github.com/understudy-mock/understudy/openapi/contract"
)

// start gives a test a shop in its own process, or the broken one that `mutate` names.
func start(t *testing.T, options ...mocktest.Option) (*mocktest.Bench, client) {
	t.Helper()
	bench := mocktest.Start(t, append(options, mocktest.Playing(mock.API()), mocktest.OnLoopback())...)
	return bench, client{t, strings.TrimSuffix(bench.BaseURL(contract.API.Name), contract.API.BasePath), bench.Token}
}

// TestAClientOfTheShop is what somebody who calls the shop may write. TestTheCommandLine has it find a broken shop.
func TestAClientOfTheShop(t *testing.T) {
	bench, c := start(t)
	c.want("POST", "/printshop/v1/jobs", `{"title":"A poster","pages":3}`, http.StatusCreated, `"state":"queued"`)
	bench.Verify(mocktest.Exactly(1, journal.Filter{Operation: contract.Submit, Requirement: contract.SubmitCreated.ID}))
	if last := bench.Journal(journal.Filter{}); len(last) != 1 || !slices.Contains(last[0].Requirements, contract.SubmitCreated) {
		t.Errorf("the journal has %v", last)
	}
	if reached := bench.Coverage().APIs[0]; reached.Name != contract.API.Name || len(reached.Reached) != 2 {
		t.Errorf("covered: %+v", reached)
	}
}

func TestABenchControlsTheShop(t *testing.T) {
	bench, c := start(t, mocktest.InProcess())
	bench.Freeze(time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC))
	bench.Advance(time.Hour)
	c.want("POST", "/printshop/v1/jobs", `{"title":"A poster","pages":3}`, http.StatusCreated, "2030-01-02T04:04:05Z")
	c.want("POST", "/printshop/v1/jobs", `{"title":"Another","pages":3}`, http.StatusCreated, "Another")
	bench.Dialect(openapi.Dialect{contract.ListOrder.ID: contract.NewestFirst})
	c.want("GET", "/printshop/v1/jobs?limit=1", "", http.StatusOK, "Another")
	fork := bench.Fork("other")
	client{t, c.host, fork.Token}.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total":2`)
	bench.Faults(fault.Rule{Operation: contract.List, Status: http.StatusServiceUnavailable})
	c.want("GET", "/printshop/v1/jobs", "", http.StatusServiceUnavailable, "")
	bench.Verify(mocktest.EveryFault())
	bench.Reset()
	c.want("GET", "/printshop/v1/jobs", "", http.StatusOK, `"total":0`)
}

// TestABenchDialsAShop has one process's bench on the mock of another, whose APIs it does not know by itself.
func TestABenchDialsAShop(t *testing.T) {
	at := strings.TrimSuffix(target(t).URL, contract.API.BasePath)
	bench := mocktest.Dial(t, at, mocktest.Playing(mock.API()))
	c := client{t, at, bench.Token}
	c.want("POST", "/printshop/v1/jobs", `{"title":"A poster","pages":3}`, http.StatusCreated, "A poster")
	if last := bench.Journal(journal.Filter{}); len(last) != 1 || !slices.Contains(last[0].Requirements, contract.SubmitCreated) {
		t.Errorf("the journal has %v", last)
	}
	bench.Dialect(openapi.Dialect{contract.SubmitBlank.ID: contract.Accepted})
	c.want("POST", "/printshop/v1/jobs", `{"title":"  ","pages":3}`, http.StatusCreated, "")
}
