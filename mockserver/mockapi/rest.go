package mockapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/refusal"
	"github.com/understudy-mock/understudy/mockserver/world"
	"github.com/understudy-mock/understudy/openapi/contract"
)

// Endpoint answers a request with a status and with a body that is written as JSON, or refuses it.
type Endpoint func(x *exchange.Exchange, r *http.Request) (status int, body any, err error)

// Rest is the surface of an API that takes bearer tokens and speaks JSON. Its routes are those of the OpenAPI document; it panics when
// the document cannot be read, or has another set of operations: a mistake in the program. refuse words every refusal.
func Rest(api *contract.API, operations map[string]Endpoint, refuse func(x *exchange.Exchange, err error) (status int, body any)) Surface {
	s := Surface{
		Title: api.Title, Prefix: api.BasePath, Operations: map[string]string{},
		Open:  openBearer,
		Admit: func(x *exchange.Exchange, _ *http.Request) error { return x.Grant.Valid(x.World.Clock().Now()) },
		Refuse: func(w http.ResponseWriter, r *http.Request, err error) {
			status, body := refuse(exchange.From(r.Context()), err)
			writeJSON(w, status, body)
		},
	}
	for route, id := range routes(api) {
		if operations[id] == nil {
			panic(fmt.Sprintf("mockapi: no operation %s", id))
		}
		s.Operations[route] = id
	}
	s.Register = func(r *mux.Router) {
		for route, id := range s.Operations {
			method, path, _ := strings.Cut(route, " ")
			r.Handle(path, s.serve(operations[id])).Methods(method)
		}
	}
	return s
}

// routes are the operation ids of a document, by method, a space, and the path template.
func routes(api *contract.API) map[string]string {
	document, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		panic(fmt.Sprintf("mockapi: the document of %s: %v", api.Name, err))
	}
	all := map[string]string{}
	for path, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			all[method+" "+api.BasePath+path] = operation.OperationID
		}
	}
	return all
}

func openBearer(worlds *world.Registry, r *http.Request, x *exchange.Exchange) (err error) {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		return world.ErrNoToken
	}
	x.World, x.Grant, err = worlds.Open(token)
	return err
}

func (s *Surface) serve(do Endpoint) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, body, err := do(exchange.From(r.Context()), r)
		if err != nil {
			s.Refuse(w, r, err)
			return
		}
		writeJSON(w, status, body)
	})
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has left
}

// StatusOf is the usual status of an error: that of its kind ([refusal.Error]), or 500 where it has none.
func StatusOf(err error) int {
	var injected *exchange.InjectedError
	if errors.As(err, &injected) {
		return injected.Status
	}
	return refusal.KindOf(err).Status()
}
