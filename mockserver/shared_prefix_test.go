package mockserver_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver"
	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/makecom"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// scenarios is a second API of Make, of which the first knows nothing: it lies under the same prefix, and takes credential, rate
// limit, headers and envelope from where the vendor has them.
func scenarios(routes map[string]string) *mockapi.API {
	return &mockapi.API{
		Contract: &contract.API{Name: "scenarios", Title: "Make: Scenarios"},
		Play: func(*mockapi.Host) mockapi.Play {
			return mockapi.Play{Surfaces: []mockapi.Surface{{
				Title:  "Make's scenarios",
				Prefix: "/api/v2",
				Register: func(router *mux.Router) {
					for route := range routes {
						method, path, _ := strings.Cut(route, " ")
						router.HandleFunc(path, answerScenario).Methods(method)
					}
				},
				Operations: routes,
				Open:       makecom.Open, Count: makecom.Count, SetHeaders: makecom.SetHeaders, Refuse: makecom.Refuse,
			}}}
		},
	}
}

func answerScenario(w http.ResponseWriter, r *http.Request) {
	fmt.Fprintf(w, "scenario %s of %s", mux.Vars(r)["id"], exchange.From(r.Context()).World.Name)
}

func TestTwoAPIsShareAPrefix(t *testing.T) {
	second := scenarios(map[string]string{
		"GET /api/v2/scenarios/{id}":     "getScenario",
		"PUT /api/v2/scenarios/{id}":     "putScenario",
		"PATCH /api/v2/hooks/{hookId}":   "patchHook", // a path of the first, another method
		"GET /api/v2/hooks/{id}/history": "getHookHistory",
	})
	mock, err := mockserver.New(mockserver.WithAPI(second), mockserver.WithRateLimit(60))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, path string
		status       int
		body         string
		allow        string
	}{
		{"GET", "/api/v2/hooks/654", 200, `"id":654`, ""},
		{"GET", "/api/v2/scenarios/7", 200, "scenario 7 of demo", ""},
		{"PATCH", "/api/v2/hooks/654", 200, "scenario  of demo", ""},
		{"GET", "/api/v2/hooks/654/history", 200, "scenario 654 of demo", ""},
		{"DELETE", "/api/v2/scenarios/7", 405, `"code":"SC405"`, "GET, PUT"},
		{"DELETE", "/api/v2/hooks/654", 405, `"code":"SC405"`, "GET, PATCH"},
		{"GET", "/api/v2/elsewhere", 404, `"code":"SC404"`, ""},
	} {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), test.method, test.path, nil)
			request.Header.Set("Authorization", "Token demo")
			answer := httptest.NewRecorder()
			mock.ServeHTTP(answer, request)
			if answer.Code != test.status || !strings.Contains(answer.Body.String(), test.body) || answer.Header().Get("Allow") != test.allow {
				t.Errorf("got %d %s, Allow %q", answer.Code, answer.Body, answer.Header().Get("Allow"))
			}
			if answer.Header().Get("X-Ratelimit-Remaining") == "" {
				t.Error("the call is not counted against the vendor's rate limit")
			}
		})
	}
}

func TestTheLongestPrefixWins(t *testing.T) {
	api := scenarios(map[string]string{"GET /api/v2/hooks/{id}": "getHookOfTheInside"})
	play := api.Play
	api.Play = func(h *mockapi.Host) mockapi.Play {
		p := play(h)
		p.Surfaces[0].Prefix = "/api/v2/hooks/1"
		p.Surfaces[0].Operations = nil
		return p
	}
	mock, err := mockserver.New(mockserver.WithAPI(api))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/api/v2/hooks/1": "scenario 1 of demo", "/api/v2/hooks/654": `"id":654`} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
		request.Header.Set("Authorization", "Token demo")
		answer := httptest.NewRecorder()
		mock.ServeHTTP(answer, request)
		if !strings.Contains(answer.Body.String(), want) {
			t.Errorf("%s answers %s", path, answer.Body)
		}
	}
}

func TestAPIsThatCannotBePlayedTogether(t *testing.T) {
	for name, test := range map[string]struct {
		apis []*mockapi.API
		want string
	}{
		"no value":           {[]*mockapi.API{nil}, "give APIs that have"},
		"the same name":      {[]*mockapi.API{scenarios(nil), scenarios(nil)}, `two APIs are named "scenarios"`},
		"the same route":     {[]*mockapi.API{scenarios(map[string]string{"GET /api/v2/hooks": "listAll"})}, "the route GET /api/v2/hooks"},
		"the same operation": {[]*mockapi.API{scenarios(map[string]string{"GET /api/v2/x": "listHooks"})}, `the operation "listHooks"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := mockserver.New(mockserver.WithAPI(test.apis...)); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
