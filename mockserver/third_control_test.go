package mockserver_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/mutant"
	"github.com/understudy-mock/understudy/mockserver/mutant/wrap"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// started is what a scenario of the third API answers when it is made to start.
type started struct {
	ID   int    `json:"id"`
	Seen string `json:"seen"`
}

// controlled is the third API with a part of the control API, a provider state, a question, counts and a mutant.
func controlled() *mockapi.API {
	api := scenarios(map[string]string{"GET /api/v2/scenarios/{id}": "getScenario"})
	sentence := &contract.Requirement{ID: "scenarios/start/seen", Operation: "getScenario", Level: contract.Must}
	api.Contract.Operations = []string{"getScenario"}
	api.Contract.Requirements = []*contract.Requirement{sentence}
	api.Contract.Questions = []*contract.Question{{ID: "scenarios/order", Answers: []contract.Answer{{Name: "oldest-first"}, {Name: "newest-first"}}}}
	api.Sizes = func(*world.World) (map[string]int, error) { return map[string]int{"scenarios": 7}, nil }
	start := func(c *mockapi.Call) (any, error) {
		id, err := c.Number("id")
		if err != nil {
			return nil, err
		}
		if id == 9 {
			return nil, refusal.New(refusal.Conflict, "started", "it is started already", "stop it first")
		}
		var asked struct{ Seen string }
		return started{id, c.World.Name}, c.Read(&asked)
	}
	api.Control = func() *mockapi.Control {
		return &mockapi.Control{
			Schemas: []byte(`{"$schema":"https://json-schema.org/draft/2020-12/schema","$defs":{"Start":{"type":"object","additionalProperties":false,"properties":{"seen":{"type":"string"}}}}}`),
			Operations: []mockapi.Operation{{
				ID: "startScenario", Method: "POST", Path: "{id}/start", Status: 201, Body: "Start", State: "a scenario starts", Do: start,
			}},
		}
	}
	api.States = func() []mockapi.ProviderState {
		return []mockapi.ProviderState{{Name: "a scenario starts", SetUp: func(c *mockapi.Call) (map[string]any, error) {
			var asked struct{ ID int }
			return map[string]any{"id": asked.ID, "by": c.World.Name}, c.Read(&asked)
		}}}
	}
	api.Mutants = func() []*mutant.Mutant {
		return []*mutant.Mutant{mutant.Of(sentence, "ghost", "Somebody else starts it.", nil).WithSetup(
			wrap.When(wrap.Success(func(c *wrap.Call, body wrap.Object) {
				body["seen"], body["by"] = "ghost of "+wrap.String(c.Setup().Params["id"]), "ghost"
			}), "a scenario starts"))}
	}
	return api
}

// TestAThirdAPIHasTheControlAPI wants whatever the control API does for the APIs that come with the mock to be done for one from outside.
func TestAThirdAPIHasTheControlAPI(t *testing.T) {
	mock, err := mockserver.New(mockserver.WithOnly(controlled()))
	if err != nil {
		t.Fatal(err)
	}
	const state = `{"state":"a scenario starts","params":{"world":"w","id":"4"}}`
	for _, test := range []struct {
		call, body string
		status     int
		says       string
	}{
		{"POST /worlds/w/scenarios/3/start", `{"seen":"x"}`, 201, `{"id":3,"seen":"w"}`},
		{"POST /worlds/w/scenarios/3/start", `{"sen":"x"}`, 400, `"field":"sen"`},
		{"POST /worlds/w/scenarios/x/start", `{}`, 400, `"code":"bad-parameter"`},
		{"POST /worlds/w/scenarios/9/start", `{}`, 409, `"remedy":"stop it first"`},
		{"POST /worlds/w/scenarios/3/start?again=1", `{}`, 400, "there is no parameter"},
		{"POST /worlds/w/elsewhere/hooks", `{}`, 404, "unknown-path"},
		{"POST /provider-states", state, 200, `"by":"w"`},
		{"POST /provider-states", `{"state":"a token","params":{"world":"w"}}`, 200, `"token":`},
		{"GET /worlds", "", 200, `"scenarios":7`},
		{"GET /worlds/w/journal?commands=true&operation=startScenario", "", 200, `"path":"/_understudy/v1/worlds/w/scenarios/3/start"`},
		{"GET /worlds/w/dialect", "", 200, `{"scenarios/order":"oldest-first"}`},
		{"PUT /worlds/w/dialect", `{"scenarios/order":"newest-first"}`, 200, `{"scenarios/order":"newest-first"}`},
		{"PUT /worlds/w/dialect", `{"scenarios/ordre":"newest-first"}`, 400, "scenarios/ordre"},
		{"GET /worlds/w/coverage", "", 200, `"never":["scenarios/start/seen"]`},
		{"PUT /worlds/w/mutants", `{"id":"scenarios/start/seen/ghost"}`, 200, "ghost"},
		{"POST /worlds/w/scenarios/3/start", `{}`, 201, `"seen":"ghost of 3"`},
		{"POST /provider-states", state, 200, `"by":"ghost"`},
	} {
		method, path, _ := strings.Cut(test.call, " ")
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/_understudy/v1"+path, strings.NewReader(test.body)))
		if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.says) {
			t.Errorf("%s %s: %d %s; want %d, %q", test.call, test.body, answer.Code, answer.Body, test.status, test.says)
		}
	}
}
