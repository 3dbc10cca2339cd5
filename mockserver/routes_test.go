package mockserver

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/egress"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
)

// FuzzRoutes holds the routes against the router that they were read from: the same requests reach the same route with the same
// variables.
func FuzzRoutes(f *testing.F) {
	for _, path := range []string{
		"/api/v2/hooks", "/api/v2/hooks/", "/api/v2/hooks/654", "/api/v2/hooks//incomings", "/api/v2/hooks/654/incomings",
		"/api/v2/hooks/654/incomings/", "/api/v2/hooks/654/incomings/stats", "/api/v2/hooks/654/incomings/stats/", "/api/v2/hooks/a%2Fb/incomings/%2e%2e",
		"/api/v2/hooks/654/enable", "/wh/udid.demo", "/wh/", "/wh", "//wh/a", "/wh/a/b", "/wh/%41", "/wh/..", "/crmapi/rest/v2/webhook_requests/show",
		"/crmapi/rest/v2/webhook_requests/show/", "/crmapi/rest/v2/webhook_requests/show//", "/crmapi/rest/v2/authentication/token/release", "/",
	} {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodHead} {
			f.Add(method, path)
		}
	}
	pairs := map[*mux.Router]routes{}
	for _, of := range surfaces(APIs(), &mockapi.Host{Egress: egress.New(nil, egress.Options{})}) {
		router := named(of)
		pairs[router] = routesOf(router)
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://mock", nil)
		if err != nil || path == "" || path[0] != '/' {
			return
		}
		if request.URL, err = request.URL.Parse("http://mock" + path); err != nil {
			return
		}
		for router, routes := range pairs {
			want, got := httptest.NewRecorder(), httptest.NewRecorder()
			router.ServeHTTP(want, request)
			route := routes.find(method, request.URL.EscapedPath())
			if route == nil {
				if want.Code < http.StatusBadRequest {
					t.Errorf("%s %s: no route takes it, but the router answers %s", method, path, want.Body)
				}
				continue
			}
			variables := map[string]string{}
			route.variables(request.URL.EscapedPath(), func(name, value string) { variables[name] = value })
			route.handler.ServeHTTP(got, mux.SetURLVars(request, variables))
			if diff := cmp.Diff(want.Body.String(), got.Body.String()); diff != "" {
				t.Errorf("%s %s (-router +routes):\n%s", method, path, diff)
			}
		}
	})
}

// named has the routes of a surface. Each answers with its name and the variables that it was given.
func named(of *surface) *mux.Router {
	router := mux.NewRouter().UseEncodedPath().SkipClean(true)
	of.Register(router)
	_ = router.Walk(func(route *mux.Route, _ *mux.Router, _ []*mux.Route) error {
		route.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			path, _ := route.GetPathTemplate()
			methods, _ := route.GetMethods()
			fmt.Fprint(w, methods, path, mux.Vars(r))
		})
		return nil
	})
	return router
}
