package mockserver_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// TestNamesOfAThirdAPIAreKnown wants faults and expectations to take what an API from outside names, and to refuse what it does not.
func TestNamesOfAThirdAPIAreKnown(t *testing.T) {
	third := scenarios(map[string]string{"GET /api/v2/scenarios/{id}": "getScenario"})
	third.Contract.Operations = []string{"getScenario"}
	third.Contract.Requirements = []*contract.Requirement{{ID: "scenarios/get/shape", Operation: "getScenario", Level: contract.Must}}
	mock, err := mockserver.New(mockserver.WithAPI(third))
	if err != nil {
		t.Fatal(err)
	}
	alone, err := mockserver.New(mockserver.WithOnly(third))
	if err != nil {
		t.Fatal(err)
	}
	const faults, verify, journal, world = "PUT /worlds/w/faults", "POST /worlds/w/journal/verify", "GET /worlds/w/journal", "PUT /worlds/v"
	for _, test := range []struct {
		on         *mockserver.Server
		call, body string
		status     int
		says       string
	}{
		{mock, faults, `[{"operation":"getScenario","status":503}]`, 200, ""},
		{mock, faults, `[{"operation":"getScenarios","status":503}]`, 400, "getScenario"},
		{mock, faults, `[{"operation":"listHooks","status":503}]`, 200, ""},
		{mock, world, `{"faults":[{"operation":"getScenario","status":503}]}`, 200, ""},
		{mock, world, `{"faults":[{"operation":"getScenari","status":503}]}`, 400, "getScenario"},
		{mock, verify, `{"expectations":[{"operation":"getScenario","never":true}]}`, 200, ""},
		{mock, verify, `{"expectations":[{"operation":"getScenarois","never":true}]}`, 400, "getScenario"},
		{mock, verify, `{"expectations":[{"requirement":"scenarios/get/shape","never":true}]}`, 200, ""},
		{mock, verify, `{"expectations":[{"requirement":"scenarios/get/shap","never":true}]}`, 400, "scenarios/get/shape"},
		{mock, verify, `{"expectations":[{"everyFault":true}]}`, 409, "no request of listHooks reached it"},
		{mock, journal + "?operation=getScenario", "", 200, ""},
		{mock, journal + "?requirement=scenarios/get/shape", "", 200, ""},
		{mock, journal + "?operation=getScenery", "", 400, "getScenario"},
		{alone, faults, `[{"operation":"getScenario","status":503}]`, 200, ""},
		{alone, faults, `[{"operation":"listHooks","status":503}]`, 400, "take one of getScenario, or * for every one"},
		{alone, verify, `{"expectations":[{"operation":"listHooks","never":true}]}`, 400, "there is no operation"},
	} {
		method, path, _ := strings.Cut(test.call, " ")
		answer := httptest.NewRecorder()
		test.on.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/_understudy/v1"+path, strings.NewReader(test.body)))
		if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.says) {
			t.Errorf("%s %s: %d %s; want %d, %q", test.call, test.body, answer.Code, answer.Body, test.status, test.says)
		}
	}
}
