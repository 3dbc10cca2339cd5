package control

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/gorilla/mux"

	"github.com/understudy-mock/understudy/mockserver/exchange"
	"github.com/understudy-mock/understudy/mockserver/mockapi"
	"github.com/understudy-mock/understudy/mockserver/world"
)

// pathOf is the path of an API's operation below the base.
func pathOf(of *mockapi.API, o mockapi.Operation) string {
	return "/worlds/{world}/" + of.Name() + "/" + o.Path
}

// addOperations adds what the APIs have in the control API.
func (s *server) addOperations(router *mux.Router) {
	for _, each := range s.apis {
		for _, o := range each.Operations() {
			handler := strictQuery(s.bodies.check(s.operationStage(o, s.operation(o))))
			router.Handle(basePath+pathOf(each, o), handler).Methods(o.Method)
		}
	}
}

// operation answers a call of an API's operation.
func (s *server) operation(o mockapi.Operation) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, err := s.call(o, r)
		if err != nil {
			refuse(w, r, err)
			return
		}
		var text bytes.Buffer
		if err := json.NewEncoder(&text).Encode(answer); err != nil {
			refuse(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(o.Status)
		_, _ = w.Write(text.Bytes()) // an error means that the client has left
	})
}

// call carries an operation out. It is refused where a change could not be kept meanwhile, as those of the generated code are.
func (s *server) call(o mockapi.Operation, r *http.Request) (any, error) {
	before := s.worlds.Unkept()
	answer, err := s.do(o, r)
	if err == nil && s.worlds.Unkept() != before {
		return nil, world.ErrNotKept
	}
	return answer, err
}

func (s *server) do(o mockapi.Operation, r *http.Request) (any, error) {
	x, path := exchange.From(r.Context()), mux.Vars(r)
	w, err := s.find(path["world"])
	if err != nil {
		return nil, err
	}
	body, err := bodyOf(r)
	if err != nil {
		return nil, err
	}
	answer, err := o.Do(&mockapi.Call{Context: r.Context(), Host: s.host, World: w, BaseURL: x.BaseURL, Body: body, Path: path})
	if err != nil {
		return nil, err
	}
	return answer, s.note(r, o.ID, answer, func() (*world.World, error) { return w, nil })
}
